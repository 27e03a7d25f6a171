import { createServer } from 'node:https'
import { Server } from 'socket.io'
import { certificate, listen } from './listening.ts'

/** What one writes with Socket.IO, as its documentation shows it: each event goes to all in its room. */
const server = createServer(certificate())
const io = new Server(server, { transports: ['websocket'], serveClient: false })

io.on('connection', socket => {
  const room = String(socket.handshake.query['room'])
  void socket.join(room)
  socket.on('entry', entry => io.to(room).emit('entry', entry))
})

listen(server)
