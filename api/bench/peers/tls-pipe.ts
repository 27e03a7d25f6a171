import { createServer, type TLSSocket } from 'node:tls'
import { certificate, listen } from './listening.ts'

/** What Node can do at most: one TLS connection piped into others. The first byte says which end a client is. */
const receivers = new Set<TLSSocket>()

const server = createServer(certificate(), socket => {
  socket.on('error', () => {})
  socket.on('close', () => receivers.delete(socket))
  socket.once('data', role => {
    if (role.toString() === 'R') receivers.add(socket)
    else for (const receiver of receivers) socket.pipe(receiver)
    socket.write('.')
  })
})

listen(server)
