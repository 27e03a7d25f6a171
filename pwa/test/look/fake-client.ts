import type { ClientState, RoomClient, Target, TransferView } from '@chat-room/client'
import { helpLines, parseLine } from '@chat-room/protocol'
import type { RoomEvent } from '../../src/view/room-event.ts'

/** A client without a room: it says what a scene has it say, and answers to what is typed as the real one does. */
export class FakeClient implements RoomClient {
  state: ClientState = { name: 'connecting' }
  target: Target = { to: 'all' }
  aliases: readonly string[] = []
  transfers: readonly TransferView[] = []
  readonly submitted: string[] = []
  readonly #listeners = new Set<(event: never) => void>()
  #said = 0

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

  submit(line: string): void {
    this.submitted.push(line)
    const parsed = parseLine(line)
    if (parsed.kind === 'problem') this.emit({ type: 'error', code: 'command', message: parsed.message })
    if (parsed.kind === 'message') {
      const id = `said ${++this.#said}`
      const to = this.target.to === 'all' ? 'all' : this.target.alias
      this.emit(
        { type: 'said', id, to, text: parsed.text, at: Date.now() },
        { type: 'sent', id, seq: this.#said },
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

  setTyping(): void {}

  retryNow(): void {
    this.emit({ type: 'connection', state: 'connecting' })
  }

  async settled(): Promise<void> {}

  async leave(): Promise<void> {}

  async stop(): Promise<void> {}
}
