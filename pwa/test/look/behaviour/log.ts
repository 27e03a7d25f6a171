import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emit, field, frames, hear, log, scene, submitted, top } from './play.ts'

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

test('a link is only text, and opens apart', () =>
  scene('talk', async page => {
    await hear(page, 'new', '<b>x</b> javascript:alert(1) https://a.example/')
    const link = log(page).getByRole('link', { name: 'https://a.example/' })
    await link.waitFor()
    assert.equal(await link.getAttribute('rel'), 'noopener noreferrer')
    assert.equal(await log(page).getByText('<b>x</b> javascript:alert(1)').count(), 1)
  }))

const below = (element: HTMLElement | SVGElement) =>
  element.scrollHeight - element.scrollTop - element.clientHeight

test('without a network the room opens with what this device kept, at its newest, and says that it is offline', () =>
  scene('kept', async page => {
    await log(page).getByText('Kept 50000', { exact: true }).waitFor()
    const connection = page.getByRole('status', { name: 'Connection' })
    await connection.getByText('Offline. What you write is kept').waitFor({ state: 'attached' })
    assert.equal((await log(page).evaluate(below)) < 2, true)
    assert.equal(
      await page
        .locator('room-news [aria-live]')
        .textContent()
        .then(text => text?.trim()),
      '',
    )
  }))

test('of 50 000 kept messages only those are read that somebody scrolls to, and the place is kept to the pixel', () =>
  scene('kept', async page => {
    await log(page).getByText('Kept 50000', { exact: true }).waitFor()
    const known = () =>
      page.evaluate(() => {
        const { app } = globalThis as unknown as { app: Element }
        const screen = app.shadowRoot?.querySelector('room-screen') as unknown as {
          model: { conversation: { first: number; end: number } }
        }
        return screen.model.conversation.end - screen.model.conversation.first
      })
    assert.equal((await known()) <= 500, true)
    const rows = () => log(page).locator('.rows > div').count()
    let most = 0
    for (let pages = 0; pages < 6; pages++) {
      const before = await known()
      // The first row that can be seen, in the turn in which it comes there: earlier ones come in after that.
      const row = await log(page).evaluateHandle(element => {
        element.scrollTop = 300
        const edge = element.getBoundingClientRect().top
        const row = [...element.querySelectorAll('.rows > div')].find(
          each => each.getBoundingClientRect().bottom > edge,
        )
        if (row === undefined) throw new Error('nothing can be seen')
        return { row, top: row.getBoundingClientRect().top }
      })
      for (let waited = 0; waited < 5; waited++) await frames(page)
      const moved = await row.evaluate(({ row, top }) =>
        row.isConnected ? Math.abs(row.getBoundingClientRect().top - top) : Number.NaN,
      )
      assert.equal(moved < 1, true, `moved by ${moved} pixels`)
      most = Math.max(most, await rows())
      assert.equal((await known()) - before <= 400, true)
    }
    assert.equal((await known()) >= 700, true, `${await known()} are known`)
    // Of 300 entries, with dividers of days.
    assert.equal(most <= 320, true, `${most} rows`)
  }))

test('what was missed begins at a divider that is one press away, and both jumps lead where they say', () =>
  scene('missed', async page => {
    await log(page).getByText('Missed 40', { exact: true }).waitFor()
    const first = page.getByRole('button', { name: 'Jump to first unread' })
    await first.click()
    await frames(page)
    const edge = await log(page).evaluate(element => element.getBoundingClientRect().top)
    const divider = log(page).getByText('New messages')
    const at = await divider.evaluate(element => element.getBoundingClientRect().top)
    assert.equal(at >= edge && at < edge + 60, true, `${at - edge} pixels from the top`)
    await first.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: /^Jump to latest/ }).click()
    await frames(page)
    assert.equal((await log(page).evaluate(below)) < 2, true)
    await frames(page)
    assert.equal(await first.count(), 0, 'it has been seen')
  }))

test('M11: what failed is said again to whom it was for, whoever is the target, and is there once', () =>
  scene('offline', async page => {
    await log(page).getByRole('button', { name: 'Try again' }).click()
    await log(page).getByRole('button', { name: 'Try again' }).waitFor({ state: 'detached' })
    assert.equal(await log(page).getByText('And this one did not make it.').count(), 1)
    assert.deepEqual(await submitted(page), ['And this one did not make it.'])
    assert.equal(await page.getByRole('combobox', { name: 'Send to' }).inputValue(), 'all')
    assert.equal(await log(page).getByText('to Ben alone').last().isVisible(), true)
    await emit(page, { type: 'connection', state: 'online' })
    await field(page).waitFor()
  }))

test('when it was written is said of what waited, and not of what went within its minute', () =>
  scene('talk', async page => {
    const at = new Date().setHours(15, 54, 30, 0)
    const late = { type: 'message', from: 'Ben', to: 'all', seq: 99_999 } as const
    await emit(
      page,
      { ...late, id: 'soon', text: 'went soon', at, written: at - 20_000 },
      { ...late, from: 'Chloé', id: 'late', text: 'waited', at, written: at - 60_000 },
    )
    const rowOf = (text: string) => log(page).locator('.said', { hasText: text })
    await rowOf('waited').getByText('written 3:53').waitFor()
    assert.equal(await rowOf('went soon').getByText('written').count(), 0)
  }))
