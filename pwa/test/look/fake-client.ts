import type {
  ClientState,
  HistoryEntry,
  HistoryPage,
  PersonView,
  RoomClient,
  Target,
  TransferView,
} from '@chat-room/client'
import { helpLines, parseLine } from '@chat-room/protocol'
import type { RoomEvent } from '../../src/view/room-event.ts'
import { noon } from './noon.ts'

/** A client without a room: it says what a scene has it say, and answers to what is typed as the real one does. */
export class FakeClient implements RoomClient {
  state: ClientState = { name: 'connecting' }
  target: Target = { to: 'all' }
  people: readonly PersonView[] = []
  /** What the device has kept of what was said, from the oldest. */
  kept: readonly HistoryEntry[] = []
  transfers: readonly TransferView[] = []
  readonly submitted: string[] = []
  /** Whether it was told that the person types, each time. */
  readonly typing: boolean[] = []
  readonly #listeners = new Set<(event: never) => void>()
  readonly #noon = noon()
  #said = 0

  /** The server's clock: behind all that a scene begins with. */
  now(): number {
    return this.#noon + performance.now()
  }

  get aliases(): readonly string[] {
    return this.people.map(({ alias }) => alias)
  }

  subscribe(listener: (event: never) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  emit(...events: readonly RoomEvent[]): void {
    for (const event of events) for (const listener of this.#listeners) listener(event as never)
  }

  start(): void {}

  giveClaimCode(): void {}

  givePassword(): void {
    this.emit({ type: 'stretching' })
  }

  giveAlias(): void {}

  async earlier(before: number, count: number): Promise<HistoryPage> {
    const end = this.kept.findIndex(({ place }) => place >= before)
    const known = this.kept.slice(0, end === -1 ? undefined : end)
    return { entries: known.slice(-count), more: known.length > count }
  }

  async recall(transfers: readonly string[]): Promise<readonly HistoryEntry[]> {
    return this.kept.filter(({ event }) => 'transfer' in event && transfers.includes(event.transfer))
  }

  submit(line: string, to = this.target.to === 'all' ? 'all' : this.target.alias): void {
    this.submitted.push(line)
    const parsed = parseLine(line)
    if (parsed.kind === 'problem') this.emit({ type: 'error', code: 'command', message: parsed.message })
    const isGone = this.target.to === 'member' && !this.aliases.includes(this.target.alias)
    if (parsed.kind === 'message' && isGone) {
      this.emit({ type: 'error', code: 'recipient-gone', message: `${to} is not in the room any more.` })
    } else if (parsed.kind === 'message') {
      const id = `said ${++this.#said}`
      this.emit(
        { type: 'said', id, to, text: parsed.text, at: this.now() },
        { type: 'sent', id, seq: this.#said, at: this.now() },
      )
    }
    if (parsed.kind !== 'command') return
    const { command } = parsed
    if (command.name === 'help') this.emit({ type: 'help', lines: helpLines() })
    if (command.name === 'aliases') this.emit({ type: 'aliases', aliases: this.aliases })
    if (command.name === 'exit') this.emit({ type: 'left' })
    if (command.name === 'dm') {
      const alias = this.aliases.find(each => each.toLowerCase() === command.to.toLowerCase())
      if (command.to === 'all') this.target = { to: 'all' }
      else if (alias !== undefined) this.target = { to: 'member', member: alias, alias }
      this.emit({ type: 'target', to: command.to })
    }
  }

  saidAgain(): void {}

  setTyping(typing: boolean): void {
    this.typing.push(typing)
  }

  retryNow(): void {
    this.emit({ type: 'connection', state: 'connecting' })
  }

  async settled(): Promise<void> {}

  async leave(): Promise<void> {}

  vanish(): void {}

  async stop(): Promise<void> {}
}
