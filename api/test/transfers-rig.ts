import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import type {
  ClientEvent,
  Clock,
  FileSink,
  FileSource,
  Files,
  Socket,
  SocketHandlers,
} from '@chat-room/client'
import { CLOSE, type Offer, parseSegmentClientMessage } from '@chat-room/protocol'
import { type Bytes, encodeBase64Url } from '../client/src/bytes.ts'
import type { Target } from '../client/src/client.ts'
import { createIdentitySecret, type Identity, importIdentity } from '../client/src/crypto/identity.ts'
import { createTransfers, type TransferDeps, type Transfers } from '../client/src/transfers/transfers.ts'
import type { SegmentPeer } from '../src/relay/ports.ts'
import { openRelay, type Relay, type RelaySession } from '../src/relay/relay.ts'
import { MemorySegmentStore } from '../src/store/segments/memory-segment-store.ts'

/** Time runs so many times faster than on the wall: pauses are waited for, and cost nothing. */
const HASTE = 100

const clock: Clock = {
  now: () => performance.now() * HASTE,
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds / HASTE)
    return () => clearTimeout(timer)
  },
}

const random = (length: number): Bytes => Uint8Array.from(randomBytes(length))

export const EVERYONE: Target = { to: 'all' }

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** What the network does to a binary frame on its way to this client; nothing: it is lost. */
export type Tamper = (frame: Bytes, index: number) => Bytes | undefined

export type WorldOptions = { readonly quota?: number }

const relayDeps = (store: MemorySegmentStore, { quota = 2 ** 30 }: WorldOptions) => ({
  store,
  hash: (secret: string) => createHash('sha256').update(secret, 'base64url').digest('base64url'),
  onError: (error: unknown) => {
    throw error
  },
  quota,
  ttl: 86_400_000,
})

/** The real relay over a store in memory, and clients with files in memory. No socket and no disk. */
export class TransferWorld {
  readonly clients: TransferClient[] = []
  /** Bytes of binary frames that clients sent. */
  uploaded = 0
  readonly #store: MemorySegmentStore
  readonly #options: WorldOptions
  readonly #ticking = setInterval(() => this.#relay.tick(clock.now()), 1_000 / HASTE)
  #relay: Relay
  readonly tickets = new Map<string, string>()
  readonly #offers: { offer: Offer; from: TransferClient; target: Target }[] = []

  static async open(options: WorldOptions = {}): Promise<TransferWorld> {
    const store = new MemorySegmentStore()
    return new TransferWorld(store, options, await openRelay(relayDeps(store, options), clock.now()))
  }

  private constructor(store: MemorySegmentStore, options: WorldOptions, relay: Relay) {
    this.#store = store
    this.#options = options
    this.#relay = relay
  }

  get relay(): Relay {
    return this.#relay
  }

  /** The server's process dies and comes back: every line breaks. */
  async restart(): Promise<void> {
    for (const client of this.clients) client.line?.drop()
    this.#relay = await openRelay(relayDeps(this.#store, this.#options), clock.now())
  }

  /** A member that is here from now on; what was offered before is history to it. */
  async join(alias: string, options: Partial<TransferDeps> = {}): Promise<TransferClient> {
    const identity = await importIdentity(createIdentitySecret(random))
    if (!identity.ok) throw new Error(identity.error)
    const client = new TransferClient(this, alias, identity.value, options)
    this.clients.push(client)
    for (const { offer, from, target } of this.#offers) client.hear(offer, from, target, true)
    client.transfers.online()
    return client
  }

  offer(offer: Offer, from: TransferClient, target: Target): void {
    this.#offers.push({ offer, from, target })
    for (const client of this.clients) client.hear(offer, from, target, false)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#ticking)
    await Promise.all(this.clients.map(client => client.transfers.close()))
  }
}

export class TransferClient {
  readonly alias: string
  readonly identity: Identity
  readonly member: string
  readonly disk = new MemoryDisk()
  readonly events: ClientEvent[] = []
  readonly transfers: Transfers
  readonly #world: TransferWorld
  readonly #watchers = new Set<() => void>()
  line: Line | undefined
  /** Attempts to open a segment socket. */
  lines = 0
  tamper: Tamper = frame => frame

