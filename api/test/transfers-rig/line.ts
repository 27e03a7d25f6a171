import type { Bytes, Socket, SocketHandlers } from '@chat-room/client'
import { CLOSE, parseSegmentClientMessage } from '@chat-room/protocol'
import type { SegmentPeer } from '../../src/relay/ports.ts'
import type { Relay, RelaySession } from '../../src/relay/relay.ts'
import type { WorldTime } from './world-time.ts'

/** What the network does to a binary frame on its way to this client; nothing: it is lost. */
export type Tamper = (frame: Bytes, index: number) => Bytes | undefined

type LineWorld = {
  readonly time: WorldTime
  readonly relay: Relay
  readonly tickets: Map<string, string>
  uploaded: number
  downloaded: number
}

type LineClient = {
  readonly holding: Set<ArrayBuffer>
  readonly slowness: number
  readonly tamper: Tamper
  hold(bytes: Bytes): void
}

/** One segment socket, both ends of it: what is said arrives in order, one thing each way at a time. */
export class Line implements Socket, SegmentPeer {
  readonly #world: LineWorld
  readonly #client: LineClient
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

  constructor(world: LineWorld, client: LineClient, handlers: SocketHandlers) {
    this.#world = world
    this.#client = client
    this.#handlers = handlers
    world.time.after(client.slowness, () => this.#open && handlers.opened())
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
    if (this.#session) this.#world.relay.detach(this.#session, this.#world.time.now())
    if (code !== undefined) this.#world.time.after(1, () => this.#handlers.closed(code))
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  #run(): void {
    if (this.#running) return
    this.#running = true
    this.#world.time.after(this.#client.slowness, () => {
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
      this.#client.holding.delete(data.buffer)
      this.#world.uploaded += data.length
      if (this.buffered === 0) this.#release()
      const violation = this.#session ? relay.frame(this.#session, data, this.#world.time.now()) : 'too-short'
      if (violation) throw new Error(`the relay does not want this frame: ${violation}`)
      return
    }
    const message = parseSegmentClientMessage(data)
    if (!message.ok) throw new Error(`the client said ${data}: ${message.error.message}`)
    if (message.value.type !== 'attach') {
      if (this.#session) relay.receive(this.#session, message.value, this.#world.time.now())
      return
    }
    const member = this.#world.tickets.get(message.value.ticket)
    if (!this.#world.tickets.delete(message.value.ticket) || member === undefined) this.close('notAttached')
    else this.#session = relay.attach(this, { room: 'main', member, address: member }, this.#world.time.now())
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
