import { isDeepStrictEqual } from 'node:util'
import { checkShape } from './event-shapes.ts'
import { Program, type Status, type Surroundings } from './program.ts'
import { Transcript } from './transcript.ts'

export type Event = { readonly type: string } & Readonly<Record<string, unknown>>

/** Fields that an event has to have; a pattern matches what it finds in a text. */
export type Pattern = { readonly type: string } & Readonly<Record<string, unknown>>

/** Somebody at the terminal client, whose JSON lines are heard and whose keys are pressed. */
export class Person implements AsyncDisposable {
  readonly name: string
  /** The directory it was started in. */
  readonly directory: string
  readonly #program: Program
  readonly #heard: Transcript<Event>
  readonly #misshapen: string[] = []

  constructor(name: string, argv: readonly string[], surroundings: Surroundings) {
    this.name = name
    this.directory = surroundings.cwd
    this.#program = new Program(name, ['join', '--json', ...argv], surroundings)
    this.#heard = new Transcript(() => this.#program.describe())
    this.#program.stdout.onAdd(line => this.#hear(line))
    void this.#program.closed.then(() => this.#heard.end())
  }

  get events(): readonly Event[] {
    return this.#heard.items
  }

  of(type: string): readonly Event[] {
    return this.events.filter(event => event.type === type)
  }

  /** Texts of others, in the order they were told. */
  get texts(): readonly string[] {
    return this.of('message').map(({ text }) => String(text))
  }

  get complaints(): string {
    return this.#program.stderr.items.join('\n')
  }

  /** Undefined if it could not be started. */
  get pid(): number | undefined {
    return this.#program.pid
  }

  /** Called for each event as it comes. */
  onEvent(listener: (event: Event) => void): void {
    this.#heard.onAdd(listener)
  }

  describe(): string {
    return this.#program.describe()
  }

  type(...lines: readonly string[]): void {
    this.#program.write(lines.map(line => `${line}\n`).join(''))
  }

  endInput(): void {
    this.#program.endInput()
  }

  /** The first event like this that was not waited for yet; fails after so many milliseconds. */
  event(pattern: Pattern, deadline?: number): Promise<Event> {
    return this.#heard.take(describePattern(pattern), event => matches(event, pattern), deadline)
  }

  hears(text: string): Promise<Event> {
    return this.event({ type: 'message', text })
  }

  /** Through all prompts; whatever the room asks first is answered by the password. */
  async enter(password: string, alias = this.name): Promise<void> {
    this.type(password, alias)
    await this.event({ type: 'joined', alias })
  }

  signal(signal: NodeJS.Signals): void {
    this.#program.signal(signal)
  }

  async kill(): Promise<void> {
    this.#program.signal('SIGKILL')
    await this.#program.ended()
  }

  /** The exit status; fails if anything that was printed was no event as promised. */
  async ended(): Promise<Status> {
    const status = await this.#program.ended()
    this.#assertShapes()
    return status
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]()
    this.#assertShapes()
  }

  #hear(line: string): void {
    let event: Event
    try {
      event = JSON.parse(line)
    } catch {
      this.#misshapen.push(`no JSON: ${line}`)
      return
    }
    const problem = checkShape(event)
    if (problem !== undefined) this.#misshapen.push(`${problem}: ${line}`)
    this.#heard.add(event)
  }

  #assertShapes(): void {
    if (this.#misshapen.length === 0) return
    throw new Error(`${this.name} printed what is no event as promised:\n${this.#misshapen.join('\n')}`)
  }
}

const matches = (event: Event, pattern: Pattern): boolean =>
  Object.entries(pattern).every(([field, expected]) => {
    const found = event[field]
    return expected instanceof RegExp
      ? typeof found === 'string' && expected.test(found)
      : isDeepStrictEqual(found, expected)
  })

const describePattern = (pattern: Pattern): string =>
  JSON.stringify(pattern, (_, value) => (value instanceof RegExp ? String(value) : value))
