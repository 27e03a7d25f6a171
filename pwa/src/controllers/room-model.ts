import type { RoomClient, TransferView } from '@chat-room/client'
import { Conversation, type Said } from '../view/conversation.ts'
import { ENTRANCE, type Entrance, ended, enter, gave, gaveAlias } from '../view/entrance.ts'
import { People, type Person, TYPING_LASTS } from '../view/people.ts'
import type { ErrorEvent, RoomEvent } from '../view/room-event.ts'
import type { TransferAction } from '../view/transfer-actions.ts'
import { TransferSteps } from '../view/transfer-steps.ts'
import { AutoAccept } from './auto-accept.ts'
import { FrameBatch } from './frame-batch.ts'
import { NewsReel } from './news.ts'
import { fileLine, literally, submitTo } from './room-lines.ts'

export type Link = {
  readonly state: 'connecting' | 'online' | 'offline'
  /** When it is tried again, in milliseconds since 1970. */
  readonly retryAt: number | undefined
}

/** What a command asked to be shown. */
export type Answer = 'help' | 'people' | 'files'

/** Becomes of a file what no list of transfers tells: where it is kept, or why it did not come. */
export type Outcome = { readonly path?: string; readonly reason?: string }

/** The last thing about a file that is worth a word aloud. */
export type FileNews = {
  readonly transfer: string
  readonly name: string
  readonly what: 25 | 50 | 75 | 'received' | 'sent'
}

