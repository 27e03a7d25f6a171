import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import { BrowserRoom } from '../rig/browser-room.ts'
import { contentOf, control, fill, LARGE, receive, withoutDialogs } from '../rig/receiving.ts'

declare global {
  /** In the page alone. */
  var target: NonNullable<Awaited<ReturnType<typeof edge.openDownload>>>
  var heard: number[]
}

/** A download of two bytes of which the page has written one. */
async function beginDownload(page: Page) {
  await control(page)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.evaluate(async () => {
      const target = await edge.openDownload('slow.bin', 2)
      if (target === undefined) throw new Error('nobody controls this page')
      globalThis.target = target
      await target.write(new Uint8Array([1]))
    }),
  ])
  return download
}

/** A dialog whose person chooses this name, or nothing. */
const answerDialog = (page: Page, name: string | undefined) =>
  page.evaluate(async name => {
    const root = await navigator.storage.getDirectory()
    const showSaveFilePicker = async () => {
      if (name !== undefined) return await root.getFileHandle(name, { create: true })
      await new Promise(resolve => setTimeout(resolve, 150))
      throw new DOMException('the person closed the dialog', 'AbortError')
    }
    Object.assign(globalThis, { showSaveFilePicker })
  }, name)

/** What lies where a person can choose, by name. */
const chosenFiles = (page: Page) =>
  page.evaluate(async () => {
    const files: [string, number][] = []
    const root = await navigator.storage.getDirectory()
    for await (const handle of root.values()) {
      if (handle.kind === 'file')
        files.push([handle.name, (await (handle as FileSystemFileHandle).getFile()).size])
    }
    return files
  })

suite('files that go straight to where they are kept', () => {
  let home: BrowserRoom
  before(async () => {
    home = await BrowserRoom.start()
  })
  after(() => home[Symbol.asyncDispose]())

  for (const ending of ['finish', 'discard', 'keep'] as const) {
    const how = ending === 'finish' ? 'whole in the downloads' : 'never taken for whole'
    test(`what no space is left for is streamed away; after ${ending} it is ${how}`, async () => {
      await using visitor = await home.visitor('Ann')
      const page = await visitor.openEdge()
      await control(page)
      await fill(page, LARGE)
      await withoutDialogs(page)
      const downloading = page.waitForEvent('download')
      const told = await receive(page, { transfer: 'E'.repeat(22), size: LARGE, ending })
      const download = await downloading
      if (ending !== 'finish') {
        assert.notEqual(await download.failure(), null)
        return
      }
      assert.equal(download.suggestedFilename(), "fïlm (1)'s.mp4")
      assert.ok((await readFile(await download.path())).equals(contentOf(LARGE)))
      assert.ok(told)
      assert.equal(told.path, "elsewhere/fïlm (1)'s.mp4")
    })
  }

  test('a worker that feeds a download hears something every 5 s, or some browsers end it after 30', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.openEdge()
    await page.clock.install()
    const download = await beginDownload(page)
    await page.evaluate(() => {
      globalThis.heard = []
      const worker = navigator.serviceWorker.controller
      if (worker === null) throw new Error('nobody controls this page')
      const post = worker.postMessage.bind(worker)
      worker.postMessage = (message: unknown, transfer: never) => {
        globalThis.heard.push(Date.now())
        post(message, transfer)
      }
    })
    const begun = await page.evaluate(() => Date.now())
    await page.clock.runFor(60_000)
    const heard = await page.evaluate(() => globalThis.heard)
    assert.equal(heard.length, 12)
    assert.deepEqual(
      heard.map((at, index) => Math.round((at - begun) / 1000) - 5 * (index + 1)).filter(late => late > 1),
      [],
    )
    await page.evaluate(async () => {
      await target.write(new Uint8Array([2]))
      await target.end()
    })
    assert.deepEqual([...(await readFile(await download.path()))], [1, 2])
    // Nobody is kept awake for what is over.
    await page.clock.runFor(60_000)
    assert.equal((await page.evaluate(() => globalThis.heard)).length, heard.length)
  })

  test('a worker that is ended in the middle of a download leaves nothing that looks whole, and its page is told', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.openEdge()
    await page.clock.install()
    const download = await beginDownload(page)
    const devtools = await visitor.context.newCDPSession(page)
    await devtools.send('ServiceWorker.enable')
    await devtools.send('ServiceWorker.stopAllWorkers')
    const written = page.evaluate(async () => {
      try {
        for (;;) await target.write(new Uint8Array([2]))
      } catch (error) {
        return String(error)
      }
    })
    await page.clock.runFor(5_000)
    assert.match(await written, /stopped/)
    assert.notEqual(await download.failure(), null)
  })

  test('a page that goes away in the middle of a download leaves nothing that looks whole', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.openEdge()
    const download = await beginDownload(page)
    await page.close()
    assert.notEqual(await download.failure(), null)
  })

  test('a download that the person stops is over for the page as well', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.openEdge()
    const download = await beginDownload(page)
    const written = page.evaluate(async () => {
      try {
        for (;;) await target.write(new Uint8Array([2]))
      } catch (error) {
        return String(error)
      }
    })
    await download.cancel()
    assert.match(await written, /stopped/)
  })

  for (const ending of ['finish', 'discard', 'keep'] as const) {
    const how = ending === 'finish' ? 'there, whole' : 'nothing of it is there'
    test(`what is larger than the space goes to the place that the person chose; after ${ending} ${how}`, async () => {
      await using visitor = await home.visitor('Ann')
      const page = await visitor.openEdge()
      await fill(page, LARGE)
      await answerDialog(page, 'mine.mp4')
      const transfer = 'H'.repeat(22)
      const [plan, isChosen] = await page.evaluate(
        async ({ transfer, size }) => {
          globalThis.desk = await edge.createFileDesk(() => true)
          const { plan, choose } = globalThis.desk
          return [await plan(size), await choose(transfer, '../.ev\u202eil.mp4')]
        },
        { transfer, size: LARGE },
      )
      assert.deepEqual([plan, isChosen], ['chosen', true])
      const told = await receive(page, { transfer, size: LARGE, ending })
      if (ending !== 'finish') {
        assert.deepEqual(await chosenFiles(page), [])
        return
      }
      assert.ok(told)
      assert.equal(told.path, 'elsewhere/mine.mp4')
      const downloading = page.waitForEvent('download')
      await page.evaluate(async () => {
        const root = await navigator.storage.getDirectory()
        const file = await (await root.getFileHandle('mine.mp4')).getFile()
        const link = document.createElement('a')
        link.href = URL.createObjectURL(file)
        link.download = 'mine.mp4'
        link.click()
      })
      assert.ok((await readFile(await (await downloading).path())).equals(contentOf(LARGE)))
    })
  }

  test('whoever closes the dialog accepts nothing; where none opens, the file goes another way', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.openEdge()
    await answerDialog(page, undefined)
    const transfer = 'K'.repeat(22)
    const choose = () =>
      page.evaluate(
        async transfer => (await edge.createFileDesk(() => true)).choose(transfer, 'a.bin'),
        transfer,
      )
    assert.equal(await choose(), false)
    await withoutDialogs(page)
    assert.equal(await choose(), true)
  })
})
