import { createServer } from 'node:https'
import { type WebSocket, WebSocketServer } from 'ws'
import { certificate, listen, RoomsByPath } from './listening.ts'

/** What one writes with `ws` alone: each text goes to all in its room. No protocol, no checks, no log. */
const rooms = new RoomsByPath<WebSocket>()
const server = createServer(certificate())

new WebSocketServer({ server }).on('connection', (socket, { url = '' }) => {
  const room = rooms.enter(url, socket)
  socket.on('message', data => {
    for (const member of room) member.send(data, { binary: false })
  })
  socket.on('close', () => room.delete(socket))
  socket.on('error', () => {})
})

listen(server)
