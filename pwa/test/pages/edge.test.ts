import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { BrowserRoom } from '../rig/browser-room.ts'

suite('the edge in a browser', () => {
  let home: BrowserRoom
  before(async () => {
    home = await BrowserRoom.start()
  })
  after(() => home[Symbol.asyncDispose]())

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
