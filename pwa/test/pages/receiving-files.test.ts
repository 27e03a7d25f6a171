import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import { BrowserRoom } from '../rig/browser-room.ts'
import { contentOf, LARGE, receive, withoutDialogs } from '../rig/receiving.ts'

const MIB = 2 ** 20

/** Until nobody holds the lock: what a page held goes a little later than the page. */
const free = (page: Page, lock: string) =>
  page.evaluate(name => navigator.locks.request(name, () => {}), lock)

suite('files that come into a browser', () => {
  let home: BrowserRoom
  before(async () => {
    home = await BrowserRoom.start()
  })
  after(() => home[Symbol.asyncDispose]())

  for (const [where, size, stays] of [
    ['in memory', 1_000_003, false],
    ['on the disk', LARGE, true],
    ['on the disk, though small, for who stays', 1_000_003, true],
    ['without a byte', 0, true],
  ] as const) {
    test(`a file that is put together ${where}, out of order, is saved as it was sent`, async () => {
      await using visitor = await home.visitor('Ann')
      const page = await visitor.openEdge()
      const downloading = page.waitForEvent('download')
      const kept = await page.evaluate(
        async ({ size, stays }) => {
          const { files, received } = await edge.createFileDesk(() => stays)
          const transfer = 'A'.repeat(22)
          const sink = await files.createSink({ transfer, name: '../.ev\u202eil.html', size }, async () => {})
          if ('problem' in sink) throw new Error(sink.problem)
          const content = new Uint8Array(size)
          for (let at = 0; at < size; at++) content[at] = at * 7 + (at >> 8)
          const piece = 262_144
          const offsets = Array.from({ length: Math.ceil(size / piece) }, (_, at) => at * piece)
          for (const offset of [...offsets.slice(1), ...offsets.slice(0, 1)]) {
            await sink.write(offset, content.slice(offset, offset + piece))
          }
          const middle = size === 0 ? [] : Array.from(await sink.read(piece - 1, 3))
          const finished = await sink.finish()
          const file = await received.get(finished.path, finished.name)
          await received.save(finished.path, finished.name)
          return { ...finished, type: file?.type, middle }
        },
        { size, stays },
      )
      const content = contentOf(size)
      assert.deepEqual(kept.middle, Array.from(content.subarray(262_143, 262_146)))
      assert.equal(kept.name, 'evil.html')
      assert.equal(kept.path.split('/')[0], stays ? 'received' : 'memory')
      // A page of somebody else's would have this origin.
      assert.equal(kept.type, 'application/octet-stream')
      const download = await downloading
      assert.equal(download.suggestedFilename(), 'evil.html')
      assert.ok((await readFile(await download.path())).equals(content))
    })
  }

  test('a large file that was not finished is gone on with by the next page, and by no other tab meanwhile', async () => {
    await using visitor = await home.visitor('Ann')
    const [first, second] = [await visitor.openEdge(), await visitor.openEdge()]
    const transfer = 'B'.repeat(22)
    const size = 33 * MIB
    const { place, announced } = await first.evaluate(
      async ({ transfer, size }) => {
        const { files } = await edge.createFileDesk(() => true)
        let announced: string | undefined
        const sink = await files.createSink({ transfer, name: 'film.mp4', size }, async place => {
          announced = place
        })
        if ('problem' in sink) throw new Error(sink.problem)
        await sink.write(0, new Uint8Array(size - 1).fill(5))
        return { place: sink.place, announced }
      },
      { transfer, size },
    )
    assert.equal(announced, place)
    const goOn = async ({ transfer, size, place }: { transfer: string; size: number; place: string }) => {
      const { files, received } = await edge.createFileDesk(() => true)
      const sink = await files.reopenSink({ transfer, name: 'film.mp4', size }, place)
      if ('problem' in sink) return sink.problem
      const found = Array.from(await sink.read(size - 3, 2))
      await sink.write(size - 1, new Uint8Array([6]))
      const { path } = await sink.finish()
      const again = await files.reopenSink({ transfer, name: 'film.mp4', size }, place)
      await edge.tidyDisk(Date.now() + 30 * 24 * 3_600_000)
      const file = await received.get(path, 'film.mp4')
      const end = new Uint8Array((await file?.slice(-3).arrayBuffer()) ?? new ArrayBuffer())
      return { found, again, size: file?.size, end: Array.from(end) }
    }
    const told = { transfer, size, place }
    assert.match(String(await second.evaluate(goOn, told)), /Another tab/)
    await first.close()
    await free(second, `file ${transfer}.main`)
    const finished = await second.evaluate(goOn, told)
    assert.ok(typeof finished === 'object')
    assert.deepEqual(finished.found, [5, 5])
    assert.deepEqual(finished.end, [5, 5, 6])
    assert.ok('problem' in finished.again)
    // As long as a page shows it, nobody tidies it up.
    assert.equal(finished.size, size)
  })

  test('of who does not stay, nothing large is left to the next page', async () => {
    await using visitor = await home.visitor('Ann')
    const first = await visitor.openEdge()
    const list = async () => {
      const root = await navigator.storage.getDirectory()
      const folder = await root.getDirectoryHandle('passing')
      const names: string[] = []
      for await (const name of folder.keys()) names.push(name)
      return names
    }
    await first.evaluate(async () => {
      const { files } = await edge.createFileDesk(() => false)
      const incoming = { transfer: 'C'.repeat(22), name: 'film.mp4', size: 33 * 1024 * 1024 }
      const sink = await files.createSink(incoming, async () => {
        throw new Error('nothing of it outlives this page')
      })
      if ('problem' in sink) throw new Error(sink.problem)
      await sink.write(0, new Uint8Array(1000))
      await edge.tidyDisk(Date.now())
    })
    assert.deepEqual(await first.evaluate(list), [`${'C'.repeat(22)}.main`])
    await first.close()
    const second = await visitor.openEdge()
    await second.evaluate(() => edge.tidyDisk(Date.now()))
    assert.deepEqual(await second.evaluate(list), [])
  })

  test('what a tab received and was given is shown and sent by the tab that takes its place', async () => {
    await using visitor = await home.visitor('Ann')
    const [first, second] = [await visitor.openEdge(), await visitor.openEdge()]
    await receive(first, { transfer: 'P'.repeat(22), size: LARGE, ending: 'finish' })
    await second.evaluate(() => {
      const taking = new BroadcastChannel('tabs')
      const handed = new Promise(resolve => {
        taking.onmessage = ({ data }) => resolve(data)
      })
      Object.assign(globalThis, { handed })
    })
    await first.evaluate(async () => {
      const { desk } = globalThis
      if (desk === undefined) throw new Error('this page has no desk')
      desk.give([{ file: new File(['a note'], 'note.txt'), folder: '' }])
      const small = { transfer: 'Q'.repeat(22), name: 'small.txt', size: 5 }
      const sink = await desk.files.createSink(small, async () => {})
      if ('problem' in sink) throw new Error(sink.problem)
      await sink.write(0, new TextEncoder().encode('small'))
      const { path } = await sink.finish()
      if (path !== 'memory/1') throw new Error(path)
      new BroadcastChannel('tabs').postMessage(await desk.handOver())
    })
    await second.evaluate(async () => {
      const { handed } = globalThis as unknown as { handed: Promise<unknown> }
      globalThis.desk = await edge.createFileDesk(() => false)
      await globalThis.desk.takeOver(await handed)
    })
    await first.close()
    const shown = await second.evaluate(async () => {
      const { desk } = globalThis
      if (desk === undefined) throw new Error('this page has no desk')
      // The lock of the tab that went has been waited for.
      for (let state = await navigator.locks.query(); (state.pending ?? []).length > 0; ) {
        state = await navigator.locks.query()
      }
      await edge.tidyDisk(Date.now())
      const source = await desk.files.openSource('note.txt')
      const small = await desk.received.get('memory/1', 'small.txt')
      const large = await desk.received.get(`passing/${'P'.repeat(22)}.main`, 'film.mp4')
      return [
        'problem' in source ? source.problem : source.size,
        await small?.text(),
        large?.size,
        desk.received.hold(new Blob()),
      ]
    })
    assert.deepEqual(shown, [6, 'small', LARGE, 'memory/2'])
  })

  test('a file that neither space nor another way is there for is refused in words', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.openEdge()
    await withoutDialogs(page)
    const refused = await page.evaluate(async () => {
      const { files, plan } = await edge.createFileDesk(() => true)
      const size = 2 ** 50
      return [
        await plan(size),
        await files.createSink({ transfer: 'D'.repeat(22), name: 'a', size }, async () => {}),
      ]
    })
    const problem = 'Not accepted: this browser has too little space left for a file of this size.'
    assert.deepEqual(refused, ['none', { problem }])
  })
})