/** A client's events, made into what elements draw. Listeners are called once a frame, whatever happened in it. */
export class RoomModel {
  readonly client: RoomClient
  readonly #autoAccept: AutoAccept
  readonly conversation = new Conversation()
  readonly #people = new People()
  readonly #news = new NewsReel()
  readonly #steps = new TransferSteps()
  readonly #outcomes = new Map<string, Outcome>()
  readonly #previews = new Map<string, Uint8Array<ArrayBuffer>>()
  readonly #listeners = new Set<() => void>()
  readonly #batch = new FrameBatch(() => {
    this.#list = undefined
    this.#noticeTransfers()
    for (const listener of this.#listeners) listener()
  })
  #list: readonly Person[] | undefined
  #entrance: Entrance = ENTRANCE
  #link: Link = { state: 'connecting', retryAt: undefined }
  #self: string | undefined
  #problem: ErrorEvent | undefined
  #answer: Answer | undefined
  #fileNews: FileNews | undefined
  #transfers: readonly TransferView[] | undefined = []
  #byTransfer: ReadonlyMap<string, TransferView> | undefined
  #hasNewTransfers = false
  #isAtEnd = true

  constructor(client: RoomClient) {
    this.client = client
    this.#autoAccept = new AutoAccept(client)
    client.subscribe(event => this.#hear(event))
  }

  get entrance(): Entrance {
    return this.#entrance
  }

  get link(): Link {
    return this.#link
  }

  get self(): string | undefined {
    return this.#self
  }

  /** What went wrong in the room, until somebody has read it. */
  get problem(): ErrorEvent | undefined {
    return this.#problem
  }

  get answer(): Answer | undefined {
    return this.#answer
  }

  get news(): NewsReel['items'] {
    return this.#news.items
  }

  get fileNews(): FileNews | undefined {
    return this.#fileNews
  }

  /** The same all through a frame: a thousand aliases are sorted once. */
  get people(): readonly Person[] {
    this.#list ??= this.#people.list(this.client.aliases, this.#self, Date.now())
    return this.#list
  }

  /** The alias that messages go to, or `all`. */
  get target(): string {
    const { target } = this.client
    return target.to === 'all' ? 'all' : target.alias
  }

  /** Asked of the core once a frame at most, not once an event. */
  get transfers(): readonly TransferView[] {
    this.#transfers ??= this.client.transfers
    return this.#transfers
  }

  transferOf(transfer: string): TransferView | undefined {
    this.#byTransfer ??= new Map(this.transfers.map(each => [each.transfer, each]))
    return this.#byTransfer.get(transfer)
  }

  outcomeOf(transfer: string): Outcome | undefined {
    return this.#outcomes.get(transfer)
  }

  /** A small picture of it, by its sender: hostile as everything of theirs. */
  previewOf(transfer: string): Uint8Array<ArrayBuffer> | undefined {
    return this.#previews.get(transfer)
  }

  /** The result ends the subscription. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  giveClaimCode(code: string): void {
    this.#enter(gave(this.#entrance, 'checking'))
    this.client.giveClaimCode(code)
  }

  givePassword(password: string, purpose: 'create' | 'enter'): void {
    this.#enter(gave(this.#entrance, 'checking'))
    this.client.givePassword(password, purpose)
  }

  giveAlias(alias: string): void {
    this.#enter(gaveAlias(this.#entrance, alias))
    this.client.giveAlias(alias)
  }

  submit(line: string): void {
    this.#problem = undefined
    this.client.submit(line)
    this.#batch.request()
  }

  aim(target: string): void {
    this.submit(`:Dm ${target}`)
  }

  act(action: TransferAction, transfer: number): void {
    this.submit(`:${action} ${transfer}`)
  }

  /** Offers up to so many bytes are fetched by themselves. */
  fetchUpTo(bound: number): void {
    this.#autoAccept.bound = bound
    this.#changedTransfers()
    this.#batch.request()
  }

  /** To whom it was said that they would go, whoever is the target by now. */
  sendFiles(paths: readonly string[], to: string): void {
    for (const path of paths) submitTo(this.client, to, fileLine(path))
    this.#changedTransfers()
    this.#batch.request()
  }

  /** Tells of trouble that is not the core's. */
  complain(message: string): void {
    this.#problem = { type: 'error', code: 'file', message }
    this.#batch.request()
  }

  /** What could not be sent is said anew; what failed goes, so that it is there once. */
  sayAgain({ id, to, text }: Said): void {
    if (submitTo(this.client, to, literally(text))) this.conversation.remove(id)
    this.#batch.request()
  }

  /** Whether the newest message is on the screen. */
  lookAtEnd(isAtEnd: boolean): void {
    this.#isAtEnd = isAtEnd
    if (!this.#isAttentive() || this.conversation.unread === 0) return
    this.conversation.read()
    this.#batch.request()
  }

  /** The page is seen again, or is not. */
  lookAtPage(): void {
    this.lookAtEnd(this.#isAtEnd)
  }

  /** Runs once this client has left, and nothing of it writes any more. */
  whenLeft(run: () => unknown): void {
    const end = this.client.subscribe(event => {
      if (event.type !== 'left') return
      end()
      run()
    })
  }

  dismiss(): void {
    this.#problem = undefined
    this.#batch.request()
  }

  answered(): void {
    this.#answer = undefined
  }

  ask(answer: Answer): void {
    this.#answer = answer
    this.#batch.request()
  }

  #hear(event: RoomEvent): void {
    const now = Date.now()
    this.#enter(enter(this.#entrance, event, now))
    if (event.type === 'joined') this.#self = event.alias
    this.#people.apply(event, now)
    this.#news.apply(event, this.#self)
    this.conversation.apply(event, { self: this.#self, now, isAttentive: this.#isAttentive() })
    this.#note(event, now)
    if (this.client.state.name === 'ended') this.#enter(ended(this.#entrance))
    this.#batch.request()
  }

  #note(event: RoomEvent, now: number): void {
    switch (event.type) {
      case 'connection':
        this.#link = {
          state: event.state,
          retryAt: event.retryIn === undefined ? undefined : now + event.retryIn,
        }
        return
      case 'typing':
        setTimeout(() => this.#batch.request(), TYPING_LASTS)
        return
      case 'help':
        this.#answer = 'help'
        return
      case 'aliases':
        this.#answer = 'people'
        return
      case 'files':
        this.#answer = 'files'
        return
      case 'error':
        if (this.#entrance.step === 'inside') this.#problem = event
        return
      default:
        if (event.type.startsWith('file-')) this.#noteFile(event)
    }
  }

  #noteFile(event: RoomEvent): void {
    this.#changedTransfers()
    if (event.type === 'file-offered' && 'preview' in event) this.#previews.set(event.transfer, event.preview)
    const step = this.#steps.apply(event)
    if (step !== undefined) this.#tellFile(step.transfer, step.percent)
    if (event.type === 'file-received') {
      this.#outcomes.set(event.transfer, { path: event.path })
      this.#tellFile(event.transfer, 'received')
    }
    if (event.type === 'file-sent') this.#tellFile(event.transfer, 'sent')
    if (event.type === 'file-ended') this.#outcomes.set(event.transfer, { reason: event.reason })
  }

  #tellFile(transfer: string, what: FileNews['what']): void {
    const name = this.transferOf(transfer)?.name
    if (name !== undefined) this.#fileNews = { transfer, name, what }
  }

  #changedTransfers(): void {
    this.#transfers = undefined
    this.#byTransfer = undefined
    this.#hasNewTransfers = true
  }

  /** An own file has no offer that is told; of the others' some are fetched. */
  #noticeTransfers(): void {
    if (!this.#hasNewTransfers) return
    this.#hasNewTransfers = false
    const now = Date.now()
    for (const each of this.transfers) {
      if (each.direction === 'out') this.conversation.noticeTransfer(each, now)
    }
    this.#autoAccept.look(this.transfers)
  }

  #enter(entrance: Entrance): void {
    if (entrance === this.#entrance) return
    this.#entrance = entrance
    this.#batch.request()
  }

  #isAttentive(): boolean {
    return this.#isAtEnd && document.visibilityState === 'visible' && this.#entrance.step === 'inside'
  }
}
