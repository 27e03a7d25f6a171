import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import { BrowserRoom } from './rig/browser-room.ts'
import { button, enter, log, own, people, say, stayBox, textbox, texts } from './rig/in-the-room.ts'
import type { Visitor } from './rig/visitor.ts'

/** A page that has no network says so in its console, whoever asked. */
const NO_NETWORK = /ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|WebSocket connection to/

/** Whatever of a page may be found on the disk of its device, but the shell. */
const onDisk = (page: Page) =>
  page.evaluate(async () => {
    const files: string[] = []
    const root = await navigator.storage.getDirectory()
    for await (const name of root.keys()) files.push(name)
    const databases = (await indexedDB.databases()).map(({ name }) => name)
    const foreign = (await caches.keys()).filter(name => !name.includes('precache'))
    return { files, databases, foreign, local: localStorage.length, session: sessionStorage.length }
  })

const NOTHING = { files: [], databases: [], foreign: [], local: 0, session: 0 }

const NOTE = 'attack at dawn, in the clear\n'

const sendNote = ({ page }: Visitor) =>
  page
    .locator('input[type=file]')
    .setInputFiles({ name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from(NOTE) })

/** The files of the origin's own disk, with their folders. */
const filesOf = (page: Page) =>
  page.evaluate(async () => {
    const found: string[] = []
    const root = await navigator.storage.getDirectory()
    for await (const [folder, handle] of root.entries()) {
      for await (const name of (handle as FileSystemDirectoryHandle).keys()) found.push(`${folder}/${name}`)
    }
    return found
  })

const untilEmpty = (page: Page) =>
  page.waitForFunction(async () => {
    const root = await navigator.storage.getDirectory()
    for await (const handle of root.values()) {
      for await (const _file of (handle as FileSystemDirectoryHandle).keys()) return false
    }
    return true
  })

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

/** The page's process dies in the middle of whatever it does; another tab of the device is opened. */
async function killAndReopen(visitor: Visitor): Promise<void> {
  const { page } = visitor
  const session = await visitor.context.newCDPSession(page)
  const crashed = page.waitForEvent('crash')
  // Answers nothing: there is nobody left to answer.
  session.send('Page.crash').catch(() => {})
  await crashed
  await visitor.reopen()
}

