import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Person } from './person.ts'
import { Program, type Status, type Surroundings } from './program.ts'

const LIGHTLY = import.meta.resolve('./lightly.ts')

export const PASSWORD = 'correct horse battery staple'

export type RoomOptions = {
  readonly env?: Readonly<Record<string, string>>
  /** As in `Surroundings`. */
  readonly through?: readonly string[]
  /** As in `Surroundings`, of the server and of its people. */
  readonly program?: string
  /** Its people log in at next to no cost; nobody else can enter it then. */
  readonly light?: boolean
}

export type PersonOptions = {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** The directory it is started in: one of its own unless told. */
  readonly cwd?: string
  /** The state directory: one of its own unless told. */
  readonly state?: string
  /** Where it connects to, if not where the server says. */
  readonly url?: string
}

/** A server in a process of its own, its data, and those who come to it. All of it goes at the end. */
export class Room implements AsyncDisposable {
  /** Everything of this room, people's directories included. */
  readonly directory: string
  readonly #env: Readonly<Record<string, string>>
  readonly #through: readonly string[]
  readonly #program: Pick<Surroundings, 'program'>
  readonly #preload: Pick<Surroundings, 'preload'>
  readonly #people: Person[] = []
  #server: Program | undefined
  #former: Program[] = []
  #url = ''

  private constructor(directory: string, { env = {}, through = [], program, light = false }: RoomOptions) {
    this.directory = directory
    this.#env = env
    this.#through = through
    this.#program = program === undefined ? {} : { program }
    this.#preload = light ? { preload: LIGHTLY } : {}
  }

  static async start(options: RoomOptions = {}): Promise<Room> {
    const room = new Room(await mkdtemp(join(tmpdir(), 'chat-room-')), options)
    try {
      await room.startServer()
      return room
    } catch (error) {
      await room[Symbol.asyncDispose]()
      throw error
    }
  }

  get url(): string {
    return this.#url
  }

  get port(): number {
    return Number(new URL(this.#url).port)
  }

  get dataDirectory(): string {
    return join(this.directory, 'data')
  }

  get certsDirectory(): string {
    return join(this.directory, 'certs')
  }

  get server(): Program {
    if (this.#server === undefined) throw new Error('the server was not started')
    return this.#server
  }

  /** What every server of this room wrote, in order. */
  get serverOutput(): string {
    return [...this.#former, this.server]
      .flatMap(({ stdout, stderr }) => [...stdout.items, ...stderr.items])
      .join('\n')
  }

  get surroundings(): Surroundings {
    const env = {
      PORT: '0',
      HTTP_PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: this.dataDirectory,
      CERTS_DIR: this.certsDirectory,
      ...this.#env,
    }
    return { cwd: this.directory, env, through: this.#through, ...this.#program }
  }

  /** Resolves when it accepts connections. */
  async startServer(): Promise<void> {
    if (this.#server !== undefined) this.#former.push(this.#server)
    this.#server = new Program('server', ['serve'], { ...this.surroundings, ...this.#preload })
    const line = await this.#server.stdout.take('its address', each => each.includes('https://'))
    this.#url = /https:\/\/\S+/.exec(line)?.[0] ?? ''
  }

  /** Ends the server, by its own will or not, and resolves to how it ended. */
  async stopServer(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<Status> {
    this.server.signal(signal)
    return await this.server.ended()
  }

  /** A terminal client that is started, and has said nothing yet. */
  async person(name: string, options: PersonOptions = {}): Promise<Person> {
    const { args = [], env = {}, url = this.#url } = options
    const cwd = options.cwd ?? join(this.directory, 'people', name)
    const state = options.state ?? this.stateOf(name)
    await mkdir(cwd, { recursive: true })
    const surroundings = {
      cwd,
      env: { XDG_STATE_HOME: state, CERTS_DIR: this.certsDirectory, ...env },
      ...this.#preload,
      ...this.#program,
    }
    const person = new Person(name, [...args, url], surroundings)
    this.#people.push(person)
    return person
  }

  stateOf(name: string): string {
    return join(this.directory, 'states', name)
  }

  /** One who has joined. */
  async member(name: string, options?: PersonOptions): Promise<Person> {
    const person = await this.person(name, options)
    await person.enter(PASSWORD)
    return person
  }

  /** Members who know of each other; the first one sets the password of a room that has none. */
  async members<const Names extends readonly string[]>(
    ...names: Names
  ): Promise<{ readonly [At in keyof Names]: Person }> {
    const [first = '', ...others] = names
    const people = [await this.member(first), ...(await Promise.all(others.map(name => this.member(name))))]
    await Promise.all(people.map(person => this.#meetsAll(person, names)))
    return people as unknown as { readonly [At in keyof Names]: Person }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Whoever fails at its end keeps nobody else from ending.
    await using all = new AsyncDisposableStack()
    all.defer(() => rm(this.directory, { recursive: true, force: true }))
    all.use(this.#server)
    for (const person of this.#people) all.use(person)
  }

  /** Whoever came before knows the others by `:Aliases`, whoever came after by events. */
  async #meetsAll(person: Person, names: readonly string[]): Promise<void> {
    person.type(':Aliases')
    const { aliases } = await person.event({ type: 'aliases' })
    const met = new Set(aliases as readonly string[])
    for (const name of names) if (!met.has(name)) await person.event({ type: 'member-joined', alias: name })
    assert.ok(met.has(person.name))
  }
}
