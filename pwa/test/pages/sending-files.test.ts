import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { FileSource } from '@chat-room/client'
import type { BrowserContext, Page } from 'playwright-core'
import { BrowserRoom } from '../rig/browser-room.ts'
import '../rig/receiving.ts'

declare global {
  /** In the page alone. */
  var source: FileSource
}

const NOT_THERE = /no such file in “photos”/

/** A folder of this origin's own, which a browser hands out like any other: a page that asks for a folder is given it. */
const grant = (page: Page) =>
  page.evaluate(async () => {
    const root = await navigator.storage.getDirectory()
    const photos = await root.getDirectoryHandle('photos', { create: true })
    const write = async (folder: FileSystemDirectoryHandle, name: string, content: string) => {
      const writable = await (await folder.getFileHandle(name, { create: true })).createWritable()
      await writable.write(content)
      await writable.close()
    }
    const sub = await photos.getDirectoryHandle('2024', { create: true })
    await write(await root.getDirectoryHandle('private', { create: true }), 'diary.txt', 'dear diary')
    await write(photos, 'b.jpg', 'picture b')
    await write(photos, '.hidden', 'no')
    await write(sub, 'a.jpg', 'picture a')
    let asked = 0
    const showDirectoryPicker = async () => {
      asked++
      return photos
    }
    Object.assign(globalThis, { showDirectoryPicker, asked: () => asked })
  })

const asked = (page: Page) => page.evaluate(() => (globalThis as unknown as { asked(): number }).asked())

/** What a path means, and the first bytes of all that it means. */
const find = (page: Page, path: string, stays = false) =>
  page.evaluate(
    async ({ path, stays }) => {
      globalThis.desk ??= await edge.createFileDesk(() => stays)
      const { files } = globalThis.desk
      const found = await files.find(path)
      if ('problem' in found) return found.problem
      const contents: [string, string, string][] = []
      for (const each of found.files) {
        const source = await files.openSource(each.path)
        if ('problem' in source) throw new Error(source.problem)
        const content = new TextDecoder().decode(await source.read(0, source.size))
        contents.push([each.path, each.folder, content])
      }
      return contents
    },
    { path, stays },
  )

/** Whether this page may read by handles, and what the person says when they are asked. */
const permit = (page: Page, state: PermissionState, answer: 'granted' | 'denied') =>
  page.evaluate(
    ({ state, answer }) => {
      Object.assign(FileSystemHandle.prototype, {
        queryPermission: async () => state,
        async requestPermission() {
          state = answer
          return answer
        },
      })
    },
    { state, answer },
  )

const FILM = { path: 'film.mp4', name: 'film.mp4', size: 4 }

/** A page that was given a film whose handle a later page finds. */
async function giveFilm(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory()
    const handle = await root.getFileHandle('film.mp4', { create: true })
    const writable = await handle.createWritable()
    await writable.write('film')
    await writable.close()
    globalThis.desk = await edge.createFileDesk(() => true)
    globalThis.desk.give([{ file: await handle.getFile(), folder: '', handle }])
  })
}

async function drop(page: Page, context: BrowserContext, files: readonly string[]): Promise<void> {
  const devtools = await context.newCDPSession(page)
  const data = { items: [], files: [...files], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, x: 5, y: 5, data })
  }
}

