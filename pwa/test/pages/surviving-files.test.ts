import assert from 'node:assert/strict'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { BrowserRoom } from '../rig/browser-room.ts'
import { enter, log, own, say, sayOffline, texts } from '../rig/in-the-room.ts'
import { killAndReopen, NO_NETWORK } from '../rig/mishaps.ts'
import { untilCopied } from '../rig/on-disk.ts'
import type { Visitor } from '../rig/visitor.ts'

const MIB = 2 ** 20

/** Longer than one piece of what is sealed, and than one segment. */
const contentOf = (name: string): Buffer => Buffer.alloc(700_000, `of ${name}, in the clear\n`)

const choose = ({ page }: Visitor, files: readonly string[] | string): Promise<void> => {
  const chosen =
    typeof files === 'string'
      ? files
      : files.map(name => ({ name, mimeType: 'text/plain', buffer: contentOf(name) }))
  return page.locator('input[type=file]').setInputFiles(chosen)
}

const cards = (visitor: Visitor): Locator => log(visitor).locator('transfer-card .name')
const names = (visitor: Visitor): Promise<string[]> => cards(visitor).allInnerTexts()

/** All that the disk has of what was chosen, as anybody reads it who has the disk. */
const readCopies = (page: Page) =>
  page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>(resolve => {
      const opening = indexedDB.open('chat-room')
      opening.onsuccess = () => resolve(opening.result)
    })
    const store = database.transaction('handles').objectStore('handles')
    const ask = <T>(request: IDBRequest<T>) =>
      new Promise<T>(resolve => {
        request.onsuccess = () => resolve(request.result)
      })
    const [keys, values] = await Promise.all([ask(store.getAllKeys()), ask(store.getAll())])
    database.close()
    const parts = values.flatMap(({ copy }) => [copy.facts, copy.content])
    return JSON.stringify(keys) + (await new Blob(parts).text())
  })

async function contentAt(visitor: Visitor, name: string): Promise<Buffer> {
  const downloading = visitor.page.waitForEvent('download')
  await log(visitor)
    .getByRole('button', { name: `Save: ${name}` })
    .click()
  return await readFile(await (await downloading).path())
}

