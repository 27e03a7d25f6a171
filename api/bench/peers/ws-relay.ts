import { createServer } from 'node:https'
import { type WebSocket, WebSocketServer } from 'ws'
import { certificate, listen } from './listening.ts'

/** What one writes with `ws` alone: binary frames go to all receivers, and the sender waits for the slowest of them. */
const receivers = new Set<WebSocket>()
const HIGH_WATER = 1024 * 1024
const server = createServer(certificate())

new WebSocketServer({ server }).on('connection', (socket, { url = '' }) => {
  socket.on('error', () => {})
  if (url === '/receiver') {
    receivers.add(socket)
    socket.on('close', () => receivers.delete(socket))
    return
  }
  const isFull = () => [...receivers].some(({ bufferedAmount }) => bufferedAmount > HIGH_WATER)
  const sent = () => {
    if (socket.isPaused && !isFull()) socket.resume()
  }
  socket.on('message', data => {
    for (const receiver of receivers) receiver.send(data, { binary: true }, sent)
    if (isFull()) socket.pause()
  })
})

listen(server)