suite('files that go out of a browser', () => {
  let home: BrowserRoom
  let directory: string
  before(async () => {
    home = await BrowserRoom.start()
    directory = await mkdtemp(join(tmpdir(), 'chat-room-sending-'))
  })
  after(async () => {
    await home[Symbol.asyncDispose]()
    await rm(directory, { recursive: true })
  })

  test('M10: a path begins in the folder that a person granted, which is asked for once', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.openEdge()
    await grant(page)
    assert.deepEqual(await find(page, '2024/a.jpg'), [['./2024/a.jpg', '', 'picture a']])
    assert.deepEqual(await find(page, '2024'), [['./2024/a.jpg', '2024', 'picture a']])
    assert.deepEqual(await find(page, './'), [
      ['./2024/a.jpg', 'photos/2024', 'picture a'],
      ['./b.jpg', 'photos', 'picture b'],
    ])
    assert.match(String(await find(page, 'c.jpg')), NOT_THERE)
    assert.match(String(await find(page, 'b.jpg/c')), NOT_THERE)
    assert.equal(await asked(page), 1)
  })

  test('M10: no path leads out of it, and each is refused with its reason before anybody is asked', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.openEdge()
    await grant(page)
    for (const [path, reason] of [
      ['../private/diary.txt', /upwards/],
      ['2024/../../private/diary.txt', /upwards/],
      ['/private/diary.txt', /root/],
      ['..\\private\\diary.txt', /backslash/],
      ['C:/private', /drive/],
      ['', /no file/],
    ] as const) {
      assert.match(String(await find(page, path)), reason, path)
    }
    assert.equal(await asked(page), 0)
  })

  test('M10: whoever grants no folder sends nothing, and is asked again the next time', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.openEdge()
    await grant(page)
    await permit(page, 'prompt', 'denied')
    assert.match(String(await find(page, 'b.jpg')), /may not read a folder/)
    await permit(page, 'prompt', 'granted')
    assert.equal((await find(page, 'b.jpg')).length, 1)
    assert.equal(await asked(page), 2)
  })

  test('M10: a folder that was granted is known to the next page of who stays, and of nobody else', async () => {
    for (const stays of [true, false]) {
      await using visitor = await home.resident('Ann')
      const first = await visitor.openEdge()
      await first.evaluate(() => edge.makeRoomDatabase())
      await grant(first)
      await find(first, 'b.jpg', stays)
      const second = await visitor.openEdge()
      await grant(second)
      assert.deepEqual(await find(second, 'b.jpg', stays), [['./b.jpg', '', 'picture b']])
      assert.equal(await asked(second), stays ? 0 : 1)
    }
  })

  test('M10: where no folder can be granted, a person picks the file', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.openEdge()
    await page.evaluate(() => Reflect.deleteProperty(globalThis, 'showDirectoryPicker'))
    const chosen = page
      .waitForEvent('filechooser')
      .then(chooser =>
        chooser.setFiles({ name: 'other.txt', mimeType: 'text/plain', buffer: Buffer.from('picked') }),
      )
    assert.deepEqual(await find(page, 'sub/name.txt'), [['other.txt', '', 'picked']])
    await chosen
  })

  test('what was dropped is sent as it lies there, a folder with what is in it and nothing that a link leads to', async () => {
    await using visitor = await home.resident('Ann')
    const page = await visitor.openEdge()
    await page.evaluate(() => edge.makeRoomDatabase())
    const folder = join(directory, 'trip')
    await mkdir(join(folder, 'day 1'), { recursive: true })
    await writeFile(join(folder, 'day 1', 'a.txt'), 'first')
    await writeFile(join(folder, 'empty.txt'), '')
    await writeFile(join(directory, 'secret.txt'), 'secret')
    await symlink(join(directory, 'secret.txt'), join(folder, 'link.txt'))
    await writeFile(join(directory, 'note.txt'), 'note')
    const paths = page.evaluate(
      () =>
        new Promise<readonly string[]>((resolve, reject) => {
          const { intake } = edge.createLazyDesk(async () => {
            globalThis.desk = await edge.createFileDesk(() => true)
            return globalThis.desk
          })
          addEventListener('dragover', event => event.preventDefault())
          addEventListener('drop', event => {
            event.preventDefault()
            if (event.dataTransfer !== null) intake.take(event.dataTransfer).then(resolve, reject)
          })
        }),
    )
    await drop(page, visitor.context, [join(directory, 'note.txt'), folder])
    assert.deepEqual(await paths, ['note.txt', 'trip'])
    assert.deepEqual(await find(page, 'note.txt'), [['note.txt', '', 'note']])
    assert.deepEqual(await find(page, 'trip'), [
      ['trip/day 1/a.txt', 'trip/day 1', 'first'],
      ['trip/empty.txt', 'trip', ''],
    ])
    // For a later page one of each, by which all of a folder is found again.
    await page.waitForFunction(async () => {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open('chat-room')
        opening.onsuccess = () => resolve(opening.result)
        opening.onerror = () => reject(opening.error)
      })
      const keys = await new Promise<IDBValidKey[]>(resolve => {
        const asking = database.transaction('handles').objectStore('handles').getAllKeys()
        asking.onsuccess = () => resolve(asking.result)
      })
      database.close()
      return JSON.stringify(keys.map(key => (key as string[])[1])) === '["note.txt","trip"]'
    })
  })

  test('a file whose handle was kept goes on at once where the next page may read it, else when its person says so', async () => {
    await using visitor = await home.resident('Ann')
    const earlier = await visitor.openEdge()
    await earlier.evaluate(() => edge.makeRoomDatabase())
    await giveFilm(earlier)
    const page = await visitor.openEdge()
    await permit(page, 'granted', 'denied')
    const isAtHand = () =>
      page.evaluate(async film => {
        globalThis.desk = await edge.createFileDesk(() => true)
        return await globalThis.desk.isAtHand(film)
      }, FILM)
    assert.equal(await isAtHand(), true)
    await permit(page, 'prompt', 'granted')
    assert.equal(await isAtHand(), false)
    assert.equal(await page.evaluate(film => globalThis.desk?.regain(film), FILM), 'here')
    // Another file of that name, without a handle: the earlier one is not taken for it.
    await page.evaluate(() => globalThis.desk?.give([{ file: new File(['new!'], 'film.mp4'), folder: '' }]))
    await page.waitForFunction(
      async film => !(await (await edge.createFileDesk(() => true)).isAtHand(film)),
      FILM,
    )
  })

  test('a file without a handle is picked again, and no other one is taken for it', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.openEdge()
    await page.evaluate(() => Reflect.deleteProperty(globalThis, 'showOpenFilePicker'))
    for (const [name, content, found] of [
      ['film.mp4', 'another', 'other'],
      ['movie.mp4', 'film', 'other'],
      ['film.mp4', 'film', 'here'],
    ] as const) {
      const choosing = page.waitForEvent('filechooser')
      const regained = page.evaluate(async film => {
        globalThis.desk = await edge.createFileDesk(() => true)
        return [await globalThis.desk.regain(film), await globalThis.desk.isAtHand(film)]
      }, FILM)
      await (await choosing).setFiles({ name, mimeType: 'video/mp4', buffer: Buffer.from(content) })
      assert.deepEqual(await regained, [found, found === 'here'])
    }
  })

  test('a file that changes while it is sent is another file from then on', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.openEdge()
    const path = join(directory, 'draft.txt')
    await writeFile(path, 'as it was')
    await page.evaluate(() => {
      const input = document.createElement('input')
      input.type = 'file'
      document.body.append(input)
    })
    await page.locator('input').setInputFiles(path)
    const before = await page.evaluate(async () => {
      const file = document.querySelector('input')?.files?.[0]
      if (file === undefined) throw new Error('nothing was picked')
      globalThis.desk = await edge.createFileDesk(() => false)
      const [given = ''] = globalThis.desk.give([{ file, folder: '' }])
      const source = await globalThis.desk.files.openSource(given)
      if ('problem' in source) throw new Error(source.problem)
      await source.read(0, 2)
      globalThis.source = source
      return await source.fingerprint()
    })
    await writeFile(path, 'as it is')
    await utimes(path, new Date(), new Date(Date.now() + 60_000))
    const [refused, now] = await page.evaluate(async () => {
      const { source } = globalThis
      return [await source.read(2, 2).catch((error: Error) => error.name), await source.fingerprint()]
    })
    assert.equal(refused, 'NotReadableError')
    assert.notEqual(now, before)
  })
})
