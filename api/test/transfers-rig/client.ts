import type { Bytes, ClientEvent, Socket, SocketHandlers } from '@chat-room/client'
import type { Offer } from '@chat-room/protocol'
import { encodeBase64Url } from '../../client/src/bytes.ts'
import type { Target } from '../../client/src/client.ts'
import type { Identity } from '../../client/src/crypto/identity.ts'
import { createTransfers, type TransferDeps, type Transfers } from '../../client/src/transfers/transfers.ts'
import { random } from './bytes.ts'
import type { Device } from './device.ts'
import { Line, type Tamper } from './line.ts'
import type { MemoryDisk } from './memory-disk.ts'
import { mortal } from './mortal.ts'

type ClientWorld = ConstructorParameters<typeof Line>[0] & {
  readonly clients: readonly TransferClient[]
  revive(dead: TransferClient, client: TransferClient): TransferClient
  offer(offer: Offer, from: TransferClient, target: Target): void
}

/** One process of a member. */
export class TransferClient {
  readonly alias: string
  readonly device: Device
  readonly member: string
  readonly events: ClientEvent[] = []
  readonly transfers: Transfers
  readonly #world: ClientWorld
  readonly #options: Partial<TransferDeps>
  #saving: Promise<void> | undefined
  #alive = true
  line: Line | undefined
  /** Attempts to open a segment socket. */
  lines = 0
  tamper: Tamper = frame => frame
  /** Bytes of files in its memory: read, sealed, arrived, opened; and most of them at any time. */
  readonly holding = new Set<ArrayBuffer>()
  mostHeld = 0
  /** Milliseconds that one thing takes on its line, each way. */
  slowness = 100

  constructor(world: ClientWorld, alias: string, device: Device, options: Partial<TransferDeps>) {
    this.#world = world
    this.#options = options
    this.alias = alias
    this.device = device
    this.member = encodeBase64Url(device.identity.public.memberId)
    device.disk.touched = bytes => this.hold(bytes)
    this.transfers = createTransfers({
      room: 'main',
      epoch: () => 1,
      clock: world.time,
      random,
      files: mortal(device.disk, () => this.#alive),
      identity: device.identity,
      accept: 'all',
      isToldOnce: false,
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
        if (this.#alive) this.events.push(event)
      },
      savedChanged: () => void this.#save(),
      saved: () => this.#saved(),
      ...options,
    })
    if (device.saved !== undefined) this.transfers.restore(JSON.parse(device.saved))
  }

  /** Whether the log is read from its beginning, as by every process that keeps no history. */
  get readsAnew(): boolean {
    return this.device.saved === undefined || this.#options.isToldOnce !== true
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
      this.#world.time.after(20, () => {
        this.#saving = undefined
        if (this.#alive) this.device.saved = JSON.stringify(this.transfers.save())
        resolve()
      }),
    )
    return this.#saving
  }

  /** Whoever died meanwhile does nothing more. */
  async #saved(): Promise<void> {
    await this.#saving
    if (!this.#alive) await new Promise(() => undefined)
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

  until(holds: () => boolean): Promise<void> {
    return this.#world.time.until(holds)
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
