import type { RoomClient, TransferView } from '@chat-room/client'
import { Conversation } from '../view/conversation.ts'
import { ENTRANCE, type Entrance, ended, enter, gave, gaveAlias } from '../view/entrance.ts'
import { entryOf, type Outcome, pastTransfer, type Said, type SharedFile } from '../view/entries.ts'
import { People, type Person, TYPING_LASTS } from '../view/people.ts'
import type { ErrorEvent, RoomEvent } from '../view/room-event.ts'
import type { TransferAction } from '../view/transfer-actions.ts'
import { TransferSteps } from '../view/transfer-steps.ts'
import { AutoAccept } from './auto-accept.ts'
import { FrameBatch } from './frame-batch.ts'
import { NewsReel } from './news.ts'
import { fileLine, literally } from './room-lines.ts'

export type { Outcome }

export type Link = {
  readonly state: 'connecting' | 'online' | 'offline'
  /** When it is tried again, in milliseconds since 1970. */
  readonly retryAt: number | undefined
}

/** `code`: of the core, whose message is English. */
export type Problem = { readonly code?: ErrorEvent['code']; readonly message: string }

/** What a command asked to be shown. */
export type Answer = 'help' | 'people' | 'files'

/** Entries that are read back at once. */
const PAGE = 200

/** In milliseconds. */
const SECOND = 1_000

const OVER: ReadonlySet<TransferView['state']> = new Set(['done', 'ended'])

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
  readonly #listeners = new Set<() => void>()
  readonly #batch = new FrameBatch(() => {
    this.#list = undefined
    this.#lookAtOffers()
    for (const listener of this.#listeners) listener()
  })
  #list: readonly Person[] | undefined
  #entrance: Entrance = ENTRANCE
  #link: Link = { state: 'connecting', retryAt: undefined }
  #self: string | undefined
  #problem: Problem | undefined
  #answer: Answer | undefined
  #fileNews: FileNews | undefined
  #transfers: readonly TransferView[] | undefined = []
  #byTransfer: ReadonlyMap<string, TransferView> | undefined
  #hasNewTransfers = false
  #past: readonly SharedFile[] = []
  #isAtEnd = true
  #isReadingBack = false
  #tick: ReturnType<typeof setTimeout> | undefined

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
  get problem(): Problem | undefined {
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
    this.#list ??= this.#people.list(this.client.people, Date.now())
    return this.#list
  }

  /** The alias that messages go to, or `all`. */
  get target(): string {
    const { target } = this.client
    return target.to === 'all' ? 'all' : target.alias
  }

  /** Asked of the core once a frame at most, not once an event. */
  get transfers(): readonly TransferView[] {
    this.#transfers ??= this.#look()
    return this.#transfers
  }

  /** With those that earlier pages received and that are here still: the core lists them no more. */
  get files(): readonly TransferView[] {
    const past = this.#past.filter(({ transfer }) => this.transferOf(transfer) === undefined)
    return [...past.map(pastTransfer), ...this.transfers]
  }

  /** Own files that wait for their turn: nobody has been told of them yet. */
  get unsaid(): readonly TransferView[] {
    return this.transfers.filter(
      ({ direction, state, transfer }) =>
        direction === 'out' && !OVER.has(state) && this.conversation.fileOf(transfer) === undefined,
    )
  }

  transferOf(transfer: string): TransferView | undefined {
    this.#byTransfer ??= new Map(this.transfers.map(each => [each.transfer, each]))
    return this.#byTransfer.get(transfer)
  }

  /** Whether it would have come by itself, had not so much come before it. */
  holds(transfer: string): boolean {
    return this.#autoAccept.holds(transfer)
  }

  /** What is over since long is known from the conversation alone. */
  viewOf(file: SharedFile): TransferView {
    return this.transferOf(file.transfer) ?? pastTransfer(file)
  }

  outcomeOf(transfer: string): Outcome | undefined {
    return this.#outcomes.get(transfer) ?? this.conversation.fileOf(transfer)?.outcome
  }

  /** A small picture of it, by its sender: hostile as everything of theirs. */
  previewOf(transfer: string): SharedFile['preview'] {
    return this.conversation.fileOf(transfer)?.preview
  }

  /** What was said before the oldest that is known is on its way. */
  get isReadingBack(): boolean {
    return this.#isReadingBack
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

  submit(line: string, to?: string): void {
    this.#problem = undefined
    this.client.submit(line, to)
    // What a command did to a file, no event tells.
    this.#changedTransfers()
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
    for (const path of paths) this.client.submit(fileLine(path), to)
    this.#changedTransfers()
    this.#batch.request()
  }

  /** Tells of trouble that is not the core's, in the language of the page. */
  complain(message: string): void {
    this.#problem = { message }
    this.#batch.request()
  }

  /** What could not be sent is said anew; what failed goes, so that it is there once. */
  sayAgain({ id, to, text }: Said): void {
    const { end } = this.conversation
    this.submit(literally(text), to)
    // Whom it was for may have left: then it is said to nobody, and stays where it can be tried again.
    if (this.conversation.end === end) return
    this.conversation.remove(id)
    this.client.saidAgain(id)
  }

  /** These files lie here. */
  async recall(transfers: readonly string[]): Promise<void> {
    const known = await this.client.recall(transfers)
    const files = known.map(each => entryOf(each, '')).filter(entry => entry.kind === 'file')
    for (const { transfer, outcome } of files)
      if (outcome !== undefined) this.#outcomes.set(transfer, outcome)
    this.#past = files.sort((one, other) => one.at - other.at)
    this.#batch.request()
  }

  /** Reads a page of what was said before, from this device or from the room. */
  async readBack(): Promise<void> {
    const { earlierThan } = this.conversation
    const self = this.#self
    if (this.#isReadingBack || earlierThan === undefined || self === undefined) return
    this.#isReadingBack = true
    this.#batch.request()
    try {
      this.conversation.prepend(await this.client.earlier(earlierThan, PAGE), self)
    } catch {
      // Not to be had for now: whoever scrolls again asks again.
    }
    this.#isReadingBack = false
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
    if (event.type === 'joined') {
      this.#self = event.alias
      // Of those that an earlier page left, no event tells.
      this.#changedTransfers()
    }
    this.#people.apply(event, now)
    this.#news.apply(event)
    this.#autoAccept.hear(event)
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

  /** Speed and the time that is left fall by themselves when nothing moves, and no event tells of that. */
  #look(): readonly TransferView[] {
    const { transfers } = this.client
    if (this.#tick === undefined && transfers.some(({ state }) => state === 'running')) {
      this.#tick = setTimeout(() => {
        this.#tick = undefined
        this.#changedTransfers()
        this.#batch.request()
      }, SECOND)
    }
    return transfers
  }

  #changedTransfers(): void {
    this.#transfers = undefined
    this.#byTransfer = undefined
    this.#hasNewTransfers = true
  }

  #lookAtOffers(): void {
    if (!this.#hasNewTransfers) return
    this.#hasNewTransfers = false
    this.#autoAccept.look(this.transfers, Date.now())
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
