import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Event, Person } from '../scenarios/rig/person.ts'
import { PASSWORD, type Room } from '../scenarios/rig/room.ts'
import { Transcript } from '../scenarios/rig/transcript.ts'
import type { Line } from './line.ts'

type FileRow = { readonly number: number; readonly transfer: string; readonly state: string }

/** Somebody whose program may end and be started again, in the same directory and with the same memory, on a line of its own. */
export class Participant {
  readonly name: string
  readonly line: Line
  readonly directory: string
  /** Of all its processes. */
  readonly heard: Transcript<Event>
  readonly #room: Room
  readonly #processes: Person[] = []
  /** Typed at once in every process but the first. */
  onReturn: () => void = () => undefined

  constructor(name: string, room: Room, line: Line) {
    this.name = name
    this.line = line
    this.#room = room
    this.directory = join(room.directory, 'people', name)
    this.heard = new Transcript(() => this.describe())
  }

  get hasCome(): boolean {
    return this.#processes.length > 0
  }

  get person(): Person {
    const person = this.#processes.at(-1)
    if (person === undefined) throw new Error(`${this.name} was not started`)
    return person
  }

  /** Starts its program and joins. */
  async come(): Promise<void> {
    const returns = this.hasCome
    await mkdir(this.directory, { recursive: true })
    const person = await this.#room.person(this.name, { url: this.line.url, cwd: this.directory })
    this.#processes.push(person)
    person.onEvent(event => this.#hear(event, person))
    await person.enter(PASSWORD)
    if (returns) this.onReturn()
  }

  of(type: string): readonly Event[] {
    return this.heard.items.filter(event => event.type === type)
  }

  /** `:Files`, as it is answered. */
  async files(): Promise<readonly FileRow[]> {
    this.person.type(':Files')
    const { files } = await this.person.event({ type: 'files' })
    return files as readonly FileRow[]
  }

  /** What lies in its directory. */
  async keeps(): Promise<readonly string[]> {
    return (await readdir(this.directory)).sort()
  }

  describe(): string {
    const last = this.#processes.slice(-2).map(person => person.describe())
    const { line } = this
    return `${last.join('\n')}\n  its line: up ${line.carried('up')}, down ${line.carried('down')}, ${line.made} connections`
  }

  #hear(event: Event, person: Person): void {
    this.heard.add(event)
    // Made while it was not there: its person has to want it.
    if (event.type === 'file-offered' && event['history'] === true) this.#accept(event, person)
  }

  #accept({ transfer }: Event, person: Person): void {
    if (this.of('file-received').some(received => received['transfer'] === transfer)) return
    const accept = async () => {
      const row = (await this.files()).find(file => file.transfer === transfer)
      if (row?.state === 'offered') person.type(`:Accept ${row.number}`)
    }
    // Its program may be killed over that: the next one hears of the offer again.
    accept().catch(() => undefined)
  }
}
