import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { BrowserRoom } from '../rig/browser-room.ts'
import { enter, log, own, say, sayOffline, textbox, texts } from '../rig/in-the-room.ts'
import { killAndReopen, NO_NETWORK } from '../rig/mishaps.ts'
import { rows } from '../rig/on-disk.ts'

suite('what a page does not lose', () => {
  test('what was written offline survives a killed tab, and is delivered once, in its order', async () => {
    await using home = await BrowserRoom.start()
    const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
    await enter(ann, { founds: true, stays: true })
    await enter(bob)
    await ann.controlled()
    ann.expected.push(NO_NETWORK)
    await ann.context.setOffline(true)
    const lines = Array.from({ length: 12 }, (_, at) => `offline ${at}`)
    for (const line of lines) await sayOffline(ann, line)
    await own(ann, 'offline 11').waitFor()
    await killAndReopen(ann)
    await own(ann, 'offline 11').getByText('Waiting to be sent').waitFor()
    assert.deepEqual(await texts(ann), lines)
    await killAndReopen(ann)
    await ann.context.setOffline(false)
    await own(ann, 'offline 11').getByText('Sent', { exact: true }).waitFor()
    await say(ann, 'and online again')
    await log(bob).getByText('and online again').waitFor()
    assert.deepEqual(await texts(bob), [...lines, 'and online again'])
    assert.deepEqual(await texts(ann), [...lines, 'and online again'])
  })

  test('a tab that is killed while it sends loses nothing, doubles nothing, and needs no password', async () => {
    await using home = await BrowserRoom.start()
    const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
    await enter(ann, { founds: true, stays: true })
    await enter(bob)
    for (let round = 0; round < 3; round++) {
      for (let at = 0; at < 5; at++) await say(ann, `round ${round}, ${at}`)
      await killAndReopen(ann)
      await textbox(ann, 'Message').waitFor()
    }
    await say(ann, 'the last')
    await log(bob).getByText('the last').waitFor()
    const shown = await texts(ann)
    assert.deepEqual(await texts(bob), shown)
    assert.deepEqual(shown, [...new Set(shown)].toSorted())
  })

  test('a page that slept catches up with all that it missed, in order', async () => {
    await using home = await BrowserRoom.start()
    const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
    await enter(ann, { founds: true, stays: true })
    await enter(bob)
    await say(bob, 'before the night')
    await log(ann).getByText('before the night').waitFor()
    await ann.controlled()
    ann.expected.push(NO_NETWORK)
    const session = await ann.context.newCDPSession(ann.page)
    await session.send('Debugger.enable')
    const lines = ['before the night']
    // Its network stays all night, goes away meanwhile, or is there again only after its page woke.
    for (const night of ['online', 'offline', 'late']) {
      // Nothing of it runs: a page that is before the eyes cannot be frozen otherwise.
      await session.send('Debugger.pause')
      if (night !== 'online') await ann.context.setOffline(true)
      for (let at = 0; at < 30; at++) {
        lines.push(`${night} ${at}`)
        await say(bob, `${night} ${at}`)
      }
      await own(bob, `${night} 29`).getByText('Sent', { exact: true }).waitFor()
      if (night === 'offline') await ann.context.setOffline(false)
      await session.send('Debugger.resume')
      if (night === 'late') await ann.context.setOffline(false)
      await log(ann).getByText(`${night} 29`).waitFor()
      // Rows that nobody sees are not laid out.
      assert.deepEqual(await log(ann).locator('.text').allTextContents(), lines)
    }
    await session.send('Debugger.disable')
    await say(ann, 'and awake')
    await log(bob).getByText('and awake').waitFor()
  })

  test('what was begun is there after a reload and a closed browser, until it is sent', async () => {
    await using home = await BrowserRoom.start()
    const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
    await enter(ann, { founds: true, stays: true })
    await enter(bob)
    const message = () => textbox(ann, 'Message')
    await message().fill('half a sent')
    await untilNoted(ann.page, true)
    await ann.page.reload()
    await untilWritten(message(), 'half a sent')
    await message().pressSequentially('ence')
    await message().press('End')
    await say(ann, ':dm Bob')
    // Or what is found is what was begun before.
    await untilNoted(ann.page, false)
    await message().fill('between us')
    await untilNoted(ann.page, true)
    await killAndReopen(ann)
    await message().waitFor()
    // Not in the field when it is for everyone.
    assert.equal(await message().inputValue(), '')
    await ann.page.getByRole('combobox', { name: 'Send to' }).selectOption('Bob')
    await untilWritten(message(), 'between us')
    await message().press('Enter')
    await log(bob).getByText('between us').waitFor()
    await untilNoted(ann.page, false)
    await message().fill('begun before leaving')
    assert.equal(await fieldOnceAimed(ann.page, 'all'), '')
    await say(ann, ':Exit')
    await ann.page.getByRole('button', { name: 'Come back' }).waitFor()
    assert.equal((await rows(ann.page)).slots, 0)
  })
})

/** Whether anything that was begun lies on the disk. */
async function untilNoted(page: Page, isThere: boolean): Promise<void> {
  await page.waitForFunction(
    isThere =>
      new Promise<boolean>(resolve => {
        const opening = indexedDB.open('chat-room')
        opening.onsuccess = () => {
          const keys = opening.result.transaction('slots').objectStore('slots').getAllKeys()
          keys.onsuccess = () => {
            opening.result.close()
            resolve(keys.result.some(key => Array.isArray(key) && key[1] === 'drafts') === isThere)
          }
        }
      }),
    isThere,
  )
}

/** What is in the field at once when somebody is chosen: a frame later, what was typed meanwhile is in the wrong hands. */
const fieldOnceAimed = (page: Page, target: string): Promise<string | undefined> =>
  page.getByRole('combobox', { name: 'Send to' }).evaluate((select, target) => {
    if (!(select instanceof HTMLSelectElement)) return
    select.value = target
    select.dispatchEvent(new Event('change'))
    return select.form?.querySelector('textarea')?.value
  }, target)

const untilWritten = async (field: Locator, text: string): Promise<void> => {
  await field.waitFor()
  assert.equal(await field.inputValue(), text)
}
