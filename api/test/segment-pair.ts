import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { SUBPROTOCOL } from '@chat-room/protocol'
import { WebSocket } from 'ws'
import { createSegmentDoor } from '../src/edge/segment-door.ts'
import type { EndOwner, ServerEnd } from '../src/edge/server-end.ts'

export type SegmentPair = AsyncDisposable & {
  readonly client: WebSocket
  /** Our end, and the socket that its upgrade handed over. */
  readonly end: ServerEnd
  readonly socket: Socket
}

/** Does nothing with whatever arrives. */
const idleOwner = (): EndOwner => ({
  heard() {},
  place: length => new Uint8Array(length),
  binary() {},
  text() {},
  broken() {},
})

/** A client of `ws` and an end of our own, over a real connection on the loopback. */
export async function connectSegmentPair(owner: Partial<EndOwner> = {}): Promise<SegmentPair> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const opened = Promise.withResolvers<{ end: ServerEnd; socket: Socket }>()
  const door = createSegmentDoor({ farewell: 200 })
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => {})
    door.enter(request, socket, end => {
      opened.resolve({ end, socket })
      end.listen({ ...idleOwner(), ...owner }, head)
    })
  })
  const { port } = server.address() as AddressInfo
  const client = new WebSocket(`ws://127.0.0.1:${port}`, SUBPROTOCOL, { perMessageDeflate: false })
  await once(client, 'open')
  const { end, socket } = await opened.promise
  return {
    client,
    end,
    socket,
    async [Symbol.asyncDispose]() {
      client.terminate()
      socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
