import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { Flow, type Share, type Way } from './flow.ts'

/** As a client and the server see one TCP connection: a socket to each of them. */
type Connection = { readonly client: Socket; readonly server: Socket }

/**
 * The network between one person and the server: TCP connections handed on byte by byte, without a key to what is in them.
 * It counts, halts at an exact byte, slows down, breaks and lies, as networks do.
 */
export class Line implements AsyncDisposable {
  readonly #port: number
  readonly #listener: Server
  readonly #connections = new Set<Connection>()
  /** Those of `#connections`, and those that hang. */
  readonly #sockets = new Set<Socket>()
  readonly #flows = { up: new Flow(), down: new Flow() }
  #made = 0
  #isCut = false
  #refusals: (() => void)[] = []

  /** To a port of this machine, on which a server need not listen yet. */
  static async to(port: number): Promise<Line> {
    const line = new Line(port)
    line.#listener.listen(0, '127.0.0.1')
    await once(line.#listener, 'listening')
    return line
  }

  private constructor(port: number) {
    this.#port = port
    this.#listener = createServer({ allowHalfOpen: true, noDelay: true }, client => this.#accept(client))
  }

  get url(): string {
    return `https://localhost:${(this.#listener.address() as AddressInfo).port}`
  }

  /** Connections so far, those that are over included. */
  get made(): number {
    return this.#made
  }

  /** Bytes that were handed on so far: what lies in buffers of the kernel or of this line is not among them. */
  carried(way: Way): number {
    return this.#flows[way].carried
  }

  /** What each connection that there is carries of that. */
  shares(way: Way): readonly Share[] {
    return this.#flows[way].shares
  }

  /** Stops this way behind exactly so many bytes of `carried`, until `proceed`; resolves when it has come to that. */
  haltAt(way: Way, bytes: number): Promise<void> {
    return this.#flows[way].haltAt(bytes)
  }

  /** Resolves when so many bytes more were handed on. */
  async carries(way: Way, bytes: number): Promise<void> {
    await this.#flows[way].passes(this.carried(way) + bytes)
  }

  /** Both ways stand still, and nobody is told. */
  hold(): void {
    for (const flow of this.#both) flow.hold()
  }

  /** After `hold` or `haltAt`. */
  proceed(): void {
    for (const flow of this.#both) flow.proceed()
  }

  /** Bytes a second in each direction, shared by all connections, which take turns; undefined: as fast as it can. */
  throttle(rate: number | undefined): void {
    for (const flow of this.#both) flow.throttle(rate)
  }

  /**
   * Every connection breaks, and both ends are told: by an RST where bytes were not read, else by a FIN in the middle of
   * the TLS stream. (`resetAndDestroy` would wait until all is written, and forgets its handle when a FIN is on its way.)
   */
  reset(): void {
    for (const { client, server } of this.#connections) {
      client.destroy()
      server.destroy()
    }
  }

  /** Every connection ends in one direction: its reader hears a FIN, its writer nothing. */
  halfClose(way: Way): void {
    for (const { client, server } of this.#connections) (way === 'up' ? server : client).end()
  }

  /** The client has another address: it is told at once; the server holds what came from the old one for alive. */
  move(): void {
    for (const connection of [...this.#connections]) {
      this.#forget(connection)
      connection.client.destroy()
    }
  }

  /** Nothing passes on the connections that there are, for good, and neither end is told. New ones work. */
  strand(): void {
    for (const connection of [...this.#connections]) this.#forget(connection)
  }

  /** Every connection breaks, and new ones are refused until `mend`. */
  cut(): void {
    this.#isCut = true
    this.reset()
  }

  /** Resolves when somebody tried in vain. */
  refuses(): Promise<void> {
    return new Promise(resolve => this.#refusals.push(resolve))
  }

  mend(): void {
    this.#isCut = false
  }

  /** The next bytes on this way arrive with one bit changed. */
  flip(way: Way): void {
    this.#flows[way].flip()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isCut = true
    for (const flow of this.#both) flow.throttle(undefined)
    for (const socket of this.#sockets) socket.destroy()
    this.#listener.close()
    await once(this.#listener, 'close')
  }

  get #both(): readonly Flow[] {
    return [this.#flows.up, this.#flows.down]
  }

  #accept(client: Socket): void {
    if (this.#isCut) {
      client.destroy()
      const waiting = this.#refusals.splice(0)
      for (const refused of waiting) refused()
      return
    }
    this.#made += 1
    const server = connect({ port: this.#port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    const connection = { client, server }
    this.#connections.add(connection)
    this.#flows.up.join(client, server)
    this.#flows.down.join(server, client)
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket)
      // What follows is its close.
      socket.on('error', () => undefined)
      socket.on('close', () => {
        this.#sockets.delete(socket)
        if (!this.#connections.has(connection)) return
        this.#forget(connection)
        other.destroySoon()
      })
    }
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection)
    this.#flows.up.leave(connection.client)
    this.#flows.down.leave(connection.server)
  }
}