suite('staying on this device', () => {
  test('nothing touches the disk without staying, and the alias is free again with the page', async () => {
    await using home = await BrowserRoom.start()
    const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
    await enter(bob, { founds: true })
    await enter(ann)
    await say(ann, 'nothing of this is kept')
    await log(bob).getByText('nothing of this is kept').waitFor()
    await bob.page.locator('input[type=file]').setInputFiles({
      name: 'note.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('small enough to be fetched by itself'),
    })
    await log(ann).getByRole('button', { name: 'Save: note.txt' }).waitFor()
    assert.deepEqual(await onDisk(ann.page), NOTHING)
    await ann.page.close({ runBeforeUnload: true })
    await log(bob)
      .getByText(/Ann left/)
      .waitFor()
    const other = await home.visitor('Ann')
    await enter(other)
    assert.deepEqual(await onDisk(other.page), NOTHING)
  })

  test('what was said is there again without a server, and it is said that there is none', async () => {
    const port = await freePort()
    await using home = await BrowserRoom.start({ env: { PORT: String(port) } })
    const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
    for (const visitor of [ann, bob]) visitor.expected.push(NO_NETWORK)
    await enter(ann, { founds: true, stays: true })
    await enter(bob)
    await say(ann, 'from Ann')
    await say(bob, 'from Bob')
    await log(ann).getByText('from Bob').waitFor()
    await ann.controlled()
    await home.room.stopServer('SIGKILL')
    await ann.page.reload()
    await own(ann, 'from Ann').waitFor()
    await log(ann).getByText('from Bob').waitFor()
    await ann.page
      .getByRole('status', { name: 'Connection' })
      .getByText(/offline/i)
      .waitFor()
    await say(ann, 'written on a train')
    await own(ann, 'written on a train').getByText('Waiting to be sent').waitFor()
    await home.room.startServer()
    await log(bob).getByText('written on a train').waitFor()
    // No second place in the room, and no second copy of anything.
    assert.equal(await people(bob).getByText('Ann', { exact: true }).count(), 1)
    await own(ann, 'written on a train').getByText('Sent', { exact: true }).waitFor()
    assert.deepEqual(await texts(ann), ['from Ann', 'from Bob', 'written on a train'])
  })

  test('who goes to another page and back is in the room again', async () => {
    await using home = await BrowserRoom.start()
    const ann = await home.visitor('Ann')
    await enter(ann, { founds: true, stays: true })
    await say(ann, 'back in a moment')
    await own(ann, 'back in a moment').getByText('Sent', { exact: true }).waitFor()
    await ann.page.goto(`${home.url}/healthz`)
    await ann.page.goBack()
    await own(ann, 'back in a moment').waitFor()
    await say(ann, 'here I am')
    await own(ann, 'here I am').getByText('Sent', { exact: true }).waitFor()
  })

  test('a change of mind inside the room brings all of it to the disk, or takes all of it away', async () => {
    await using home = await BrowserRoom.start()
    const ann = await home.visitor('Ann')
    await enter(ann, { founds: true })
    await say(ann, 'said before')
    await own(ann, 'said before').getByText('Sent', { exact: true }).waitFor()
    await button(ann, 'Settings').click()
    await stayBox(ann).check()
    await ann.page.waitForFunction(async () => (await indexedDB.databases()).length === 1)
    await ann.page.keyboard.press('Escape')
    await say(ann, 'said after')
    await own(ann, 'said after').getByText('Sent', { exact: true }).waitFor()
    await ann.page.reload()
    await own(ann, 'said after').waitFor()
    assert.deepEqual(await texts(ann), ['said before', 'said after'])
    await button(ann, 'Settings').click()
    await stayBox(ann).uncheck()
    await untilGone(ann.page)
    assert.deepEqual(await onDisk(ann.page), NOTHING)
    await ann.page.keyboard.press('Escape')
    await say(ann, 'and on')
    await own(ann, 'and on').getByText('Sent', { exact: true }).waitFor()
    assert.deepEqual(await texts(ann), ['said before', 'said after', 'and on'])
    assert.deepEqual(await onDisk(ann.page), NOTHING)
  })

  test('a disk that is full is told, and costs nothing but what would be kept', async () => {
    await using home = await BrowserRoom.start()
    const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
    ann.expected.push(/does not keep the room/)
    const session = await ann.context.newCDPSession(ann.page)
    await session.send('Storage.overrideQuotaForOrigin', { origin: home.url, quotaSize: 400_000 })
    await enter(ann, { founds: true, stays: true })
    await enter(bob)
    const long = 'so much to say '.repeat(1_000)
    const told = ann.page.getByRole('alert').getByText(/full/)
    for (let said = 0; said < 40 && (await told.count()) === 0; said++) await say(bob, `${said} ${long}`)
    await told.waitFor()
    await say(ann, 'I can still speak')
    await log(bob).getByText('I can still speak').waitFor()
  })

  test('M13: a disk that takes nothing more has nothing of what it kept', async () => {
    await using home = await BrowserRoom.start()
    const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
    ann.expected.push(/does not keep the room/)
    await enter(ann, { founds: true, stays: true })
    await enter(bob)
    await say(ann, 'my secret')
    await own(ann, 'my secret').getByText('Sent', { exact: true }).waitFor()
    await ann.page.evaluate(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('full', 'QuotaExceededError')
      }
    })
    // Not she herself: whoever writes has read what is told.
    await say(bob, 'one more')
    await ann.page.getByRole('alert').getByText(/full/).waitFor()
    await untilGone(ann.page)
    assert.deepEqual(await onDisk(ann.page), NOTHING)
    // It cannot know of everything that is left.
    await button(ann, 'Leave').click()
    await ann.page.getByRole('checkbox', { name: /forget/i }).waitFor()
  })

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

  test('what was written offline survives a killed tab, and is delivered once, in its order', async () => {
    await using home = await BrowserRoom.start()
    const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
    await enter(ann, { founds: true, stays: true })
    await enter(bob)
    await ann.controlled()
    ann.expected.push(NO_NETWORK)
    await ann.context.setOffline(true)
    const lines = Array.from({ length: 12 }, (_, at) => `offline ${at}`)
    for (const line of lines) await say(ann, line)
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
    const session = await ann.context.newCDPSession(ann.page)
    // Nothing of it runs, and its network goes away meanwhile.
    await session.send('Debugger.enable')
    await session.send('Debugger.pause')
    ann.expected.push(NO_NETWORK)
    await ann.context.setOffline(true)
    const lines = Array.from({ length: 30 }, (_, at) => `in the night ${String(at).padStart(2, '0')}`)
    for (const line of lines) await say(bob, line)
    await own(bob, 'in the night 29').getByText('Sent', { exact: true }).waitFor()
    await ann.context.setOffline(false)
    await session.send('Debugger.resume')
    await session.send('Debugger.disable')
    await log(ann).getByText('in the night 29').waitFor()
    assert.deepEqual(await texts(ann), ['before the night', ...lines])
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

/** A port that a server which starts again can have again. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** While Chromium deletes a database, its list may leave it out and have it again: opening one waits for its turn. */
const untilGone = (page: Page) =>
  page.waitForFunction(
    () =>
      new Promise<boolean>(resolve => {
        const opening = indexedDB.open('chat-room')
        opening.onupgradeneeded = () => opening.transaction?.abort()
        opening.onerror = () => resolve(true)
        opening.onsuccess = () => {
          opening.result.close()
          resolve(false)
        }
      }),
  )

/** How much is kept on the disk, by kind. */
const rows = (page: Page) =>
  page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('chat-room')
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(opening.error)
    })
    const count = (store: string) =>
      new Promise<number>(resolve => {
        const counting = database.transaction(store).objectStore(store).count()
        counting.onsuccess = () => resolve(counting.result)
      })
    const counts = {
      slots: await count('slots'),
      journals: await count('journals'),
      history: await count('history'),
      handles: await count('handles'),
    }
    database.close()
    return counts
  })
