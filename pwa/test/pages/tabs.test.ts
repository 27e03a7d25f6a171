import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import { BrowserRoom } from '../rig/browser-room.ts'
import { Front } from '../rig/front.ts'
import { enter, log, own, people, say, textbox, texts } from '../rig/in-the-room.ts'
import type { Visitor } from '../rig/visitor.ts'

const message = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true })
const useHere = (page: Page) => page.getByRole('button', { name: 'Use it here' })

const write = async (page: Page, line: string) => {
  await message(page).fill(line)
  await message(page).press('Enter')
}

const FILE = {
  name: 'note.txt',
  mimeType: 'text/plain',
  buffer: Buffer.from('small enough to be fetched by itself'),
}

suite('several tabs of one device', () => {
  for (const stays of [true, false]) {
    test(`the newest is in the room, under the same alias, ${stays ? 'who stays' : 'who does not stay'}`, async () => {
      await using home = await BrowserRoom.start()
      const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
      await enter(bob, { founds: true })
      await enter(ann, { stays })
      const first = ann.page
      await write(first, 'from the first tab')
      await log(bob).getByText('from the first tab').waitFor()
      await say(bob, 'heard')
      await log(ann).getByText('heard').waitFor()

      await message(first).fill('begun')

      const second = await ann.openTab()
      // No password, no alias: it is the same member, in the middle of what it was doing.
      await message(second).waitFor()
      await useHere(first).waitFor()
      assert.equal(await message(second).inputValue(), 'begun')
      await write(second, 'from the second tab')
      await log(bob).getByText('from the second tab').waitFor()
      const shown = second.getByRole('log', { name: 'Messages' }).locator('.text')
      assert.deepEqual(await shown.allInnerTexts(), ['from the first tab', 'heard', 'from the second tab'])

      await useHere(first).click()
      await message(first).waitFor()
      await useHere(second).waitFor()
      await write(first, 'and back')
      await log(bob).getByText('and back').waitFor()
      assert.deepEqual(await texts(bob), ['from the first tab', 'heard', 'from the second tab', 'and back'])
      assert.deepEqual(await texts(ann), await texts(bob))
      await people(bob).getByText('Ann', { exact: true }).waitFor()
      assert.equal(await people(bob).getByText('Ann', { exact: true }).count(), 1)
      if (!stays) {
        assert.deepEqual(await second.evaluate(() => indexedDB.databases()), [])
        assert.equal(await second.evaluate(() => localStorage.length + sessionStorage.length), 0)
      }
    })
  }

  test('what was written offline and what has arrived goes along with whoever does not stay', async () => {
    await using home = await BrowserRoom.start()
    const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
    await enter(bob, { founds: true })
    await enter(ann)
    await bob.page.locator('input[type=file]').setInputFiles(FILE)
    const save = (page: Page) => page.getByRole('button', { name: 'Save: note.txt' }).first()
    await save(ann.page).waitFor()
    await ann.controlled()
    ann.expected.push(/ERR_INTERNET_DISCONNECTED|WebSocket connection to/)
    await ann.context.setOffline(true)
    await say(ann, 'written without a network')
    await own(ann, 'written without a network').waitFor()
    const tab = await ann.openTab()
    await useHere(ann.page).waitFor()
    await tab
      .locator('.own', { hasText: 'written without a network' })
      .getByText('Waiting to be sent')
      .waitFor()
    const [download] = await Promise.all([tab.waitForEvent('download'), save(tab).click()])
    assert.deepEqual(await readFile(await download.path()), FILE.buffer)
    await ann.context.setOffline(false)
    await log(bob).getByText('written without a network').waitFor()
  })

  test('a tab that opens while another one asks for the password takes nothing from it but the place', async () => {
    await using home = await BrowserRoom.start()
    const ann = await home.visitor('Ann')
    const first = await ann.open()
    await textbox(ann, 'Password').waitFor()
    const second = await ann.openTab()
    await second.getByRole('textbox', { name: 'Password' }).waitFor()
    await useHere(first).waitFor()
    await useHere(first).click()
    await textbox(ann, 'Password').waitFor()
    await useHere(second).waitFor()
  })

  test('of tabs that open at the same moment exactly one is in the room', async () => {
    await using home = await BrowserRoom.start()
    const ann = await home.visitor('Ann')
    await enter(ann, { founds: true, stays: true })
    const others = await Promise.all([ann.openTab(), ann.openTab(), ann.openTab()])
    const tabs = [ann.page, ...others]
    // Whoever is in the room stays there, or hands over to one that waits: until nobody waits any more.
    await Promise.all(tabs.map(tab => message(tab).or(useHere(tab)).first().waitFor()))
    await Promise.all(tabs.map(tab => tab.locator('enter-screen progress').waitFor({ state: 'detached' })))
    const inside = await Promise.all(tabs.map(tab => message(tab).isVisible()))
    assert.equal(inside.filter(Boolean).length, 1)
  })
})

suite('a new version', () => {
  for (const stays of [true, false]) {
    test(`costs neither a draft nor anything else, ${stays ? 'who stays' : 'who does not stay'}`, async () => {
      await using home = await BrowserRoom.start()
      await using front = await Front.before(home.room)
      const [ann, bob] = [await home.visitor('Ann', { url: front.url }), await home.visitor('Bob')]
      await enter(bob, { founds: true })
      await enter(ann, { stays })
      await say(ann, 'of the old version')
      await own(ann, 'of the old version').getByText('Sent', { exact: true }).waitFor()
      await ann.controlled()
      const replaced = ann.page
      const page = await ann.openTab()
      await message(page).waitFor()
      await useHere(replaced).waitFor()
      await update(ann, page, front, async () => {
        await message(page).fill('a draft')
        return await Promise.all([page, replaced].map(each => each.waitForEvent('load')))
      })
      await page.waitForFunction(() => performance.getEntriesByType('navigation').length === 1)
      await message(page).waitFor()
      assert.equal(await message(page).inputValue(), 'a draft')
      // Each tab is what it was.
      await useHere(replaced).waitFor()
      const shown = page.getByRole('log', { name: 'Messages' }).locator('.text')
      await shown.getByText('of the old version').waitFor()
      await message(page).press('Enter')
      await log(bob).getByText('a draft').waitFor()
      assert.deepEqual(await texts(bob), ['of the old version', 'a draft'])
      if (!stays) assert.deepEqual(await page.evaluate(() => indexedDB.databases()), [])
    })
  }
})

/** Publishes a version and lets it be applied: `meanwhile` begins before, and is over after it. */
async function update(
  visitor: Visitor,
  page: Page,
  front: Front,
  meanwhile: () => Promise<unknown>,
): Promise<void> {
  const worker = await readFile(join(import.meta.dirname, '../../dist/sw.js'), 'utf8')
  front.answers.set('/sw.js', `${worker}\n// newer`)
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update())
  const apply = page.getByRole('button', { name: 'Update' })
  await apply.waitFor()
  const over = meanwhile()
  await page.waitForTimeout(0)
  await apply.click()
  await over
  await visitor.controlled()
}
