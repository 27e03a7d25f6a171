import type { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { LONGEST_PROXY_HEADER, parseProxyHeader } from './proxy-header.ts'

/** The header comes with the first packet; section 2 asks for three seconds at least, for one that was lost. */
const PATIENCE = 3_000

/**
 * Clients behind a balancer that passes TCP through and tells of each connection, before its first byte, whose it is.
 * A connection without that header is ended: anybody else could say what he likes in it, or nothing.
 */
export class ProxyProtocol {
  readonly #sources = new Map<string, string>()
  readonly #patience: number

  /** @param patience Milliseconds from a connection to the end of its header. */
  constructor(patience = PATIENCE) {
    this.#patience = patience
  }

  /** The client's address, of a connection that came through `require` and of the TLS socket above it. */
  readonly remoteOf = (socket: Socket): string | undefined =>
    this.#sources.get(nameOf(socket)) ?? socket.remoteAddress

  /** Who listens for connections of this server hears of one only once its header was read. */
  require(server: Pick<EventEmitter, 'listeners' | 'removeAllListeners' | 'on'>): void {
    const listeners = server.listeners('connection')
    server.removeAllListeners('connection')
    server.on('connection', (socket: Socket) =>
      this.#read(socket, () => {
        for (const listener of listeners) listener.call(server, socket)
      }),
    )
  }

  #read(socket: Socket, onWhole: () => void): void {
    let bytes: Buffer = Buffer.alloc(0)
    const late = setTimeout(() => socket.destroy(), this.#patience)
    const done = () => {
      clearTimeout(late)
      socket.off('readable', readable).off('close', done).off('error', ignore)
    }
    const readable = () => {
      const chunk: Buffer | null = socket.read()
      // The end of the connection is readable too.
      if (chunk === null) return
      bytes = Buffer.concat([bytes, chunk])
      const header = parseProxyHeader(bytes.subarray(0, LONGEST_PROXY_HEADER))
      if (header.state === 'partial') return
      done()
      if (header.state === 'malformed') {
        socket.destroy()
        return
      }
      if (header.source !== undefined) this.#remember(socket, header.source)
      if (bytes.length > header.length) socket.unshift(bytes.subarray(header.length))
      onWhole()
    }
    socket.on('readable', readable).on('close', done).on('error', ignore)
  }

  #remember(socket: Socket, source: string): void {
    const name = nameOf(socket)
    this.#sources.set(name, source)
    socket.once('close', () => this.#sources.delete(name))
  }
}

/** A TLS socket shares these with the connection below it, which Node does not show. */
const nameOf = ({ remoteAddress, remotePort, localAddress, localPort }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`

function ignore() {}
