import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, before, suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import { BrowserRoom } from './rig/browser-room.ts'

const PLACE = 'https://chat.example/main'

/** Until nobody holds the lock: what a page held goes a little later than the page. */
const free = (page: Page, lock: string) =>
  page.evaluate(name => navigator.locks.request(name, () => {}), lock)

suite('the edge in a browser', () => {
  let home: BrowserRoom
  before(async () => {
    home = await BrowserRoom.start()
  })
  after(() => home[Symbol.asyncDispose]())

  test('nothing touches the disk before somebody chooses to stay', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.openEdge()
    const kept = await page.evaluate(async place => {
      const { memory, staying } = await edge.createChosenMemory()
      await memory.remember(place)
      const slot = await memory.openSlot(place, 'alice')
      await slot?.write(new Uint8Array([1]))
      await slot?.release()
      const journal = await memory.openJournal(place, 'alice')
      await journal.append(new Uint8Array([1]))
      const names: string[] = []
      const root = await navigator.storage.getDirectory()
      for await (const name of root.keys()) names.push(name)
      return [staying.stays, await indexedDB.databases(), names, localStorage.length]
    }, PLACE)
    assert.deepEqual(kept, [false, [], [], 0])
  })

  test('who stays is known again by the next page, until this device forgets', async () => {
    await using visitor = await home.visitor('Ann')
    const first = await visitor.openEdge()
    await first.evaluate(async place => {
      const { memory, staying } = await edge.createChosenMemory()
      staying.stay(true)
      await memory.remember(place)
      localStorage.setItem('chat-room', '{}')
      const root = await navigator.storage.getDirectory()
      const folder = await root.getDirectoryHandle('received', { create: true })
      await folder.getFileHandle('F'.repeat(22), { create: true })
    }, PLACE)
    await first.close()
    const second = await visitor.openEdge()
    const known = await second.evaluate(async place => {
      const { memory, staying } = await edge.createChosenMemory()
      const before = [staying.stays, await memory.knows(place), await memory.knows(`${place}s`)]
      await staying.forget()
      const root = await navigator.storage.getDirectory()
      const files: string[] = []
      for await (const name of root.keys()) files.push(name)
      return [
        before,
        staying.stays,
        await memory.knows(place),
        await indexedDB.databases(),
        localStorage.length,
        files,
      ]
    }, PLACE)
    assert.deepEqual(known, [[true, true, false], false, false, [], 0, []])
  })

  test('a slot is one tab’s, and free when that tab is gone, with what it last wrote', async () => {
    await using visitor = await home.visitor('Ann')
    const [first, second] = [await visitor.openEdge(), await visitor.openEdge()]
    await first.evaluate(async place => {
      const slot = await edge.createDeviceMemory(edge.openRoomDatabase).openSlot(place, 'alice')
      await slot?.write(new Uint8Array([1]))
      await slot?.write(new Uint8Array([2, 3]))
    }, PLACE)
    const open = (place: string) =>
      edge
        .createDeviceMemory(edge.openRoomDatabase)
        .openSlot(place, 'alice')
        .then(async slot => {
          const content = await slot?.read()
          return slot && Array.from(content ?? [])
        })
    assert.equal(await second.evaluate(open, PLACE), undefined)
    await first.close()
    await free(second, `slot ${JSON.stringify([PLACE, 'alice'])}`)
    assert.deepEqual(await second.evaluate(open, PLACE), [2, 3])
  })

  test('a journal keeps what was appended in its order, over pages, and apart from others', async () => {
    await using visitor = await home.visitor('Ann')
    const first = await visitor.openEdge()
    await first.evaluate(async place => {
      const memory = edge.createDeviceMemory(edge.openRoomDatabase)
      const journal = await memory.openJournal(place, 'up')
      await Promise.all([1, 2, 3].map(each => journal.append(new Uint8Array([each, each]))))
      const other = await memory.openJournal(place, 'up/1')
      await other.append(new Uint8Array([9]))
    }, PLACE)
    await first.close()
    const second = await visitor.openEdge()
    const read = await second.evaluate(async place => {
      const memory = edge.createDeviceMemory(edge.openRoomDatabase)
      const journal = await memory.openJournal(place, 'up')
      await journal.append(new Uint8Array([4]))
      const before = Array.from(await journal.read())
      await journal.clear()
      const other = await memory.openJournal(place, 'up/1')
      return [before, Array.from(await journal.read()), Array.from(await other.read())]
    }, PLACE)
    assert.deepEqual(read, [[1, 1, 2, 2, 3, 3, 4], [], [9]])
  })

  for (const [where, size] of [
    ['in memory', 1_000_003],
    ['on the disk', 33 * 1024 * 1024 + 7],
  ] as const) {
    test(`a file that is put together ${where}, out of order, is saved as it was sent`, async () => {
      await using visitor = await home.visitor('Ann')
      const page = await visitor.openEdge()
      const downloading = page.waitForEvent('download')
      const kept = await page.evaluate(async size => {
        const received = new edge.ReceivedFiles()
        const files = edge.createFiles({ given: new edge.GivenFiles(), received, stays: () => true })
        const transfer = 'A'.repeat(22)
        const sink = await files.createSink({ transfer, name: '../.ev\u202eil.html', size }, async () => {})
        if ('problem' in sink) throw new Error(sink.problem)
        const content = new Uint8Array(size)
        for (let at = 0; at < size; at++) content[at] = at * 7 + (at >> 8)
        const piece = 262_144
        const offsets = Array.from({ length: Math.ceil(size / piece) }, (_, at) => at * piece)
        for (const offset of [...offsets.slice(1), 0]) {
          await sink.write(offset, content.slice(offset, offset + piece))
        }
        const middle = Array.from(await sink.read(piece - 1, 3))
        const finished = await sink.finish()
        const file = await received.get(finished.path, finished.name)
        await received.save(finished.path, finished.name)
        return { ...finished, type: file?.type, middle, place: sink.place }
      }, size)
      const content = new Uint8Array(size)
      for (let at = 0; at < size; at++) content[at] = at * 7 + (at >> 8)
      assert.equal(kept.sha256, createHash('sha256').update(content).digest('hex'))
      assert.deepEqual(kept.middle, Array.from(content.subarray(262_143, 262_146)))
      assert.equal(kept.name, 'evil.html')
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
    const size = 33 * 1024 * 1024
    const { place, announced } = await first.evaluate(
      async ({ transfer, size }) => {
        const received = new edge.ReceivedFiles()
        const files = edge.createFiles({ given: new edge.GivenFiles(), received, stays: () => true })
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
      const received = new edge.ReceivedFiles()
      const files = edge.createFiles({ given: new edge.GivenFiles(), received, stays: () => true })
      const sink = await files.reopenSink({ transfer, name: 'film.mp4', size }, place)
      if ('problem' in sink) return sink.problem
      const found = Array.from(await sink.read(size - 3, 2))
      await sink.write(size - 1, new Uint8Array([6]))
      const { path, sha256 } = await sink.finish()
      const again = await files.reopenSink({ transfer, name: 'film.mp4', size }, place)
      await edge.tidyDisk(Date.now() + 30 * 24 * 3_600_000)
      return { found, sha256, again, size: (await received.get(path, 'film.mp4'))?.size }
    }
    const told = { transfer, size, place }
    assert.match(String(await second.evaluate(goOn, told)), /Another tab/)
    await first.close()
    await free(second, `file ${transfer}`)
    const finished = await second.evaluate(goOn, told)
    assert.ok(typeof finished === 'object')
    assert.deepEqual(finished.found, [5, 5])
    const content = Buffer.alloc(size, 5)
    content[size - 1] = 6
    assert.equal(finished.sha256, createHash('sha256').update(content).digest('hex'))
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
      const received = new edge.ReceivedFiles()
      const files = edge.createFiles({ given: new edge.GivenFiles(), received, stays: () => false })
      const incoming = { transfer: 'C'.repeat(22), name: 'film.mp4', size: 33 * 1024 * 1024 }
      const sink = await files.createSink(incoming, async () => {
        throw new Error('nothing of it outlives this page')
      })
      if ('problem' in sink) throw new Error(sink.problem)
      await sink.write(0, new Uint8Array(1000))
      await edge.tidyDisk(Date.now())
    })
    assert.deepEqual(await first.evaluate(list), ['C'.repeat(22)])
    await first.close()
    const second = await visitor.openEdge()
    await second.evaluate(() => edge.tidyDisk(Date.now()))
    assert.deepEqual(await second.evaluate(list), [])
  })

  for (const ending of ['finish', 'discard', 'keep'] as const) {
    const how = ending === 'finish' ? 'whole in the downloads' : 'never taken for whole'
    test(`a file that no space is left for is streamed away; after ${ending} it is ${how}`, async () => {
      await using visitor = await home.visitor('Ann')
      const page = await visitor.openEdge()
      const size = 33 * 1024 * 1024 + 7
      const downloading = page.waitForEvent('download')
      const told = await page.evaluate(
        async ({ size, ending }) => {
          await navigator.serviceWorker.register(edge.scriptUrl('/sw.js'))
          const isControlled = new Promise(resolve =>
            navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
          )
          if (navigator.serviceWorker.controller === null) await isControlled
          navigator.storage.estimate = async () => ({ quota: size, usage: 0 })
          const received = new edge.ReceivedFiles()
          const files = edge.createFiles({ given: new edge.GivenFiles(), received, stays: () => true })
          const name = "fïlm (1)'s.mp4"
          const sink = await files.createSink({ transfer: 'E'.repeat(22), name, size }, async () => {})
          if ('problem' in sink) throw new Error(sink.problem)
          const piece = 262_144
          const writes: Promise<void>[] = []
          // Neighbours are exchanged: relays do not promise an order.
          for (let offset = 0; offset < size; offset += 2 * piece) {
            for (const at of [offset + piece, offset]) {
              const length = Math.min(piece, size - at)
              if (length <= 0) continue
              const bytes = new Uint8Array(length).fill((at / piece) & 0xff)
              // As the core does: what was taken is not there to be looked at again.
              writes.push(sink.write(at, bytes).then(() => void bytes.buffer.transfer()))
            }
            await Promise.all(writes)
          }
          return ending === 'finish' ? await sink.finish() : await sink[ending]()
        },
        { size, ending },
      )
      const download = await downloading
      if (ending !== 'finish') {
        assert.notEqual(await download.failure(), null)
        return
      }
      assert.equal(download.suggestedFilename(), "fïlm (1)'s.mp4")
      const content = new Uint8Array(size)
      for (let at = 0; at < size; at += 262_144) content.fill((at / 262_144) & 0xff, at, at + 262_144)
      assert.ok((await readFile(await download.path())).equals(content))
      assert.ok(told)
      assert.equal(told.path, "downloads/fïlm (1)'s.mp4")
      assert.equal(told.sha256, createHash('sha256').update(content).digest('hex'))
    })
  }

  test('a file that neither space nor a stream is there for is refused in words', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.openEdge()
    const problem = await page.evaluate(async () => {
      const received = new edge.ReceivedFiles()
      const files = edge.createFiles({ given: new edge.GivenFiles(), received, stays: () => true })
      const incoming = { transfer: 'D'.repeat(22), name: 'film.mp4', size: 2 ** 50 }
      return await files.createSink(incoming, async () => {})
    })
    assert.deepEqual(problem, {
      problem: 'Not accepted: this browser has too little space left for a file of this size.',
    })
  })

  test('of a picture that is sent there is a small one, and of nothing else', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.openEdge()
    const previews = await page.evaluate(async () => {
      const canvas = new OffscreenCanvas(1600, 1200)
      const context = canvas.getContext('2d')
      // Noise is what compresses worst.
      for (let at = 0; at < 200_000; at++) {
        if (context !== null) context.fillStyle = `hsl(${(at * 137) % 360} 90% ${(at * 61) % 100}%)`
        context?.fillRect((at * 7919) % 1600, (at * 104_729) % 1200, 5, 5)
      }
      const picture = await canvas.convertToBlob({ type: 'image/png' })
      const of = (content: Blob, name: string, type: string) =>
        edge.previewOf(new File([content], name, { type }))
      const small = await of(picture, 'a.png', 'image/png')
      const shown = small && (await createImageBitmap(new Blob([small])))
      return {
        bytes: small?.length ?? 0,
        shape: shown && shown.width / shown.height,
        others: [await of(picture, 'a.txt', 'text/plain'), await of(new Blob(['no']), 'b.png', 'image/png')],
      }
    })
    assert.ok(previews.bytes > 0 && previews.bytes <= 16 * 1024, `${previews.bytes} bytes`)
    assert.equal(previews.shape, 4 / 3)
    assert.deepEqual(previews.others, [undefined, undefined])
  })

  test('no script of another origin becomes a worker', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.openEdge()
    const refused = await page.evaluate(() => {
      const attempts = [
        () => new Worker(edge.scriptUrl('https://evil.example/worker.js')),
        () => new Worker('/sw.js'),
        () => edge.scriptUrl('data:text/javascript,0'),
      ]
      return attempts.map(attempt => {
        try {
          attempt()
          return 'passed'
        } catch (error) {
          return (error as Error).name
        }
      })
    })
    assert.deepEqual(refused, ['TypeError', 'TypeError', 'TypeError'])
    visitor.expected.push(/requires 'TrustedScriptURL'/)
  })
})
