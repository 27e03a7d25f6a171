import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { SUBPROTOCOL } from '@chat-room/protocol'
import { createNodeWebSocket } from '@hono/node-ws'
import { Hono } from 'hono'
import type { ServerOptions, WebSocket } from 'ws'

export type DoorOptions = {
  /** Bytes of the largest message; a larger one closes its socket with 1009. */
  readonly maxPayload: number
  /** Milliseconds from our close frame to the end of a connection whose client does not answer it. */
  readonly farewell: number
}

export interface Door {
  /** Performs the opening handshake of a request that was checked; `onOpen` is called at once, or never. */
  enter(request: IncomingMessage, socket: Socket, head: Buffer, onOpen: (ws: WebSocket) => void): void
}

/** No client of ours fragments; others do as they write, in buffers of several KiB. */
const MAX_FRAGMENTS = 64
/** What a TLS record holds at least where senders keep it small: a segment of the network. */
const SMALL_RECORD = 1024
/** Reads of which one frame may consist, beside those that its size explains. */
const SPARE_CHUNKS = 64

/**
 * Opens WebSockets by the server that @hono/node-ws makes, which lives in this file alone.
 *
 * Its upgrade listener is not used. It is async and nobody catches what it rejects with: one `GET //` would end the process.
 * And of each upgrade it makes a URL, a `Request` and a `Response`, to ask an app what was checked before it came here, and
 * listeners that keep all of that for as long as the socket lives.
 */
export function createDoor({ maxPayload, farewell }: DoorOptions): Door {
  const { wss } = createNodeWebSocket({ app: new Hono() })
  const options: ServerOptions & { closeTimeout: number; maxFragments: number; maxBufferedChunks: number } = {
    maxPayload,
    // Each piece costs its bookkeeping, however small it is: thousands of pieces of one byte are megabytes.
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: SPARE_CHUNKS + Math.ceil(maxPayload / SMALL_RECORD),
    closeTimeout: farewell,
    perMessageDeflate: false,
    handleProtocols: () => SUBPROTOCOL,
  }
  Object.assign(wss.options, options)
  return {
    enter(request, socket, head, onOpen) {
      wss.handleUpgrade(request, socket, head, onOpen)
    },
  }
}
