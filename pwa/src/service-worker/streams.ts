import { STREAM_PATH, type StreamAsks, type StreamOffer, type StreamPiece } from '../edge/stream-messages.ts'

type Offered = { readonly offer: StreamOffer; readonly port: MessagePort }

/** Downloads that a page feeds: each is offered by a message, and begun once by a request that bears its id. */
export class Streams {
  readonly #offered = new Map<string, Offered>()
  /** All since this worker was started: those of an earlier run of it ended with that. */
  readonly #known = new Set<string>()

  offer(offer: StreamOffer, port: MessagePort): void {
    this.#known.add(offer.id)
    this.#offered.set(offer.id, { offer, port })
    tell(port, 'ready')
  }

  /** Its page is alive, and asks whether this stream is. */
  check(id: string, port: MessagePort): void {
    if (!this.#known.has(id)) tell(port, 'lost')
  }

  /** Undefined: nobody offered this. */
  answer(path: string): Response | undefined {
    const id = path.slice(STREAM_PATH.length)
    const offered = this.#offered.get(id)
    if (offered === undefined) return undefined
    this.#offered.delete(id)
    const { offer, port } = offered
    tell(port, 'started')
    return new Response(streamOf(port), { headers: headersOf(offer) })
  }
}

const tell = (port: MessagePort, asked: StreamAsks): void => port.postMessage(asked)

function headersOf({ name, size }: StreamOffer): Record<string, string> {
  // RFC 8187: encodeURIComponent leaves these, which would end a value.
  const encoded = encodeURIComponent(name).replace(/['()*]/g, each => `%${each.charCodeAt(0).toString(16)}`)
  return {
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename*=UTF-8''${encoded}`,
    // What ends before this is told as broken.
    'Content-Length': String(size),
    'Content-Security-Policy': "default-src 'none'",
    // A page that isolates itself frames nothing that does not.
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'X-Content-Type-Options': 'nosniff',
  }
}

/** One piece is asked for when the browser wants it: nothing gathers here. */
function streamOf(port: MessagePort): ReadableStream<Uint8Array<ArrayBuffer>> {
  let pulled: (() => void) | undefined
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start(controller) {
        port.onmessage = ({ data: piece }: MessageEvent<StreamPiece>) => {
          if (piece === 'end') controller.close()
          else if (piece === 'abort') controller.error(new Error('the page stopped sending'))
          else controller.enqueue(piece.bytes)
          pulled?.()
        }
      },
      pull() {
        const arrived = new Promise<void>(resolve => {
          pulled = resolve
        })
        tell(port, 'pull')
        return arrived
      },
      cancel: () => tell(port, 'cancelled'),
    },
    { highWaterMark: 0 },
  )
}
