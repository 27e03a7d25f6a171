import type { Page } from 'playwright-core'

declare global {
  /** In the page alone: what it does with files. */
  var desk: Awaited<ReturnType<typeof edge.createFileDesk>> | undefined
}

const MIB = 2 ** 20

/** Of a file that goes to the disk. */
export const LARGE = 33 * MIB + 7

/** What `receive` puts together. */
export function contentOf(size: number): Buffer {
  const content = Buffer.alloc(size)
  for (let at = 0; at < size; at++) content[at] = at * 7 + (at >> 8)
  return content
}

/** Until the service worker answers for this page. */
export const control = (page: Page) =>
  page.evaluate(async () => {
    await navigator.serviceWorker.register(edge.scriptUrl('/sw.js'))
    if (navigator.serviceWorker.controller !== null) return
    await new Promise(resolve =>
      navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
    )
  })

/** No space for a file of this size. */
export const fill = (page: Page, size: number) =>
  page.evaluate(usable => {
    navigator.storage.estimate = async () => ({ quota: usable, usage: 0 })
  }, size)

/** An engine that has no dialog to save by, as most are. */
export const withoutDialogs = (page: Page) =>
  page.evaluate(() => {
    for (const name of ['showSaveFilePicker', 'showOpenFilePicker', 'showDirectoryPicker']) {
      Reflect.deleteProperty(globalThis, name)
    }
  })

/** Puts pieces of a file into the sink that this browser gives for it, neighbours exchanged: relays promise no order. */
export const receive = (
  page: Page,
  how: {
    readonly transfer: string
    readonly size: number
    readonly ending: 'finish' | 'discard' | 'keep'
    readonly stays?: boolean
  },
) =>
  page.evaluate(async ({ transfer, size, ending, stays = false }) => {
    const desk = globalThis.desk ?? (await edge.createFileDesk(() => stays))
    globalThis.desk = desk
    const sink = await desk.files.createSink({ transfer, name: "fïlm (1)'s.mp4", size }, async () => {})
    if ('problem' in sink) throw new Error(sink.problem)
    const content = new Uint8Array(size)
    for (let at = 0; at < size; at++) content[at] = at * 7 + (at >> 8)
    const piece = 262_144
    for (let offset = 0; offset < size; offset += 2 * piece) {
      for (const at of [offset + piece, offset]) {
        if (at >= size) continue
        const bytes = content.slice(at, at + piece)
        await sink.write(at, bytes)
        // As the core does: what was taken is not there to be looked at again.
        if (bytes.buffer.byteLength > 0) bytes.buffer.transfer(0)
      }
    }
    return ending === 'finish' ? await sink.finish() : await sink[ending]()
  }, how)
