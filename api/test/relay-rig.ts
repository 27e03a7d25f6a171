import { createHash, randomBytes } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import {
  type CloseName,
  decodeSegmentFrame,
  encodeSegmentFrame,
  LIMITS,
  type RelayMessage,
  type RelayMessageOf,
  type SegmentClientMessageOf,
  segmentCount,
  segmentLength,
} from '@chat-room/protocol'
import type { SegmentPeer, SegmentStore, StoredTransfer, TransferFacts } from '../src/relay/ports.ts'
import { openRelay, type Relay, type RelayDeps, type RelaySession } from '../src/relay/relay.ts'
import { MemorySegmentStore } from '../src/store/segments/memory-segment-store.ts'

export const SEGMENT = LIMITS.segmentBytesMin
export const WINDOW = LIMITS.windowSegments

export const id = (): string => randomBytes(16).toString('base64url')

const hash = (secret: string): string =>
  createHash('sha256').update(Buffer.from(secret, 'base64url')).digest('base64url')

/** All that was promised is done: the store is in memory, so that nothing takes more than a turn of the loop. */
export const settled = async (): Promise<void> => {
  await turn()
}

/** A socket that keeps what it is sent, and takes segments at once or when it is told to. */
export class FakePeer implements SegmentPeer {
  readonly messages: RelayMessage[] = []
  readonly frames: Uint8Array[] = []
  closed: CloseName | undefined
  paused = false
  /** Takes no segment until `take`. */
  stuck = false
  onMessage: (message: RelayMessage) => void = () => {}
  onFrame: (frame: Uint8Array) => void = () => {}
  readonly #untaken: (() => void)[] = []

  send(message: RelayMessage): void {
    this.messages.push(message)
    this.onMessage(message)
  }

