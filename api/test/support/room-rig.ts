import { createHash } from 'node:crypto'
import {
  type ClientMessage,
  type CloseName,
  parseClientMessage,
  parseServerMessage,
  type ServerMessageOf,
  type ServerMessageType,
} from '@chat-room/protocol'
import { hashSecret, randomBytes } from '../../src/edge/secrets.ts'
import type { RoomDeps, RoomSettings } from '../../src/room/context.ts'
import type { AttemptGate, Frame, PasswordServer, Peer, RoomStore } from '../../src/room/ports.ts'
import { Room } from '../../src/room/room.ts'
import type { Session } from '../../src/room/session.ts'
import { Tickets } from '../../src/room/tickets.ts'
import { createMemoryRoomStore } from '../../src/store/memory-room-store.ts'
import { SETTINGS } from './memory-world.ts'

/** So many bytes that follow from a name, base64url. */
export const bytesOf = (length: number, name: string): string =>
  createHash('shake256', { outputLength: length }).update(name).digest('base64url')

export const idOf = (name: string): string => bytesOf(16, name)

const KE3 = bytesOf(64, 'KE3')

/** Stands in for OPAQUE where a test is about the room: what it was asked for, and a KE3 that is right. */
class PasswordStub implements PasswordServer {
  readonly evaluations: string[] = []
  readonly logins: string[] = []

  respondRegistration(userIdentifier: string): string {
    this.evaluations.push(userIdentifier)
    return bytesOf(64, userIdentifier)
  }

  startLogin({ userIdentifier }: { readonly userIdentifier: string }) {
    this.logins.push(userIdentifier)
    return { state: `login ${this.logins.length}`, response: bytesOf(320, 'KE2') }
  }

  finishLogin(_state: string, finish: string): boolean {
    return finish === KE3
  }
}

export type RigOptions = {
  readonly settings?: Partial<RoomSettings>
  readonly gate?: Partial<AttemptGate>
  readonly store?: RoomStore
}

/** A room whose clients are played frame by frame: every client message can be said, in every state. */
export class RoomRig {
  readonly password = new PasswordStub()
  readonly tickets = new Tickets(randomBytes)
  readonly errors: unknown[] = []
  readonly left: string[] = []
  readonly store: RoomStore
  readonly #deps: RoomDeps
  room: Room
  now = 1_800_000_000_000

  constructor({ settings, gate, store }: RigOptions = {}) {
    this.store = store ?? createMemoryRoomStore()
    this.#deps = {
      store: this.store,
      password: this.password,
      gate: {
        login: async () => ({ allowed: true }),
        succeeded: async () => undefined,
        creation: async () => ({ allowed: true }),
        ...gate,
      },
      random: randomBytes,
      hash: hashSecret,
      tickets: this.tickets,
      deployment: randomBytes(16),
      settings: { ...SETTINGS, ...settings },
      onMemberLeft: (_room, member) => this.left.push(member),
      onError: error => this.errors.push(error),
    }
    this.room = new Room('main', this.#deps, this.now)
  }

  /** A claimed room. */
  static async claimed(options: RigOptions = {}): Promise<RoomRig> {
    const rig = new RoomRig(options)
    const creator = await rig.connect()
    await creator.create()
    creator.drop()
    return rig
  }

  async connect(): Promise<RawClient> {
    const client = new RawClient(this)
    await quiet()
    return client
  }

  /** In the room as the member of this name, under an alias tag of this name. */
  async member(name: string, more: Partial<ClientMessage & { type: 'join' }> = {}): Promise<RawClient> {
    const client = await this.connect()
    await client.logIn()
    await client.join(name, more)
    return client
  }

  async tick(milliseconds = 0): Promise<void> {
    this.now += milliseconds
    await this.room.tick(this.now)
    await quiet()
  }

