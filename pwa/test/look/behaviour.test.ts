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

test('what was begun is there again when the page starts anew for a new version', () =>
  scene('talk', async page => {
    await field(page).fill('begun')
    await page.evaluate(() => dispatchEvent(new Event('starting-anew')))
    await page.reload()
    await field(page).waitFor()
    assert.equal(await field(page).inputValue(), 'begun')
    await page.reload()
    await field(page).waitFor()
    assert.equal(await field(page).inputValue(), '')
  }))

test('the system tells of what comes while nobody looks, once a person switched that on', () =>
  scene('talk', async page => {
    await page.evaluate(() => {
      const told: unknown[] = []
      const registration = {
        showNotification: async (title: string, { body }: NotificationOptions) => told.push([title, body]),
        getNotifications: async () => [{ close: () => told.push('closed') }],
      }
      Object.defineProperty(navigator.serviceWorker, 'getRegistration', { value: async () => registration })
      Object.defineProperty(Notification, 'permission', { get: () => 'granted' })
      Notification.requestPermission = async () => 'granted'
      Object.assign(globalThis, { told })
    })
    const look = (state: 'hidden' | 'visible') =>
      page.evaluate(state => {
        Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      }, state)
    const live = page.locator('room-news [aria-live]')

    await look('hidden')
    await hear(page, 'new 1', 'before it was wanted')
    await live.getByText('before it was wanted').waitFor()
    await look('visible')
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('checkbox', { name: /^Notify me/ }).check()
    await page.keyboard.press('Escape')
    await hear(page, 'new 2', 'while somebody looks')
    await live.getByText('while somebody looks').waitFor()
    await look('hidden')
    await hear(page, 'new 3', 'while nobody looks', 'Ada')
    await live.getByText('while nobody looks').waitFor()
    assert.equal(await page.title(), `(1) ${new URL(page.url()).host}`)
    await look('visible')
    const { host } = new URL(page.url())
    assert.deepEqual(await page.evaluate(() => (globalThis as unknown as { told: unknown[] }).told), [
      'closed',
      [host, 'Ben, to you alone: while nobody looks'],
      'closed',
    ])
  }))

test('files are fetched by themselves up to what is chosen in the settings', () =>
  scene('talk', async page => {
    const offer = (number: number, size: number) =>
      page.evaluate(
        ({ number, size }) => {
          const { client } = globalThis as unknown as {
            client: { transfers: unknown[]; emit(event: unknown): void }
          }
          const what = { transfer: `t${number}`, name: 'a.jpg', size }
          const view = { ...what, number, direction: 'in', with: 'Ben', done: 0, state: 'offered' }
          client.transfers = [...client.transfers, view]
          client.emit({ type: 'file-offered', ...what, from: 'Ben', to: 'all' })
        },
        { number, size },
      )
    const mib = 2 ** 20
    await offer(91, 32 * mib)
    await offer(92, 32 * mib + 1)
    await frames(page)
    assert.deepEqual(await submitted(page), [':Accept 91'])
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('combobox', { name: /^Receive files/ }).selectOption({ index: 3 })
    await frames(page)
    assert.deepEqual(await submitted(page), [':Accept 91', ':Accept 92'])
  }))

test('the screen stays on while a file moves and the page is seen', () =>
  scene('talk', async page => {
    await page.evaluate(() => {
      const locks: string[] = []
      const request = async () => {
        locks.push('held')
        return { release: async () => void locks.push('let go') }
      }
      Object.defineProperty(navigator, 'wakeLock', { value: { request } })
      Object.assign(globalThis, { locks })
    })
    const become = async (state: string) => {
      await page.evaluate(state => {
        const { client } = globalThis as unknown as {
          client: { transfers: unknown[]; emit(event: unknown): void }
        }
        const what = { transfer: 't91', name: 'a.jpg', size: 9 }
        client.transfers = [{ ...what, number: 91, direction: 'in', with: 'Ben', done: 1, state }]
        client.emit({ type: 'file-progress', ...what, received: 1 })
      }, state)
      await frames(page)
    }
    const look = (state: string) =>
      page.evaluate(state => {
        Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      }, state)
    await become('running')
    await look('hidden')
    await look('visible')
    await become('done')
    assert.deepEqual(await page.evaluate(() => (globalThis as unknown as { locks: string[] }).locks), [
      'held',
      'let go',
      'held',
      'let go',
    ])
  }))

test('whoever leaves may have the device forget, which it does once nothing writes any more', () =>
  scene('talk', async page => {
    await page.goto(`${stage.url('talk')}&stays`)
    await page.getByRole('button', { name: 'Leave' }).click()
    const dialog = page.getByRole('dialog', { name: 'Leave the room?' })
    await dialog.getByRole('checkbox', { name: /^Forget this device/ }).check()
    await dialog.getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('heading', { name: 'You left the room' }).waitFor()
    assert.deepEqual(await submitted(page), [':Exit'])
    assert.equal(await page.locator('html').getAttribute('data-forgotten'), '')
  }))

test('an app that can be installed is offered to whoever comes back, and not again after a no', () =>
  scene('talk', async page => {
    const offer = () =>
      page.evaluate(() => {
        const event = Object.assign(new Event('beforeinstallprompt', { cancelable: true }), {
          prompt: async () => document.documentElement.setAttribute('data-asked', ''),
        })
        dispatchEvent(event)
        return event.defaultPrevented
      })
    const install = page.getByRole('button', { name: 'Install' })
    await field(page).waitFor()
    assert.equal(await offer(), true)
    await frames(page)
    assert.equal(await install.count(), 0)
    // Not on the first visit, except for who looks for it.
    await page.getByRole('button', { name: 'Settings' }).click()
    await install.waitFor()
    await page.keyboard.press('Escape')
    await page.evaluate(() => {
      const { app } = globalThis as unknown as { app: { lastAlias: string } }
      app.lastAlias = 'Ada'
    })
    await install.waitFor()
    await page.getByRole('button', { name: 'Not now' }).click()
    await install.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Settings' }).click()
    await install.click()
    assert.equal(await page.locator('html').getAttribute('data-asked'), '')
  }))

test('an offered picture is shown in small, if it is one', () =>
  scene('empty', async page => {
    await field(page).waitFor()
    await page.evaluate(async () => {
      const { client } = globalThis as unknown as {
        client: { transfers: unknown[]; emit(event: unknown): void }
      }
      const canvas = new OffscreenCanvas(40, 30)
      canvas.getContext('2d')?.fillRect(0, 0, 40, 30)
      const blob = await canvas.convertToBlob({ type: 'image/jpeg' })
      const picture = new Uint8Array(await blob.arrayBuffer())
      const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
      for (const [number, preview] of [picture, svg].entries()) {
        const what = { transfer: `t${number}`, name: 'a.jpg', size: 2 ** 30 }
        const view = { ...what, number, direction: 'in', with: 'Ben', done: 0, state: 'offered' }
        client.transfers = [...client.transfers, view]
        client.emit({ type: 'file-offered', ...what, from: 'Ben', to: 'all', preview })
      }
    })
    await log(page).locator('preview-picture img').first().waitFor()
    await frames(page)
    const widths = await log(page)
      .locator('preview-picture img')
      .evaluateAll(pictures => pictures.map(each => (each as HTMLImageElement).naturalWidth))
    assert.deepEqual(widths, [40])
  }))

test('whoever does not want to wait for the next attempt has it made at once', () =>
  scene('offline', async page => {
    await page.getByRole('button', { name: 'Try now' }).click()
    await page.getByRole('button', { name: 'Try now' }).waitFor({ state: 'detached' })
  }))
