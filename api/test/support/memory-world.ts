// What a client loads when somebody types an alias is here already: loading takes real time, which this world has none of.
import '../../client/src/joining.ts'
import {
  type ClientEvent,
  type ClientOptions,
  type ClientPorts,
  createRoomClient,
  type RoomClient,
  type Socket,
} from '@chat-room/client'
import { createOpaqueStretch } from '@chat-room/client/opaque-stretch'
import { createPasswordServer } from '../../src/edge/password-server.ts'
import { hashSecret, randomBytes } from '../../src/edge/secrets.ts'
import type { RoomDeps, RoomSettings } from '../../src/room/context.ts'
import type { AttemptGate, RoomStore } from '../../src/room/ports.ts'
import type { Room } from '../../src/room/room.ts'
import { Rooms } from '../../src/room/rooms.ts'
import { Tickets } from '../../src/room/tickets.ts'
import { createMemoryRoomStore } from '../../src/store/memory-room-store.ts'
import { isCryptographyBusy } from './cryptography.ts'
import { LIGHT_PROFILES } from './light-profiles.ts'
import { MemoryDevice } from './memory-device.ts'
import { MortalStore } from './mortal-store.ts'
import { createSetupSecret } from './setup-secret.ts'
import { SocketPair } from './socket-pair.ts'
import { VirtualClock } from './virtual-clock.ts'

export const SETTINGS: RoomSettings = {
  claimCode: undefined,
  retention: { messages: 10_000, bytes: 64 * 1024 * 1024, age: 7 * 24 * 3_600_000 },
  awayGrace: 600_000,
  rate: { burst: 1_000, perSecond: 1_000 },
}

/** It keeps nothing: one serves every world of a process. */
let shared: Promise<RoomDeps['password']> | undefined
const passwordServer = () => {
  shared ??= createSetupSecret().then(secret => createPasswordServer({ secret }))
  return shared
}

const OPEN_GATE: AttemptGate = {
  login: async () => ({ allowed: true }),
  succeeded: async () => undefined,
  creation: async () => ({ allowed: true }),
}

export type WorldOptions = {
  readonly settings?: Partial<RoomSettings>
  readonly gate?: AttemptGate
  readonly store?: RoomStore
}

/** A server and its clients in one process, without sockets and without time of their own. */
export class MemoryWorld {
  readonly clock = new VirtualClock()
  /** Every text that crossed any line. */
  readonly seen: string[] = []
  readonly errors: unknown[] = []
  readonly store: RoomStore
  readonly #deps: Omit<RoomDeps, 'store'>
  readonly #pairs = new Set<SocketPair>()
  #process: MortalStore
  #rooms: Rooms

  static async create(options: WorldOptions = {}): Promise<MemoryWorld> {
    return new MemoryWorld(await passwordServer(), options)
  }