  async sendSegment(frame: Uint8Array): Promise<void> {
    if (this.stuck) await new Promise<void>(resolve => this.#untaken.push(resolve))
    this.frames.push(frame)
    this.onFrame(frame)
  }

  get untaken(): number {
    return this.#untaken.length
  }

  /** Takes so many of the segments that wait, the oldest first. */
  take(count = Number.POSITIVE_INFINITY): void {
    for (const resolve of this.#untaken.splice(0, count)) resolve()
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
  }

  close(name: CloseName): void {
    this.closed = name
  }

  of<T extends RelayMessage['type']>(type: T): RelayMessageOf<T>[] {
    return this.messages.filter((message): message is RelayMessageOf<T> => message.type === type)
  }

  /** Indices of the frames that arrived, in their order. */
  get indices(): number[] {
    return this.frames.map(frame => unwrap(frame).index)
  }
}

function unwrap(frame: Uint8Array) {
  const decoded = decodeSegmentFrame(frame)
  if (!decoded.ok) throw new Error(decoded.error)
  return decoded.value
}

/** A file as its sender knows it: every byte of a segment tells its file and its index. */
export class FakeFile {
  readonly transfer = id()
  readonly secret = randomBytes(32).toString('base64url')
  readonly size: number
  readonly segmentSize: number
  readonly #stamp = randomBytes(1)[0] ?? 0
  readonly #frames = new Map<number, Uint8Array>()

  constructor(size: number, segmentSize: number = SEGMENT) {
    this.size = size
    this.segmentSize = segmentSize
  }

  get segments(): number {
    return segmentCount(this.size, this.segmentSize)
  }

  /** Segments and the trailer. */
  get units(): number {
    return this.segments + 1
  }

  provide(to = 'all'): SegmentClientMessageOf<'provide'> {
    const { transfer, size, segmentSize, secret } = this
    return { type: 'provide', transfer, to, size, segmentSize, secret }
  }

  want(first = 0, count = this.units): SegmentClientMessageOf<'want'> {
    return { type: 'want', transfer: this.transfer, first, count }
  }

  content(index: number): Uint8Array {
    const length = index === this.segments ? 100 : segmentLength(index, this.size, this.segmentSize)
    const bytes = new Uint8Array(length).fill(this.#stamp ^ (index & 0xff))
    if (length >= 4) new DataView(bytes.buffer).setUint32(length - 4, index)
    return bytes
  }

  frame(index: number): Uint8Array {
    const transfer = Buffer.from(this.transfer, 'base64url')
    const frame =
      this.#frames.get(index) ?? encodeSegmentFrame({ transfer, index, ciphertext: this.content(index) })
    this.#frames.set(index, frame)
    return frame
  }

  /** Which segment of this file a frame is, if it is one, byte for byte. */
  indexOf(frame: Uint8Array): number | undefined {
    const { transfer, index } = unwrap(frame)
    const mine = Buffer.from(transfer).toString('base64url') === this.transfer && index < this.units
    return mine && Buffer.compare(frame, this.frame(index)) === 0 ? index : undefined
  }

  owns(frame: Uint8Array): boolean {
    return this.indexOf(frame) !== undefined
  }
}

/** A store whose writes wait for `write`, or fail as told. */
export class HeldStore extends MemorySegmentStore implements SegmentStore {
  outcome: 'written' | 'disk-full' | Error = 'written'
  held: (() => void)[] | undefined

  override create(facts: TransferFacts): StoredTransfer {
    const transfer = super.create(facts)
    const write = transfer.write.bind(transfer)
    transfer.write = async (index, bytes) => {
      if (this.held) await new Promise<void>(resolve => this.held?.push(resolve))
      if (this.outcome instanceof Error) throw this.outcome
      return this.outcome === 'disk-full' ? this.outcome : write(index, bytes)
    }
    return transfer
  }

  write(): void {
    for (const resolve of this.held?.splice(0) ?? []) resolve()
  }
}

export type Client = {
  readonly peer: FakePeer
  readonly session: RelaySession
  readonly member: string
  say(message: Parameters<Relay['receive']>[1]): void
  frame(bytes: Uint8Array): ReturnType<Relay['frame']>
  leave(): void
}

export type RigOptions = Partial<Omit<RelayDeps, 'hash'>>

const failTest = (error: unknown): never => {
  throw error
}

/** A relay with a clock that tests set, and clients. */
export async function openRig(options: RigOptions = {}) {
  const deps = {
    store: new MemorySegmentStore(),
    quota: 2 ** 30,
    ttl: 3_600_000,
    onError: failTest,
    ...options,
  }
  const rig = {
    now: 1_000_000,
    relay: await openRelay({ ...deps, hash }, 1_000_000),
    join({
      member = id(),
      room = 'main',
      address,
    }: {
      member?: string
      room?: string
      address?: string
    } = {}): Client {
      const peer = new FakePeer()
      const session = rig.relay.attach(peer, { room, member, address: address ?? member }, rig.now)
      return {
        peer,
        session,
        member,
        say: message => rig.relay.receive(session, message, rig.now),
        frame: bytes => rig.relay.frame(session, bytes, rig.now),
        leave: () => rig.relay.detach(session, rig.now),
      }
    },
    /** The clock goes on, with a tick at its end. */
    pass(milliseconds: number): void {
      rig.now += milliseconds
      rig.relay.tick(rig.now)
    },
  }
  return rig
}

export type Rig = Awaited<ReturnType<typeof openRig>>

/** The indices that the relay wants of a file in these messages. */
export const wanted = (peer: FakePeer, { transfer }: FakeFile): number[] =>
  peer
    .of('want')
    .filter(want => want.transfer === transfer)
    .flatMap(({ first, count }) => Array.from({ length: count }, (_, at) => first + at))

/** From now on the client sends what the relay wants of the file, at once. */
export function answerWants(client: Client, file: FakeFile): void {
  client.peer.onMessage = message => {
    if (message.type !== 'want' || message.transfer !== file.transfer) return
    for (let index = message.first; index < message.first + message.count; index++) {
      const violation = client.frame(file.frame(index))
      if (violation) throw new Error(`the relay wanted ${index} and calls it ${violation}`)
    }
  }
}

/** A whole file that lies in the relay, its sender still attached. */
export async function upload(rig: Rig, file: FakeFile, to = 'all'): Promise<Client> {
  const sender = rig.join()
  answerWants(sender, file)
  sender.say(file.provide(to))
  await settled()
  return sender
}
