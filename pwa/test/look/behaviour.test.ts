import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { type Stage, setStage } from './stage.ts'

let stage: Stage

before(async () => {
  stage = await setStage()
})
after(() => stage[Symbol.asyncDispose]())

const scene = async (name: string, run: (page: Page) => Promise<void>, width = 1280) => {
  const context = await stage.browser.newContext({
    viewport: { width, height: 800 },
    reducedMotion: 'reduce',
  })
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    await page.goto(stage.url(name))
    await run(page)
  } finally {
    await context.close()
  }
}

const log = (page: Page) => page.getByRole('log', { name: 'Messages' })
const field = (page: Page) => page.getByRole('textbox', { name: 'Message' })
const frames = (page: Page) =>
  page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))
const hear = (page: Page, id: string, text: string, to = 'all') =>
  page.evaluate(
    event => (globalThis as unknown as { client: { emit(event: unknown): void } }).client.emit(event),
    { type: 'message', id, from: 'Ben', to, text, seq: 99_999, at: Date.now() },
  )
const submitted = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { client: { submitted: string[] } }).client.submitted)
const top = (page: Page, text: string) =>
  log(page)
    .getByText(text, { exact: true })
    .evaluate(element => element.getBoundingClientRect().top)

test('of 50 000 messages a few hundred are drawn, at the newest; further up the place is kept', () =>
  scene('long', async page => {
    await log(page).getByText('Message 50000', { exact: true }).waitFor()
    assert.equal((await log(page).locator('.said').count()) <= 300, true)
    const oldest = () => log(page).locator('.text').first().textContent()
    const before = await oldest()
    // What is before the eyes is measured in the turn in which it comes there: older rows come in after that.
    const seen = await log(page).evaluate(element => {
      element.scrollTop = 600
      const edge = element.getBoundingClientRect().top
      const row = [...element.querySelectorAll('.text')].find(each => each.getBoundingClientRect().top > edge)
      return { text: row?.textContent ?? '', top: row?.getBoundingClientRect().top ?? 0 }
    })
    while ((await oldest()) === before) await frames(page)
    await frames(page)
    assert.equal(Math.abs((await top(page, seen.text)) - seen.top) < 2, true)
    assert.equal((await log(page).locator('.said').count()) <= 300, true)
  }))

test('what is said while one reads further up moves nothing, is counted, and is one press away', () =>
  scene('long', async page => {
    await log(page).getByText('Message 50000', { exact: true }).waitFor()
    await log(page).evaluate(element => element.scrollBy(0, -1_500))
    await frames(page)
    const before = await top(page, 'Message 49960')
    await hear(page, 'new 1', 'Something new')
    await hear(page, 'new 2', 'Something newer')
    const jump = page.getByRole('button', { name: 'Jump to latest, unread: 2' })
    await jump.waitFor()
    assert.equal(Math.abs((await top(page, 'Message 49960')) - before) < 2, true)
    await jump.click()
    await log(page).getByText('Something newer').waitFor()
    await jump.waitFor({ state: 'detached' })
    assert.equal(await log(page).getByText('New messages').count(), 1)
  }))

test('whoever reads the newest stays there', () =>
  scene('talk', async page => {
    for (let index = 0; index < 12; index++) await hear(page, `new ${index}`, `Line ${index}`)
    await log(page).getByText('Line 11').waitFor()
    await frames(page)
    const below = await log(page).evaluate(
      element => element.scrollHeight - element.scrollTop - element.clientHeight,
    )
    assert.equal(below < 2, true, `${below} pixels below`)
  }))

test('only what is new is read aloud, with its author; history is not', () =>
  scene('long', async page => {
    const live = page.locator('room-news [aria-live]')
    assert.equal(await live.textContent().then(text => text?.trim()), '')
    await hear(page, 'new 1', 'Good morning')
    await hear(page, 'new 2', 'psst', 'Ada')
    await live.getByText('Ben, to you alone: psst').waitFor()
    assert.equal(await live.getByText('Ben: Good morning').count(), 1)
    assert.equal(await log(page).getAttribute('aria-live'), 'off')
  }))