  private constructor(password: RoomDeps['password'], { settings, gate, store }: WorldOptions) {
    this.store = store ?? createMemoryRoomStore()
    this.#deps = {
      password,
      gate: gate ?? OPEN_GATE,
      random: randomBytes,
      hash: hashSecret,
      tickets: new Tickets(randomBytes),
      deployment: randomBytes(16),
      settings: { ...SETTINGS, ...settings },
      onMemberLeft: () => undefined,
      onError: error => this.errors.push(error),
    }
    this.#process = new MortalStore(this.store)
    this.#rooms = this.#open()
  }

  get room(): Room {
    const room = this.#rooms.open('main', this.clock.now())
    if (room === undefined) throw new Error('there is always a main room')
    return room
  }

  get pairs(): readonly SocketPair[] {
    return [...this.#pairs].filter(pair => pair.open || pair.pending > 0)
  }

  /** A client on a device of its own, or on one that was used before. */
  client(
    device = new MemoryDevice(),
    overrides: Partial<ClientPorts> = {},
    options: Partial<ClientOptions> = {},
  ): WorldClient {
    return new WorldClient(this, device, overrides, options)
  }

  openPair(handlers: ConstructorParameters<typeof SocketPair>[0]): SocketPair {
    const pair = new SocketPair(
      handlers,
      () => this.room,
      () => this.clock.now(),
      this.seen,
    )
    this.#pairs.add(pair)
    return pair
  }

  /** The process dies: every line breaks; what the store has is all that is left. */
  restart(): void {
    this.#process.die()
    for (const pair of this.pairs) pair.drop()
    this.#pairs.clear()
    this.#process = new MortalStore(this.store)
    this.#rooms = this.#open()
  }

  async tick(): Promise<void> {
    await this.#rooms.tick(this.clock.now())
  }

  /** Delivers what is under way until the condition holds; moves time when nothing else happens. */
  async until(holds: () => boolean, what: string): Promise<void> {
    let idle = 0
    for (let turn = 0; turn < 50_000; turn++) {
      if (holds()) return
      const busy = this.pairs.filter(pair => pair.pending > 0)
      for (const pair of busy) {
        pair.deliver('to-server')
        pair.deliver('to-client')
      }
      await new Promise(resolve => setImmediate(resolve))
      idle = busy.length > 0 || isCryptographyBusy() ? 0 : idle + 1
      // Only when nothing else is left to happen does a timer come next.
      if (idle > 4) {
        this.clock.advance()
        idle = 0
      }
    }
    throw new Error(`never happened: ${what}`)
  }

  #open(): Rooms {
    return new Rooms({ ...this.#deps, store: this.#process.store }, false)
  }
}

const NO_LINE: Socket = { send() {}, buffered: 0, drained: async () => {}, close() {} }

/** A client, what it was told, and the line that it talks over. */
export class WorldClient {
  readonly core: RoomClient
  readonly events: ClientEvent[] = []
  readonly device: MemoryDevice
  readonly #world: MemoryWorld
  pair: SocketPair | undefined
  /** What its server makes of each text before it is sent: a hostile one sends another, several or none. */
  alter: (text: string) => readonly string[] = text => [text]
  /** The same on the way to the room. */
  alterSent: (text: string) => string = text => text
  /** Whether its network leads to the server. */
  isReachable = true
  #hear: (text: string) => void = () => undefined
  #killed = false

  constructor(
    world: MemoryWorld,
    device: MemoryDevice,
    overrides: Partial<ClientPorts>,
    options: Partial<ClientOptions>,
  ) {
    this.#world = world
    this.device = device
    this.core = createRoomClient(
      { url: 'https://room.test', room: 'main', accept: 'all', ...options },
      {
        clock: world.clock,
        random: length => crypto.getRandomValues(new Uint8Array(length)),
        stretch: createOpaqueStretch(LIGHT_PROFILES),
        memory: device.memory(),
        files: {
          find: async () => ({ problem: 'no files here' }),
          openSource: async () => ({ problem: 'no files here' }),
          createSink: async () => ({ problem: 'no files here' }),
          reopenSink: async () => ({ problem: 'no files here' }),
        },
        openSocket: (url, _subprotocol, handlers) => {
          // The dead open nothing, and files do not move here.
          if (this.#killed || url.endsWith('/segments')) return NO_LINE
          if (!this.isReachable) {
            queueMicrotask(() => handlers.closed(1006, { reason: 'unreachable', message: 'no network' }))
            return NO_LINE
          }
          this.pair = world.openPair({
            ...handlers,
            text: text => {
              for (const altered of this.alter(text)) handlers.text(altered)
            },
          })
          this.#hear = handlers.text
          const { client } = this.pair
          return {
            ...client,
            send: data => client.send(typeof data === 'string' ? this.alterSent(data) : data),
          }
        },
        ...overrides,
      },
    )
    this.core.subscribe(event => this.events.push(event))
  }

  /** Its server says this now, whatever the room thinks. */
  inject(text: string): void {
    this.#hear(text)
  }

  get state(): string {
    return this.core.state.name
  }

  of<T extends ClientEvent['type']>(type: T): Extract<ClientEvent, { readonly type: T }>[] {
    return this.events.filter(
      (event): event is Extract<ClientEvent, { readonly type: T }> => event.type === type,
    )
  }

  /** Texts of others, in the order they were told. */
  get texts(): string[] {
    return this.of('message').map(({ text }) => text)
  }

  /** Starts and goes all the way in; the first one sets the password. */
  async join(alias: string, password = 'correct horse battery staple'): Promise<this> {
    this.core.start()
    await this.askedFor('password')
    this.givePassword(password)
    await this.askedFor('alias')
    this.core.giveAlias(alias)
    await this.#world.until(() => this.state === 'joined', `${alias} joins`)
    return this
  }

  /** The process is gone, without a word to anybody. */
  kill(): void {
    this.#killed = true
    this.pair?.drop()
    this.device.crash()
  }

  givePassword(password: string): void {
    if (this.core.state.name !== 'password') throw new Error(`no password is asked for in ${this.state}`)
    this.core.givePassword(password, this.core.state.purpose)
  }

  askedFor(what: 'password' | 'alias' | 'claim-code'): Promise<void> {
    return this.#world.until(() => this.state === what, `${what} is asked for`)
  }

  hears(text: string): Promise<void> {
    return this.#world.until(() => this.texts.includes(text), `hears "${text}"`)
  }
}
