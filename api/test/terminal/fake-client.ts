import type {
  ClientEvent,
  ClientState,
  HistoryPage,
  PersonView,
  RoomClient,
  Target,
  TransferView,
} from '@chat-room/client'
import { parseLine } from '@chat-room/protocol'

/** A client without a room: a test plays the core, and reads what a view asked of it. */
export class FakeClient implements RoomClient {
  state: ClientState = { name: 'connecting' }
  target: Target = { to: 'all' }
  aliases: readonly string[] = []
  readonly people: readonly PersonView[] = []
  transfers: readonly TransferView[] = []
  /** Calls in order, such as `password enter secret`. */
  readonly calls: string[] = []
  readonly #listeners = new Set<(event: ClientEvent) => void>()
  #settling: (() => void)[] = []
  #awaited: { readonly call: string; resolve(): void }[] = []

  subscribe(listener: (event: ClientEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  emit(event: ClientEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  askPassword(purpose: 'create' | 'enter'): void {
    this.state = { name: 'password', purpose }
    this.emit({ type: 'prompt', for: 'password' })
  }

  askAlias(): void {
    this.state = { name: 'alias' }
    this.emit({ type: 'prompt', for: 'alias' })
  }

  join(alias: string): void {
    this.state = { name: 'joined', alias }
    this.emit({ type: 'joined', alias })
  }

  aim(target: Target): void {
    this.target = target
    this.emit({ type: 'target', to: target.to === 'all' ? 'all' : target.alias })
  }

  end(code: 'server' | 'certificate', message: string): void {
    this.emit({ type: 'error', code, message })
    this.state = { name: 'ended' }
  }

  settle(): void {
    for (const resolve of this.#settling.splice(0)) resolve()
  }

  /** Resolves when a view has made this call. */
  called(call: string): Promise<void> {
    if (this.calls.includes(call)) return Promise.resolve()
    return new Promise(resolve => this.#awaited.push({ call, resolve }))
  }

  start(): void {
    this.#note('start')
  }

  giveClaimCode(code: string): void {
    this.#note(`claim-code ${code}`)
  }

  givePassword(password: string, purpose: 'create' | 'enter'): void {
    this.state = { name: 'working' }
    this.#note(`password ${purpose} ${password}`)
  }

  giveAlias(alias: string): void {
    this.state = { name: 'joining' }
    this.#note(`alias ${alias}`)
  }

  submit(line: string): void {
    this.#note(`submit ${line}`)
    const parsed = parseLine(line)
    if (parsed.kind === 'problem') this.emit({ type: 'error', code: 'command', message: parsed.message })
    if (parsed.kind === 'command' && parsed.command.name === 'exit') void this.leave(10_000)
  }

  earlier(): Promise<HistoryPage> {
    return Promise.resolve({ entries: [], more: false })
  }

  async recall(): Promise<readonly []> {
    return []
  }

  saidAgain(): void {}

  setTyping(typing: boolean): void {
    this.#note(`typing ${typing}`)
  }

  settled(): Promise<void> {
    this.#note('settled')
    return new Promise(resolve => this.#settling.push(resolve))
  }

  leave(patience: number): Promise<void> {
    this.#note(`leave ${patience}`)
    this.state = { name: 'left' }
    this.emit({ type: 'left' })
    return Promise.resolve()
  }

  retryNow(): void {}

  vanish(): void {
    this.#note('vanish')
  }

  stop(): Promise<void> {
    this.#note('stop')
    this.state = { name: 'ended' }
    return Promise.resolve()
  }

  #note(call: string): void {
    this.calls.push(call)
    for (const awaited of this.#awaited) if (awaited.call === call) awaited.resolve()
  }
}