test('M7: a command is completed and sent by keyboard alone; a wrong one stays and is explained', () =>
  scene('talk', async page => {
    await field(page).pressSequentially(':d')
    await page.getByRole('option', { name: /^:Dm/ }).waitFor()
    await page.keyboard.press('Tab')
    await page.getByRole('listbox').getByRole('option', { name: 'Chloé' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    assert.equal(await field(page).inputValue(), ':Dm Chloé')
    await page.keyboard.press('Enter')
    assert.deepEqual(await submitted(page), [':Dm Chloé'])
    await frames(page)
    assert.equal(await page.getByRole('combobox', { name: 'Send to' }).inputValue(), 'Chloé')
    await field(page).pressSequentially(':nonsense')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('There is no command').waitFor()
    assert.equal(await field(page).inputValue(), ':nonsense')
  }))

test('M11: a person is pressed and written to alone, pressed again for everyone; what was begun comes along', () =>
  scene('talk', async page => {
    await field(page).fill('only for you')
    const ben = page.getByRole('list', { name: 'People' }).getByRole('button', { name: /^Ben/ })
    await ben.click()
    await frames(page)
    assert.equal(await page.getByRole('combobox', { name: 'Send to' }).inputValue(), 'Ben')
    assert.equal(await field(page).inputValue(), 'only for you')
    await page.keyboard.press('Enter')
    await log(page).getByText('only for you').waitFor()
    await ben.click()
    assert.deepEqual(await submitted(page), [':Dm Ben', 'only for you', ':Dm all'])
  }))

test('Shift and Enter make a line, Enter sends them', () =>
  scene('talk', async page => {
    await field(page).pressSequentially('one')
    await page.keyboard.press('Shift+Enter')
    await field(page).pressSequentially('two')
    await page.keyboard.press('Enter')
    assert.deepEqual(await submitted(page), ['one\ntwo'])
  }))

test('a link is only text, and opens apart', () =>
  scene('talk', async page => {
    await hear(page, 'new', '<b>x</b> javascript:alert(1) https://a.example/')
    const link = log(page).getByRole('link', { name: 'https://a.example/' })
    await link.waitFor()
    assert.equal(await link.getAttribute('rel'), 'noopener noreferrer')
    assert.equal(await log(page).getByText('<b>x</b> javascript:alert(1)').count(), 1)
  }))

test('the room is left by a button that asks first', () =>
  scene('talk', async page => {
    await page.getByRole('button', { name: 'Leave' }).click()
    const dialog = page.getByRole('dialog', { name: 'Leave the room?' })
    await dialog.getByRole('button', { name: 'Stay' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Leave' }).click()
    await dialog.getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('heading', { name: 'You left the room' }).waitFor()
    assert.deepEqual(await submitted(page), [':Exit'])
  }))

test('M3: a wrong password is said at once; the field is kept and has the focus', () =>
  scene('enter', async page => {
    await page.getByRole('textbox', { name: 'Password' }).fill('wrong horse')
    await page.getByRole('button', { name: 'Enter' }).click()
    await page.evaluate(() => {
      const { client } = globalThis as unknown as { client: { emit(...events: unknown[]): void } }
      client.emit(
        { type: 'error', code: 'wrong-password', message: '…' },
        { type: 'prompt', for: 'password' },
      )
    })
    await page.getByRole('alert').getByText('That is not the room’s password').waitFor()
    const password = page.getByRole('textbox', { name: 'Password' })
    assert.equal(await password.inputValue(), 'wrong horse')
    assert.equal(await password.evaluate(element => element.matches(':focus')), true)
  }))

test('what was typed to set a password is not there to be tried as the password', () =>
  scene('create', async page => {
    await page.getByRole('textbox', { name: 'Password' }).fill('my other secret')
    await page.evaluate(() => {
      const { client } = globalThis as unknown as { client: { emit(...events: unknown[]): void } }
      client.emit({ type: 'room', state: 'claimed' }, { type: 'prompt', for: 'password' })
    })
    await page.getByRole('button', { name: 'Enter', exact: true }).waitFor()
    assert.equal(await page.getByRole('textbox', { name: 'Password' }).inputValue(), '')
  }))

test('at 320 pixels nothing is wider than the screen', () =>
  scene(
    'offline',
    async page => {
      await field(page).waitFor()
      const wide = await page.evaluate(() => {
        const found: string[] = []
        const look = (root: ParentNode) => {
          for (const element of root.querySelectorAll('*')) {
            const { right, width } = element.getBoundingClientRect()
            if (width > 0 && right > innerWidth + 1 && element.closest('pre, .heard') === null) {
              found.push(`${element.tagName} ${element.className}`)
            }
            if (element.shadowRoot !== null) look(element.shadowRoot)
          }
        }
        look(document)
        return found
      })
      assert.deepEqual(wide, [])
    },
    320,
  ))

test('M9: a chosen file goes to whom messages go to, whatever its name is; `:File` alone lets one choose', () =>
  scene('direct', async page => {
    const name = 'two "words".txt'
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      field(page)
        .fill(':file')
        .then(() => page.keyboard.press('Enter')),
    ])
    await chooser.setFiles({ name, mimeType: 'text/plain', buffer: Buffer.from('x') })
    await frames(page)
    assert.deepEqual(await submitted(page), [':Dm Ben', ':File "two \\"words\\".txt"'])
  }))

test('in Arabic the page is written from right to left', () =>
  scene('talk', async page => {
    await page.goto(stage.url('talk', 'ar'))
    await page.getByRole('textbox', { name: 'الرسالة' }).waitFor()
    assert.equal(await page.locator('html').getAttribute('dir'), 'rtl')
    assert.equal(await page.locator('html').getAttribute('lang'), 'ar')
  }))