  /** The next process on the same store. */
  restart(): void {
    this.room.close()
    this.room = new Room('main', this.#deps, this.now)
  }
}

/** One socket, spoken over by hand. What it is told is checked against the protocol. */
export class RawClient {
  readonly #rig: RoomRig
  readonly #session: Session
  readonly #room: Room
  readonly #texts: string[] = []
  readonly pauses: number[] = []
  /** Its own, whatever name it joins under. */
  readonly secret = randomBytes(32)
  closed: CloseName | undefined

  constructor(rig: RoomRig) {
    this.#rig = rig
    this.#room = rig.room
    const peer: Peer = {
      send: (frame: Frame) => this.#texts.push(frame.text),
      close: name => {
        this.closed ??= name
      },
      pause: milliseconds => this.pauses.push(milliseconds),
    }
    this.#session = rig.room.connect(peer, '192.0.2.1', rig.now)
  }

  /** Says it and does not wait for what comes of it. */
  post(message: ClientMessage): void {
    const parsed = parseClientMessage(JSON.stringify(message))
    if (!parsed.ok) throw new Error(parsed.error.message)
    this.#room.receive(this.#session, parsed.value, this.#rig.now)
  }

  async say(message: ClientMessage): Promise<void> {
    this.post(message)
    await quiet()
  }

  drop(): void {
    this.#room.disconnect(this.#session, this.#rig.now)
  }

  of<T extends ServerMessageType>(type: T): ServerMessageOf<T>[] {
    // Parsed by who looks at it: a full room says much that no test reads.
    return this.#texts.filter(text => text.startsWith(`{"type":"${type}"`)).map(parsed<T>)
  }

  last<T extends ServerMessageType>(type: T): ServerMessageOf<T> {
    const fact = this.of(type).at(-1)
    if (fact === undefined) throw new Error(`not told: ${type}; told: ${this.#texts.join()}`)
    return fact
  }

  get refusals(): string[] {
    return this.of('refused').map(({ what, code }) => `${what}: ${code}`)
  }

  async create(): Promise<void> {
    await this.say({ type: 'start-creation', request: bytesOf(32, 'request') })
    await this.say(FINISH_CREATION)
  }

  async logIn(): Promise<void> {
    await this.say(START_LOGIN)
    await this.say(FINISH_LOGIN)
  }

  async join(name: string, more: Partial<ClientMessage & { type: 'join' }> = {}): Promise<void> {
    await this.say({ ...joinOf(name), secretHash: hashSecret(this.secret), ...more })
  }

  async resume(secret: string, more: Partial<ClientMessage & { type: 'resume' }> = {}): Promise<void> {
    await this.say({ type: 'resume', secret, log: idOf('log'), seq: 0, mailbox: 0, ...more })
  }

  async send(id: string, to = 'all'): Promise<void> {
    await this.say({ type: 'send', id: idOf(id), to, sealed: bytesOf(40, id) })
  }
}

function parsed<T extends ServerMessageType>(text: string): ServerMessageOf<T> {
  const message = parseServerMessage(text)
  if (!message.ok) throw new Error(`the room said ${text}: ${message.error.message}`)
  return message.value as ServerMessageOf<T>
}

export const START_LOGIN = { type: 'start-login', request: bytesOf(96, 'KE1') } as const
export const FINISH_LOGIN = { type: 'finish-login', finish: KE3 } as const

export const FINISH_CREATION = {
  type: 'finish-creation',
  record: bytesOf(192, 'record'),
  wrap: bytesOf(97, 'wrap'),
  profile: 1,
} as const

export const joinOf = (name: string) =>
  ({
    type: 'join',
    member: idOf(`member ${name}`),
    session: idOf(`session ${name}`),
    tag: bytesOf(16, `tag ${name}`),
    hello: bytesOf(100, `hello ${name}`),
    secretHash: bytesOf(32, `secret hash of ${name}`),
  }) as const

/** Everything that promises alone bring about has happened. */
export const quiet = () => new Promise<void>(resolve => setImmediate(resolve))