  constructor(world: TransferWorld, alias: string, identity: Identity, options: Partial<TransferDeps>) {
    this.#world = world
    this.alias = alias
    this.identity = identity
    this.member = encodeBase64Url(identity.public.memberId)
    this.transfers = createTransfers({
      room: 'main',
      epoch: () => 1,
      clock,
      random,
      files: this.disk,
      identity,
      accept: 'all',
      requestTicket: async () => {
        const ticket = encodeBase64Url(random(32))
        world.tickets.set(ticket, this.member)
        return ticket
      },
      openSegmentSocket: handlers => this.#open(handlers),
      sendOffer: async (offer, target) => world.offer(offer, this, target),
      aliasOf: member => world.clients.find(client => client.member === member)?.alias ?? 'nobody',
      emit: event => {
        this.events.push(event)
        for (const watcher of [...this.#watchers]) watcher()
      },
      savedChanged: () => undefined,
      ...options,
    })
  }

  get target(): Target {
    return { to: 'member', member: this.member, alias: this.alias }
  }

  hear(offer: Offer, from: TransferClient, target: Target, history: boolean): void {
    if (from === this || (target.to === 'member' && target.member !== this.member)) return
    this.transfers.offered(offer, {
      sender: from.identity.public,
      session: encodeBase64Url(random(16)),
      alias: from.alias,
      epoch: 1,
      to: target.to === 'all' ? 'all' : 'you',
      history,
    })
  }

  of<T extends ClientEvent['type']>(type: T): Extract<ClientEvent, { readonly type: T }>[] {
    return this.events.filter(
      (event): event is Extract<ClientEvent, { readonly type: T }> => event.type === type,
    )
  }

  /** Resolves at the first event after which the condition holds. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>(resolve => {
        const watcher = () => {
          this.#watchers.delete(watcher)
          resolve()
        }
        this.#watchers.add(watcher)
      })
    }
  }

  async untilEvent<T extends ClientEvent['type']>(
    type: T,
  ): Promise<Extract<ClientEvent, { readonly type: T }>> {
    await this.until(() => this.of(type).length > 0)
    return this.of(type)[0] as Extract<ClientEvent, { readonly type: T }>
  }

  /** Until this much of its first transfer is done. */
  untilDone(bytes: number): Promise<void> {
    return this.until(() => (this.transfers.list()[0]?.done ?? 0) >= bytes)
  }

  #open(handlers: SocketHandlers): Socket {
    this.lines += 1
    this.line = new Line(this.#world, this, handlers)
    return this.line
  }
}

/** One segment socket, both ends of it: what is said arrives in order, one thing in each turn of the loop. */
export class Line implements Socket, SegmentPeer {
  readonly #world: TransferWorld
  readonly #client: TransferClient
  readonly #handlers: SocketHandlers
  readonly #up: (string | Bytes)[] = []
  readonly #down: { data: string | Bytes; taken: () => void }[] = []
  #session: RelaySession | undefined
  #open = true
  #running = false
  #waiting: (() => void)[] = []
  /** Messages that the client was told. */
  heard = 0
  buffered = 0

  constructor(world: TransferWorld, client: TransferClient, handlers: SocketHandlers) {
    this.#world = world
    this.#client = client
    this.#handlers = handlers
    setImmediate(() => this.#open && handlers.opened())
  }

  send(data: unknown): void {
    if (!this.#open) return
    if (typeof data === 'string' || data instanceof Uint8Array) {
      this.#up.push(data as string | Bytes)
      if (typeof data !== 'string') this.buffered += data.length
    } else this.#down.push({ data: JSON.stringify(data), taken: () => undefined })
    this.#run()
  }

  sendSegment(frame: Uint8Array): Promise<void> {
    return new Promise(resolve => {
      if (!this.#open) return resolve()
      this.#down.push({ data: frame as Bytes, taken: resolve })
      this.#run()
    })
  }

  async drained(): Promise<void> {
    if (this.#open && this.buffered > 0) await new Promise<void>(resolve => this.#waiting.push(resolve))
  }

  pause(): void {}
  resume(): void {}

  close(end?: unknown): void {
    const code = typeof end === 'string' ? CLOSE[end as keyof typeof CLOSE].code : 1000
    this.#end(typeof end === 'string' ? code : undefined)
  }

  /** The network is gone. */
  drop(): void {
    this.#end(1006)
  }

  #end(code: number | undefined): void {
    if (!this.#open) return
    this.#open = false
    for (const { taken } of this.#down.splice(0)) taken()
    this.#up.length = 0
    this.buffered = 0
    this.#release()
    if (this.#session) this.#world.relay.detach(this.#session, clock.now())
    if (code !== undefined) setImmediate(() => this.#handlers.closed(code))
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  #run(): void {
    if (this.#running) return
    this.#running = true
    setImmediate(() => {
      this.#running = false
      const up = this.#up.shift()
      if (up !== undefined) this.#toRelay(up)
      const down = this.#down.shift()
      if (down !== undefined) this.#toClient(down.data, down.taken)
      if (this.#open && this.#up.length + this.#down.length > 0) this.#run()
    })
  }

  #toRelay(data: string | Bytes): void {
    const { relay } = this.#world
    if (typeof data !== 'string') {
      this.buffered -= data.length
      this.#world.uploaded += data.length
      if (this.buffered === 0) this.#release()
      const violation = this.#session ? relay.frame(this.#session, data, clock.now()) : 'too-short'
      if (violation) throw new Error(`the relay does not want this frame: ${violation}`)
      return
    }
    const message = parseSegmentClientMessage(data)
    if (!message.ok) throw new Error(`the client said ${data}: ${message.error.message}`)
    if (message.value.type !== 'attach') {
      if (this.#session) relay.receive(this.#session, message.value, clock.now())
      return
    }
    const member = this.#world.tickets.get(message.value.ticket)
    if (!this.#world.tickets.delete(message.value.ticket) || member === undefined) this.close('notAttached')
    else this.#session = relay.attach(this, { room: 'main', member, address: member }, clock.now())
  }

  #toClient(data: string | Bytes, taken: () => void): void {
    taken()
    if (typeof data === 'string') {
      this.heard += 1
      this.#handlers.text(data)
      return
    }
    const frame = this.#client.tamper(data.slice(), new DataView(data.buffer, data.byteOffset).getUint32(17))
    if (frame) this.#handlers.binary(frame)
  }
}

type Sink = { readonly name: string; readonly bytes: Bytes; state: 'open' | 'finished' | 'discarded' }

/** Files of one client: what it may send, and what it received. */
class MemoryDisk implements Files {
  readonly sources = new Map<string, { bytes: Bytes; version: number }>()
  readonly sinks: Sink[] = []
  /** Source files open now. */
  open = 0
  /** Most bytes a file may have before the disk is full. */
  room = Number.POSITIVE_INFINITY

  put(path: string, bytes: Bytes): Bytes {
    const version = (this.sources.get(path)?.version ?? 0) + 1
    this.sources.set(path, { bytes, version })
    return bytes
  }

  get finished(): readonly Sink[] {
    return this.sinks.filter(({ state }) => state === 'finished')
  }

  async openSource(path: string): Promise<FileSource | { problem: string }> {
    const found = this.sources.get(path)
    if (found === undefined) return { problem: `${path} is not there` }
    this.open += 1
    const current = () => this.sources.get(path) ?? found
    return {
      name: path,
      size: found.bytes.length,
      mime: 'application/octet-stream',
      fingerprint: async () => `${current().bytes.length} ${current().version}`,
      read: async (offset, length) => {
        const bytes = current().bytes.slice(offset, offset + length)
        if (bytes.length < length) throw new Error('the file has become shorter')
        return bytes
      },
      close: async () => {
        this.open -= 1
      },
    }
  }

  async createSink({ name, size }: { name: string; size: number }): Promise<FileSink> {
    const sink: Sink = { name, bytes: new Uint8Array(size), state: 'open' }
    this.sinks.push(sink)
    return {
      write: async (offset, bytes) => {
        if (offset + bytes.length > this.room) throw new Error('the disk is full')
        sink.bytes.set(bytes, offset)
      },
      finish: async () => {
        sink.state = 'finished'
        return { name, path: `/${name}`, sha256: sha256(sink.bytes) }
      },
      discard: async () => {
        sink.state = 'discarded'
      },
    }
  }
}

/** Bytes of no pattern; the same for the same arguments. */
export const noise = (size: number, seed = size): Bytes =>
  Uint8Array.from(
    createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16)).update(new Uint8Array(size)),
  )

/** Puts a file of this size on the sender's disk and sends it. */
export async function send(
  from: TransferClient,
  name: string,
  size: number,
  target = EVERYONE,
): Promise<Bytes> {
  const bytes = from.disk.put(name, noise(size))
  from.transfers.send(name, target)
  return bytes
}