suite('files that were chosen, and wait to be sent', () => {
  test('offline they are in the log at once, survive a killed tab, and are delivered once, in order', async () => {
    await using home = await BrowserRoom.start()
    const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
    await enter(ann, { founds: true, stays: true })
    await enter(bob)
    await ann.controlled()
    ann.expected.push(NO_NETWORK)
    await ann.context.setOffline(true)
    const files = ['c.txt', 'a.txt', 'b.txt']
    await choose(ann, files)
    await cards(ann).nth(2).waitFor()
    assert.deepEqual(await names(ann), files)
    await untilCopied(ann.page, 3)
    await sayOffline(ann, 'written after that')
    const read = await readCopies(ann.page)
    assert.equal(read.length > 3 * 600_000, true, 'all of them lie there')
    assert.doesNotMatch(read, /in the clear|\.txt/)

    await killAndReopen(ann)
    await cards(ann).nth(2).waitFor()
    assert.deepEqual(await names(ann), files)
    // A page after a page, and another file of a name that waits already: as a phone calls all its photographs.
    await log(ann).getByText('Waiting…').nth(2).waitFor()
    await choose(ann, ['d.txt', 'a.txt'])
    await untilCopied(ann.page, 5)
    await killAndReopen(ann)
    await log(ann).getByText('Waiting…').nth(4).waitFor()
    await ann.context.setOffline(false)

    const all = [...files, 'd.txt', 'a.txt']
    await log(bob)
      .getByRole('button', { name: /^Save: / })
      .nth(4)
      .waitFor()
    assert.deepEqual(await names(bob), all)
    assert.deepEqual(await contentAt(bob, 'c.txt'), contentOf('c.txt'))
    await own(ann, 'written after that').getByText('Sent', { exact: true }).waitFor()
    assert.deepEqual(await texts(bob), ['written after that'])
    await untilCopied(ann.page, 0)
    assert.deepEqual(await names(ann), all)
  })

  test('of one that is withdrawn nothing is kept; of one that is too large it is said before', async () => {
    await using home = await BrowserRoom.start()
    const ann = await home.visitor('Ann')
    const directory = await mkdtemp(join(tmpdir(), 'chat-room-large-'))
    try {
      const large = join(directory, 'large.bin')
      await using file = await open(large, 'w')
      await file.truncate(64 * MIB + 1)
      await enter(ann, { founds: true, stays: true })
      await ann.controlled()
      ann.expected.push(NO_NETWORK)
      await ann.context.setOffline(true)
      await choose(ann, ['small.txt'])
      await untilCopied(ann.page, 1)
      const told = log(ann).getByText(/If this page closes before it is sent/)
      assert.equal(await told.count(), 0)
      await choose(ann, large)
      await told.waitFor()
      await log(ann).getByRole('button', { name: 'Cancel: small.txt' }).click()
      await untilCopied(ann.page, 0)
      assert.equal(await told.count(), 1)
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  test('M13: who does not stay has nothing of them on the disk, and nothing is said of it', async () => {
    await using home = await BrowserRoom.start()
    const ann = await home.visitor('Ann')
    await enter(ann, { founds: true })
    await ann.controlled()
    ann.expected.push(NO_NETWORK)
    await ann.context.setOffline(true)
    await choose(ann, ['a.txt', 'b.txt'])
    await cards(ann).nth(1).waitFor()
    assert.deepEqual(await ann.page.evaluate(() => indexedDB.databases()), [])
    assert.equal(
      await log(ann)
        .getByText(/If this page closes/)
        .count(),
      0,
    )
  })

  test('what was received is among the files after a reload, however much was said since', async () => {
    await using home = await BrowserRoom.start()
    const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
    await enter(bob, { founds: true })
    await enter(ann, { stays: true })
    await choose(bob, ['b.txt', 'a.txt'])
    await log(ann).getByRole('button', { name: 'Save: a.txt' }).waitFor()
    await log(ann).getByRole('button', { name: 'Save: b.txt' }).waitFor()
    // More than a page of what is kept.
    for (let at = 0; at < 210; at++) await say(bob, `and ${at}`)
    await log(ann).getByText('and 209', { exact: true }).waitFor()
    await ann.page.reload()
    const list = ann.page.getByRole('list', { name: 'Transfers' })
    await list.getByRole('button', { name: 'Save: b.txt' }).waitFor()
    assert.deepEqual(await list.locator('.name').allInnerTexts(), ['a.txt', 'b.txt'])
    const downloading = ann.page.waitForEvent('download')
    await list.getByRole('button', { name: 'Save: a.txt' }).click()
    assert.deepEqual(await readFile(await (await downloading).path()), contentOf('a.txt'))
  })

  test('several at once keep the order in which they were chosen, whatever their previews take', async () => {
    await using home = await BrowserRoom.start()
    const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
    await enter(ann, { founds: true })
    await enter(bob)
    await ann.page.evaluate(() => {
      const createImageBitmap = globalThis.createImageBitmap.bind(globalThis)
      let earlier: (() => void) | undefined
      // Each is decoded once the one after it was.
      Object.assign(globalThis, {
        async createImageBitmap(file: Blob) {
          const before = earlier
          const turn = new Promise<void>(resolve => {
            earlier = resolve
          })
          before?.()
          if (file.size !== 4) await turn
          return await createImageBitmap(file)
        },
      })
    })
    const files = ['z.png', 'm.png', 'a.png']
    await ann.page.locator('input[type=file]').setInputFiles(
      files.map((name, at) => ({
        name,
        mimeType: 'image/png',
        buffer: Buffer.alloc(at === 2 ? 4 : 5, name),
      })),
    )
    await cards(bob).nth(2).waitFor()
    assert.deepEqual(await names(bob), files)
    assert.deepEqual(await names(ann), files)
    const listed = ann.page.getByRole('list', { name: 'Transfers' }).locator('transfer-card .name')
    assert.deepEqual(await listed.allInnerTexts(), files.toReversed())
  })
})
