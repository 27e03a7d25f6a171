import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { Line } from '../../../api/test/faults/line.ts'
import type { Person } from '../../../api/test/scenarios/rig/person.ts'
import { PASSWORD, Room } from '../../../api/test/scenarios/rig/room.ts'
import { sha256Of, writeSomeFile } from '../../../api/test/scenarios/rig/some-file.ts'
import { downloaded, growing, looksFinished } from './rig/downloads.ts'
import { ENGINES, startBrowser } from './rig/engines.ts'
import { Guest } from './rig/guest.ts'
import type { Browser, Engine } from './rig/tab.ts'

const MIB = 1024 * 1024
/** More than goes through memory. */
const SIZE = 48 * MIB + 13
/** Of the sender, in bytes a second: it takes three quarters of a minute. Firefox ends a worker that is left alone after 30 s. */
const RATE = MIB
const DEADLINE = 180_000
const SMALL = 'note.txt'

/** Somebody sends slowly what somebody else streams through the service worker, since their disk has no room for it. */
class SlowFile implements AsyncDisposable {
  readonly #all: AsyncDisposableStack
  readonly url: string
  readonly sender: Person
  readonly receiver: Guest
  readonly browser: Browser
  readonly path: string
  readonly name = 'film.bin'

  static async begin(engine: Engine): Promise<SlowFile> {
    await using all = new AsyncDisposableStack()
    const room = all.use(await Room.start())
    const line = all.use(await Line.to(room.port))
    const sender = await room.person('Ann', { url: line.url })
    await sender.enter(PASSWORD)
    const path = join(sender.directory, 'film.bin')
    await writeSomeFile(path, SIZE, 1)
    const browser = all.use(await startBrowser(engine, join(room.certsDirectory, 'ca.crt')))
    const receiver = new Guest('Bob', await browser.newTab(), room.url)
    await receiver.enter('Enter')
    await receiver.controlled()
    await receiver.tab.evaluate(() => {
      StorageManager.prototype.estimate = async () => ({ quota: 0, usage: 0 })
      // As in the engines that have no dialog to save by.
      Reflect.deleteProperty(globalThis, 'showSaveFilePicker')
    })
    await writeFile(join(sender.directory, SMALL), 'a few words')
    sender.type(`:File ${SMALL}`)
    await receiver.sees('button', `Save: ${SMALL}`)
    line.throttle(RATE)
    sender.type(':File film.bin')
    await receiver.press('Accept…')
    await growing(browser.downloads)
    return new SlowFile(all.move(), room.url, sender, receiver, browser, path)
  }

  private constructor(
    all: AsyncDisposableStack,
    url: string,
    sender: Person,
    receiver: Guest,
    browser: Browser,
    path: string,
  ) {
    this.#all = all
    this.url = url
    this.sender = sender
    this.receiver = receiver
    this.browser = browser
    this.path = path
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#all[Symbol.asyncDispose]()
  }
}

suite('a download that a page writes through its service worker', () => {
  for (const engine of ENGINES) {
    test(`M9: in ${engine} it arrives whole, however slowly it comes`, async () => {
      await using file = await SlowFile.begin(engine)
      const path = await downloaded(file.browser.downloads, file.name, DEADLINE)
      assert.equal(await sha256Of(path), await sha256Of(file.path))
    })

    test(`M14: in ${engine} nothing looks finished of a file whose sender died`, async () => {
      await using file = await SlowFile.begin(engine)
      file.sender.signal('SIGKILL')
      await file.receiver.press('Cancel…')
      await file.receiver.reads(file.name, 'Not transferred')
      // By the time that a later one is whole, it is decided what became of it.
      await file.receiver.press(`Save: ${SMALL}`)
      await downloaded(file.browser.downloads, SMALL)
      assert.equal(await looksFinished(file.browser.downloads, file.name), false)
    })

    test(`M14: in ${engine} nothing looks finished of a file whose receiver’s page was closed`, async () => {
      await using file = await SlowFile.begin(engine)
      await file.receiver.tab.close()
      const next = new Guest('Cleo', await file.browser.newTab(), file.url)
      await next.enter('Enter')
      assert.equal(await looksFinished(file.browser.downloads, file.name), false)
    })
  }
})
