import type { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { clientAddress } from './client-address.ts'
import { ConnectionCount, type ConnectionLimits } from './connection-count.ts'

export interface TcpConnections {
  /** Counts what this server accepts; of a TLS server, the connections below. */
  guard(server: Pick<EventEmitter, 'prependListener'>): void
  /** Ends what is open, and from now on whatever comes. */
  destroyAll(): void
}

/** What there is for pages at least, however few sockets there may be. */
const PAGES = 16

/**
 * The bounds of TCP connections that go with bounds of WebSockets: half as many again. A client has two sockets, and
 * its browser one connection more for the page; and who is refused a socket has to hear it over something.
 */
export function connectionLimits(sockets: ConnectionLimits): ConnectionLimits {
  const withPages = (limit: number) => limit + Math.max(PAGES, Math.ceil(limit / 2))
  return { total: withPages(sockets.total), perAddress: withPages(sockets.perAddress) }
}

/**
 * Every TCP connection of the servers it guards, counted before a byte of it is read: a handshake that never ends and
 * an HTTP/2 session that asks for nothing cost as much as a socket does.
 *
 * @param remoteOf Where a client is, when a balancer stands before us.
 */
export function createTcpConnections(
  limits: ConnectionLimits,
  remoteOf: (socket: Socket) => string | undefined = socket => socket.remoteAddress,
): TcpConnections {
  const count = new ConnectionCount(limits)
  const open = new Map<Socket, string>()
  let ended = false

  function opened(socket: Socket): void {
    const address = clientAddress(remoteOf(socket))
    if (ended || count.enter(address) !== 'counted') {
      // Without words: over TLS they would cost the handshake.
      socket.destroy()
      return
    }
    open.set(socket, address)
    socket.once('close', closed)
  }

  // One listener for all: a closure per connection is what makes an idle one expensive.
  function closed(this: Socket): void {
    const address = open.get(this)
    if (address === undefined) return
    open.delete(this)
    count.leave(address)
  }

  return {
    guard(server) {
      // Before the server's own listener, which begins the handshake.
      server.prependListener('connection', opened)
    },

    destroyAll() {
      ended = true
      for (const socket of open.keys()) socket.destroy()
    },
  }
}
