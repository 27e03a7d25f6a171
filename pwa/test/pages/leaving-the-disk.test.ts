import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import { BrowserRoom } from '../rig/browser-room.ts'
import { button, enter, log, own, say, stayBox, textbox, texts } from '../rig/in-the-room.ts'
import { filesOf, NOTHING, onDisk, rows, untilEmpty, untilGone } from '../rig/on-disk.ts'
import type { Visitor } from '../rig/visitor.ts'

const NOTE = 'attack at dawn, in the clear\n'

const sendNote = ({ page }: Visitor) =>
  page
    .locator('input[type=file]')
    .setInputFiles({ name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from(NOTE) })

/** As the dialog of who stays: what was chosen can be read by a later page. */
const keepHandle = (page: Page, room: string) =>
  page.evaluate(async room => {
    const handle = await navigator.storage.getDirectory()
    const database = await new Promise<IDBDatabase>(resolve => {
      const opening = indexedDB.open('chat-room')
      opening.onsuccess = () => resolve(opening.result)
    })
    const writing = database.transaction('handles', 'readwrite')
    writing.objectStore('handles').put({ handle, at: Date.now() }, [room, 'film.mp4'])
    await new Promise(resolve => {
      writing.oncomplete = resolve
    })
    database.close()
  }, room)

suite('what leaves the disk', () => {
  test('M8: received files, what files were read by and the alias go with who leaves, who is told before', async () => {
    await using home = await BrowserRoom.start()
    const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
    await enter(bob, { founds: true })
    await enter(ann, { stays: true })
    await sendNote(bob)
    await log(ann).getByRole('button', { name: 'Save: note.txt' }).waitFor()
    await keepHandle(ann.page, `${home.url}/main`)
    assert.equal((await filesOf(ann.page)).length, 1)
    await button(ann, 'Leave').click()
    await ann.page.getByRole('dialog').getByText('Received files on this device: 1.').waitFor()
    await ann.page.keyboard.press('Escape')
    await say(ann, ':Exit')
    await ann.page.getByRole('button', { name: 'Come back' }).waitFor()
    assert.deepEqual(await filesOf(ann.page), [])
    assert.deepEqual(await rows(ann.page), { slots: 0, journals: 0, history: 0, handles: 0 })
    assert.doesNotMatch(await ann.page.evaluate(() => JSON.stringify({ ...localStorage })), /Ann/)
  })

  test('M13: a file that was received is there until the page ends for who chose otherwise meanwhile', async () => {
    await using home = await BrowserRoom.start()
    const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
    await enter(bob, { founds: true })
    await enter(ann, { stays: true })
    await sendNote(bob)
    const save = log(ann).getByRole('button', { name: 'Save: note.txt' })
    await save.waitFor()
    const [received = ''] = await filesOf(ann.page)
    await button(ann, 'Settings').click()
    await stayBox(ann).uncheck()
    await untilGone(ann.page)
    await ann.page.waitForFunction(
      async name => {
        const root = await navigator.storage.getDirectory()
        const passing = await root.getDirectoryHandle('passing')
        return await passing.getFileHandle(name).then(
          () => true,
          () => false,
        )
      },
      received.replace('received/', ''),
    )
    await ann.page.keyboard.press('Escape')
    const downloading = ann.page.waitForEvent('download')
    await save.click()
    const saved = await readFile(await (await downloading).path(), 'utf8')
    assert.equal(saved, NOTE)
    await ann.page.close({ runBeforeUnload: true })
    await ann.reopen()
    await textbox(ann, 'Password').waitFor()
    await untilEmpty(ann.page)
  })

  test('M13: of a large file that only passed through, the next page leaves nothing, before anybody comes in', async () => {
    await using home = await BrowserRoom.start()
    const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
    await enter(bob, { founds: true })
    await enter(ann)
    await bob.page
      .locator('input[type=file]')
      .setInputFiles({ name: 'big.txt', mimeType: 'text/plain', buffer: Buffer.alloc(33 * 2 ** 20, NOTE) })
    await ann.page
      .getByRole('button', { name: /^Accept/ })
      .first()
      .click()
    await log(ann).getByRole('button', { name: 'Save: big.txt' }).waitFor()
    assert.equal((await filesOf(ann.page)).length, 1)
    await ann.page.close({ runBeforeUnload: true })
    await ann.reopen()
    await textbox(ann, 'Password').waitFor()
    await untilEmpty(ann.page)
  })

  test('M8: leaving wipes what was kept of the room, forgetting wipes the device', async () => {
    await using home = await BrowserRoom.start()
    const ann = await home.visitor('Ann')
    await enter(ann, { founds: true, stays: true })
    await say(ann, 'a secret')
    await own(ann, 'a secret').getByText('Sent', { exact: true }).waitFor()
    await say(ann, ':Exit')
    await ann.page.getByRole('button', { name: 'Come back' }).waitFor()
    assert.deepEqual(await rows(ann.page), { slots: 0, journals: 0, history: 0, handles: 0 })
    await ann.page.reload()
    await enter(ann, { isOpen: true })
    assert.deepEqual(await texts(ann).then(shown => shown.filter(each => each !== 'a secret')), [])
    await ann.page.getByRole('button', { name: 'Leave', exact: true }).click()
    await ann.page.getByRole('checkbox', { name: /forget/i }).check()
    await ann.page.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click()
    await ann.page.getByRole('button', { name: 'Come back' }).waitFor()
    await untilGone(ann.page)
    assert.deepEqual(await onDisk(ann.page), NOTHING)
    await ann.page.reload()
    await textbox(ann, 'Password').waitFor()
    assert.equal(await stayBox(ann).isChecked(), false)
  })
})
