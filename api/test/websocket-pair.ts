import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'

export type WebSocketPair = AsyncDisposable & {
  readonly client: WebSocket
  /** The server's end, and the socket that its upgrade handed over. */
  readonly ws: WebSocket
  readonly socket: Socket
}

/** Two ends of one WebSocket over a real connection on the loopback. */
export async function connectPair(): Promise<WebSocketPair> {
  const server = createServer()
  const options = { noServer: true, closeTimeout: 200 }
  const sockets = new WebSocketServer(options)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const opened = new Promise<{ ws: WebSocket; socket: Socket }>(resolve => {
    server.on('upgrade', (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, ws => resolve({ ws, socket: request.socket }))
    })
  })
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  await once(client, 'open')
  const { ws, socket } = await opened
  return {
    client,
    ws,
    socket,
    async [Symbol.asyncDispose]() {
      client.terminate()
      ws.terminate()
      server.close()
      await once(server, 'close')
    },
  }
}
