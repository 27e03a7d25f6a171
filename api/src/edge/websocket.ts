import { EventEmitter } from 'node:events'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { SUBPROTOCOL } from '@chat-room/protocol'
import { createNodeWebSocket } from '@hono/node-ws'
import { Hono } from 'hono'
import type { ServerOptions, WebSocket } from 'ws'

export type DoorOptions = {
  /** Bytes of the largest message; a larger one closes its socket with 1009. */
  readonly maxPayload: number
  /** Milliseconds from our close frame to the end of a connection whose client does not answer it. */
  readonly farewell: number
  readonly onOpen: (ws: WebSocket, request: IncomingMessage) => void
}

export interface Door {
  /**
   * Performs the opening handshake of a request that was checked. When this is settled, `onOpen` was called for it or
   * never will be. Rejects with whatever the library threw.
   */
  enter(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>
}

/** No client of ours fragments; others do as they write, in buffers of several KiB. */
const MAX_FRAGMENTS = 64
/** What a TLS record holds at least where senders keep it small: a segment of the network. */
const SMALL_RECORD = 1024
/** Reads of which one frame may consist, beside those that its size explains. */
const SPARE_CHUNKS = 64

/**
 * Opens WebSockets of one kind by @hono/node-ws, which lives in this file alone.
 *
 * The library is never handed a server: its upgrade listener is async, nobody catches what it rejects with, and one
 * `GET //` would end the process. And it never sees a message: it copies each one and its listeners keep the whole
 * request alive, so they are taken off as soon as they are on.
 */
export function createDoor({ maxPayload, farewell, onOpen }: DoorOptions): Door {
  const app = new Hono()
  const { injectWebSocket, upgradeWebSocket, wss } = createNodeWebSocket({ app })
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
  app.get(
    '*',
    upgradeWebSocket(() => ({ onOpen: (_event, { raw }) => raw && shedLaterListeners(raw) })),
  )

  const entering = new Set<IncomingMessage>()
  wss.on('connection', (ws, request) => {
    if (entering.delete(request)) onOpen(ws, request)
  })

  const upgrade = upgradeListener(injectWebSocket)
  return {
    async enter(request, socket, head) {
      entering.add(request)
      try {
        await upgrade(request, socket, head)
      } finally {
        // The library waits for a connection per request, for ever if the handshake came to nothing: give it a dead one.
        if (entering.delete(request)) wss.emit('connection', new EventEmitter() as WebSocket, request)
      }
    },
  }
}

/** What the library would have put on a server. */
function upgradeListener(inject: (server: Server) => void): Door['enter'] {
  let captured: Door['enter'] | undefined
  const server = {
    on(_event: 'upgrade', listener: Door['enter']) {
      captured = listener
    },
  }
  inject(server as unknown as Server)
  if (captured === undefined) throw new Error('@hono/node-ws registered no upgrade listener')
  return captured
}

/** The library adds its listeners right after `onOpen`, in the same step; those of before are ws's and ours. */
function shedLaterListeners(ws: WebSocket): void {
  const events = ['message', 'close', 'error'] as const
  const before = events.map(event => new Set(ws.listeners(event)))
  queueMicrotask(() => {
    for (const [index, event] of events.entries()) {
      for (const listener of ws.listeners(event)) {
        if (!before[index]?.has(listener)) ws.off(event, listener as (this: WebSocket) => void)
      }
    }
  })
}
