import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import type {
  ClientEvent,
  Clock,
  FileProblem,
  FileSink,
  FileSource,
  Files,
  Found,
  IncomingName,
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
import { MemoryDevice } from './support/memory-device.ts'

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
  /** Bytes of binary frames that clients were sent. */
  downloaded = 0
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
  async join(
    alias: string,
    options: Partial<TransferDeps> = {},
    /** It was this member before, on the same device. */
    before?: TransferClient,
  ): Promise<TransferClient> {
    const identity = await importIdentity(createIdentitySecret(random))
    if (!identity.ok) throw new Error(identity.error)
    const client = new TransferClient(this, alias, new Device(identity.value, before?.device), options)
    this.clients.push(client)
    return this.#enter(client)
  }

  /** In the place of the one that was killed. */
  revive(dead: TransferClient, client: TransferClient): TransferClient {
    this.clients[this.clients.indexOf(dead)] = client
    return this.#enter(client)
  }

  #enter(client: TransferClient): TransferClient {
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

/** What outlives a process: a member's keys, its files, its notes. */
class Device {
  readonly identity: Identity
  readonly disk: MemoryDisk
  readonly memory: MemoryDevice
  /** What was saved last, as text. */
  saved: string | undefined

  constructor(identity: Identity, before: Device | undefined) {
    this.identity = identity
    this.disk = before?.disk ?? new MemoryDisk()
    this.memory = before?.memory ?? new MemoryDevice()
    this.saved = before?.saved
  }
}

/** One process of a member. */
export class TransferClient {
  readonly alias: string
  readonly device: Device
  readonly member: string
  readonly events: ClientEvent[] = []
  readonly transfers: Transfers
  readonly #world: TransferWorld
  readonly #options: Partial<TransferDeps>
  readonly #watchers = new Set<() => void>()
  #saving: Promise<void> | undefined
  #alive = true
  line: Line | undefined
  /** Attempts to open a segment socket. */
  lines = 0
  tamper: Tamper = frame => frame
  /** Bytes of files in its memory: read, sealed, arrived, opened; and most of them at any time. */
  readonly holding = new Set<ArrayBuffer>()
  mostHeld = 0
  /** It reads from its line once in so many turns. */
  slowness = 1

  constructor(world: TransferWorld, alias: string, device: Device, options: Partial<TransferDeps>) {
    this.#world = world
    this.#options = options
    this.alias = alias
    this.device = device
    this.member = encodeBase64Url(device.identity.public.memberId)
    device.disk.touched = bytes => this.hold(bytes)
    this.transfers = createTransfers({
      room: 'main',
      epoch: () => 1,
      clock,
      random,
      files: mortal(device.disk, () => this.#alive),
      identity: device.identity,
      accept: 'all',
      openJournal: async name => mortal(device.memory.journal(name), () => this.#alive),
      requestTicket: async () => {
        if (!this.#alive) return new Promise(() => undefined)
        const ticket = encodeBase64Url(random(32))
        world.tickets.set(ticket, this.member)
        return ticket
      },
      openSegmentSocket: handlers => this.#open(handlers),
      sendOffer: async (offer, target) => {
        if (this.#alive) world.offer(offer, this, target)
      },
      aliasOf: member => world.clients.find(client => client.member === member)?.alias ?? 'nobody',
      emit: event => {
        if (!this.#alive) return
        this.events.push(event)
        for (const watcher of [...this.#watchers]) watcher()
      },
      savedChanged: () => void this.#save(),
      saved: async () => this.#saving,
      ...options,
    })
    if (device.saved !== undefined) this.transfers.restore(JSON.parse(device.saved))
  }

  get identity(): Identity {
    return this.device.identity
  }

  get disk(): MemoryDisk {
    return this.device.disk
  }

  /** The process is gone without a word; another one of the same member comes. */
  kill(options: Partial<TransferDeps> = {}): TransferClient {
    this.#alive = false
    this.line?.drop()
    this.device.disk.crash()
    return this.#world.revive(
      this,
      new TransferClient(this.#world, this.alias, this.device, { ...this.#options, ...options }),
    )
  }

  /** Until they are freed, or handed on. */
  hold(bytes: Bytes): void {
    this.holding.add(bytes.buffer)
    let held = 0
    for (const buffer of this.holding) {
      if (buffer.byteLength === 0) this.holding.delete(buffer)
      held += buffer.byteLength
    }
    this.mostHeld = Math.max(this.mostHeld, held)
  }

  /** It takes a moment, as on a disk: who is killed meanwhile has the old one. */
  #save(): Promise<void> {
    this.#saving ??= new Promise(resolve =>
      setImmediate(() => {
        this.#saving = undefined
        if (this.#alive) this.device.saved = JSON.stringify(this.transfers.save())
        resolve()
      }),
    )
    return this.#saving
  }

  get target(): Target {
    return { to: 'member', member: this.member, alias: this.alias }
  }

  hear(offer: Offer, from: TransferClient, target: Target, history: boolean): void {
    if (from === this || (target.to === 'member' && target.member !== this.member)) return
    this.transfers.offered(offer, {
      sender: from.identity.public,
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
    if (!this.#alive) return { send() {}, buffered: 0, drained: async () => undefined, close() {} }
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
  #turns = 0
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
      if (typeof data !== 'string') {
        this.buffered += data.length
        this.#client.hold(data as Bytes)
      }
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
    // What was sent before still arrives, as it does over TCP.
    if (code === 1000) for (const data of this.#up.splice(0)) this.#toRelay(data)
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
      this.#turns += 1
      const down = this.#turns % this.#client.slowness === 0 ? this.#down.shift() : undefined
      if (down !== undefined) this.#toClient(down.data, down.taken)
      if (this.#open && this.#up.length + this.#down.length > 0) this.#run()
    })
  }

  #toRelay(data: string | Bytes): void {
    const { relay } = this.#world
    if (typeof data !== 'string') {
      this.buffered -= data.length
      this.#client.holding.delete(data.buffer)
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
    this.#world.downloaded += data.length
    const frame = this.#client.tamper(data.slice(), new DataView(data.buffer, data.byteOffset).getUint32(17))
    if (!frame) return
    this.#client.hold(frame)
    this.#handlers.binary(frame)
  }
}

/** What a dead process still waits for never comes, and what it still wants done is not done. */
function mortal<T extends object>(port: T, isAlive: () => boolean): T {
  return new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) =>
        new Promise((resolve, reject) => {
          if (!isAlive()) return
          Reflect.apply(value, target, args).then(
            (result: unknown) => {
              if (isAlive()) resolve(isPort(result) ? mortal(result, isAlive) : result)
            },
            (error: unknown) => isAlive() && reject(error),
          )
        })
    },
  })
}

const isPort = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.values(value).some(each => typeof each === 'function')

type Sink = {
  readonly name: string
  readonly bytes: Bytes
  state: 'open' | 'kept' | 'finished' | 'discarded'
}

/** Files of one member: what it may send, and what it received. */
class MemoryDisk implements Files {
  readonly sources = new Map<string, { bytes: Bytes; version: number }>()
  readonly sinks: Sink[] = []
  /** What sinks were asked for. */
  readonly names: IncomingName[] = []
  /** Bytes that were read from it, or are to be written. */
  touched: (bytes: Bytes) => void = () => undefined
  /** Turns of the loop that writing takes. */
  slowness = 0
  /** What `find` leaves out. */
  omitted: readonly string[] = []
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

  /** The process that used it is dead: its buffers lie there as they were. */
  crash(): void {
    this.open = 0
    for (const sink of this.sinks) if (sink.state === 'open') sink.state = 'kept'
  }

  /** `photos` names all that lies at `photos/…`. */
  async find(path: string): Promise<Found | FileProblem> {
    if (this.sources.has(path)) return { files: [{ path, folder: '' }], omitted: [] }
    const below = [...this.sources.keys()].filter(each => each.startsWith(`${path}/`))
    if (below.length === 0) return { problem: `${path} is not there` }
    return {
      files: below.map(each => ({ path: each, folder: each.slice(0, each.lastIndexOf('/')) })),
      omitted: this.omitted,
    }
  }

  async openSource(path: string): Promise<FileSource | FileProblem> {
    const found = this.sources.get(path)
    if (found === undefined) return { problem: `${path} is not there` }
    this.open += 1
    const current = () => this.sources.get(path) ?? found
    return {
      name: path.slice(path.lastIndexOf('/') + 1),
      size: found.bytes.length,
      mime: 'application/octet-stream',
      fingerprint: async () => `${current().bytes.length} ${current().version}`,
      read: async (offset, length) => {
        const bytes = current().bytes.slice(offset, offset + length)
        if (bytes.length < length) throw new Error('the file has become shorter')
        this.touched(bytes)
        return bytes
      },
      close: async () => {
        this.open -= 1
      },
    }
  }

  async createSink(file: IncomingName): Promise<FileSink> {
    this.names.push(file)
    const { name, size } = file
    return this.#sinkOf(this.sinks.push({ name, bytes: new Uint8Array(size), state: 'open' }) - 1)
  }

  async reopenSink(_file: IncomingName, place: string): Promise<FileSink | FileProblem> {
    const sink = this.sinks[Number(place)]
    if (sink?.state !== 'kept') return { problem: `no buffer at ${place}` }
    sink.state = 'open'
    return this.#sinkOf(Number(place))
  }

  #sinkOf(place: number): FileSink {
    const sink = this.sinks[place] as Sink
    const { name } = sink
    return {
      place: String(place),
      write: async (offset, bytes) => {
        if (offset + bytes.length > this.room) throw new Error('the disk is full')
        this.touched(bytes)
        for (let turns = this.slowness; turns > 0; turns -= 1) await turn()
        sink.bytes.set(bytes, offset)
      },
      read: async (offset, length) => sink.bytes.slice(offset, offset + length),
      finish: async () => {
        sink.state = 'finished'
        return { name, path: `/${name}`, sha256: sha256(sink.bytes) }
      },
      keep: async () => {
        sink.state = 'kept'
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
