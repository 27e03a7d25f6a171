import {
  type Offer,
  REFUSALS,
  type RefusalCode,
  type RelayMessage,
  type RelayMessageOf,
  unreachable,
} from '@chat-room/protocol'
import { type Bytes, encodeBase64Url } from '../bytes.ts'
import type { FileSecret, FileShape } from '../crypto/file-stream.ts'
import type { PublicIdentity } from '../crypto/identity.ts'
import type { TransferView } from '../events.ts'
import type { FileSink } from '../ports.ts'
import { Backoff } from './backoff.ts'
import { type IncomingFailure, IncomingFile } from './incoming-file.ts'
import { Progress } from './progress.ts'
import type { SavedDownload } from './saved-transfers.ts'
import { isProblem, type TransferContext, windowOf } from './transfer-context.ts'
import { Wanting } from './wanting.ts'

/** After which `unavailable` segments are wanted again, in milliseconds. */
const FIRST_PATIENCE = 1_000
const LAST_PATIENCE = 30_000

/** Where an offer comes from: who signed the message it lay in, and with which of the room's keys it was sealed. */
export type Origin = {
  readonly sender: PublicIdentity
  readonly session: string
  /** The sender's, when the offer came. */
  readonly alias: string
  readonly epoch: number
  readonly to: 'all' | 'you'
  /** Made while this client was not here: never accepted by itself. */
  readonly history: boolean
}

type OfferedFile = Pick<Offer, 'transfer' | 'key' | 'name' | 'mime' | 'size' | 'segmentSize'>

/** What there is of it while it is being fetched. */
type Fetch = { readonly file: IncomingFile; readonly wanting: Wanting }

type State =
  | { readonly name: 'offered' }
  | { readonly name: 'queued' }
  | { readonly name: 'fetching' }
  | { readonly name: 'paused' }
  | { readonly name: 'unavailable' }
  | { readonly name: 'verifying' }
  | { readonly name: 'finishing' }
  | { readonly name: 'received' }
  /** What failed here may be accepted again. */
  | { readonly name: 'ended'; readonly failed: boolean }

const FAILURES: Readonly<Record<IncomingFailure, string>> = {
  damaged: 'what arrived is not what was sent; it was discarded',
  unwritable: 'it cannot be written here; what had arrived was discarded',
}

/**
 * A file that somebody offered.
 *
 *     offered ─accept─▶ queued ─a place is free─▶ fetching ─all is here─▶ verifying ─▶ finishing ─▶ received
 *        │               ▲  ▲                       │  │ ▲                    │
 *        │               │  └─ paused ◀─────────────┤  │ └─ a wrong trailer ──┤
 *        │               └──── unavailable ◀────────┘  │                      │
 *        └─ declined ─────────▶ ended ◀────────────────┴── damaged, unwritable, cancelled, withdrawn, expired
 */
export class Download {
  readonly direction = 'in'
  readonly #context: TransferContext
  readonly #offer: OfferedFile
  readonly #origin: Origin
  readonly #secret: FileSecret
  readonly #shape: FileShape
  #progress: Progress
  #state: State = { name: 'offered' }
  #fetch: Fetch | undefined
  readonly #patience: Backoff
  /** What is being done with the buffer: opened, verified, deleted. */
  #opening: Promise<void> | undefined
  #verifying: Promise<void> = Promise.resolve()
  #discarding: Promise<void> = Promise.resolve()

  constructor(
    context: TransferContext,
    { transfer, key, name, mime, size, segmentSize }: Offer,
    origin: Origin,
    { file, shape }: { readonly file: FileSecret; readonly shape: FileShape },
  ) {
    this.#context = context
    this.#offer = { transfer, key, name, mime, size, segmentSize }
    this.#origin = origin
    this.#secret = file
    this.#shape = shape
    this.#progress = this.#begin()
    this.#patience = new Backoff(context.clock, FIRST_PATIENCE, LAST_PATIENCE)
  }

  get transfer(): string {
    return this.#offer.transfer
  }

  get over(): boolean {
    return this.#state.name === 'received' || this.#state.name === 'ended'
  }

  get undecided(): boolean {
    return this.#state.name === 'offered'
  }

  get queued(): boolean {
    return this.#state.name === 'queued'
  }

  /** One of those few that are fetched at once. */
  get hasPlace(): boolean {
    return ['fetching', 'verifying', 'finishing'].includes(this.#state.name)
  }

  get underWay(): boolean {
    return this.hasPlace || this.queued || this.#state.name === 'unavailable'
  }

  save(): SavedDownload {
    const { sender, session, epoch, to } = this.#origin
    const member = encodeBase64Url(sender.memberId)
    return { ...this.#offer, epoch, member, session, to }
  }

  get view(): Omit<TransferView, 'number'> {
    const { transfer, name, size } = this.#offer
    const done = this.#progress.done
    return { transfer, direction: 'in', with: this.#origin.alias, name, size, done, state: this.#shown }
  }

  accept(): boolean {
    const again = this.#state.name === 'ended' && this.#state.failed
    if (!this.undecided && !again) return false
    this.#progress = this.#begin()
    this.#queue()
    return true
  }

  /** Its turn has come. */
  start(): void {
    this.#state = { name: 'fetching' }
    if (this.#fetch !== undefined) this.#request()
    else this.#opening ??= this.#open()
  }

  pause(): boolean {
    if (!this.underWay || ['verifying', 'finishing'].includes(this.#state.name)) return false
    this.#fetch?.wanting.halt()
    this.#to({ name: 'paused' })
    return true
  }

  continue(): boolean {
    if (this.#state.name !== 'paused') return false
    this.#queue()
    return true
  }

  decline(): boolean {
    return this.#giveUp('declined')
  }

  cancel(): boolean {
    return this.#giveUp('cancelled')
  }

  attached(): void {
    if (this.#state.name === 'fetching') this.#request()
  }

  detached(): void {
    this.#fetch?.wanting.interrupt()
  }

  receive(message: RelayMessage): void {
    if (this.over) return
    switch (message.type) {
      case 'unavailable':
        this.#unavailable()
        break
      case 'ended':
        this.#ended(message.reason)
        break
      case 'refused':
        if (message.what === 'want') this.#refused(message.code)
        break
      case 'attached':
      case 'providing':
      case 'want':
      case 'received':
      case 'declined':
        break
      default:
        unreachable(message)
    }
  }

  segment(index: number, ciphertext: Bytes): void {
    const fetch = this.#fetch
    if (fetch === undefined || !fetch.file.window.arrived(index)) return
    fetch.file.take(index, ciphertext).then(
      outcome => {
        if (fetch === this.#fetch) this.#took(fetch, index, outcome)
      },
      () => this.#fail('unwritable'),
    )
  }

  async close(): Promise<void> {
    if (this.#state.name === 'finishing') await this.#verifying
    if (!this.over) this.#leave({ name: 'ended', failed: false })
    await this.#opening
    await this.#discarding
  }

  get #shown(): TransferView['state'] {
    switch (this.#state.name) {
      case 'offered':
      case 'paused':
      case 'ended':
        return this.#state.name
      case 'received':
        return 'done'
      case 'queued':
      case 'unavailable':
        return 'waiting'
      case 'fetching':
        return this.#context.channel.attached ? 'running' : 'waiting'
      case 'verifying':
      case 'finishing':
        return 'running'
      default:
        return unreachable(this.#state)
    }
  }

  #begin(): Progress {
    const { transfer, size } = this.#offer
    return new Progress(this.#context.clock, this.#context.emit, { transfer, direction: 'in', size })
  }

  #to(state: State): void {
    this.#patience.cancel()
    this.#state = state
    this.#context.changed()
  }

  #queue(): void {
    this.#to({ name: 'queued' })
  }

  async #open(): Promise<void> {
    const { transfer, name, size } = this.#offer
    try {
      const sink = await this.#context.files.createSink({ transfer, name, size })
      if (isProblem(sink)) this.#failWith(sink.problem)
      else await this.#receiveInto(sink)
    } catch {
      this.#fail('unwritable')
    } finally {
      this.#opening = undefined
    }
  }

  async #receiveInto(sink: FileSink): Promise<void> {
    const parts = {
      file: this.#secret,
      shape: this.#shape,
      sender: this.#origin.sender,
      epoch: this.#origin.epoch,
    }
    const window = windowOf(this.#shape.segmentSize)
    const file = await IncomingFile.open(parts, sink, window, this.#context.opening)
    if (this.over) await file.discard()
    else {
      this.#fetch = { file, wanting: new Wanting(this.#context.channel, this.transfer, file.window) }
      this.#request()
    }
  }

  #request(): void {
    if (this.#state.name === 'fetching') this.#fetch?.wanting.request()
  }

  #took(fetch: Fetch, index: number, outcome: 'kept' | 'again' | IncomingFailure): void {
    switch (outcome) {
      case 'kept': {
        this.#patience.reset()
        if (index < this.#shape.segmentCount) {
          const { start, end } = this.#shape.plaintextRange(index)
          this.#progress.advance(end - start)
        }
        if (fetch.file.window.complete) {
          this.#verifying = this.#verify(fetch).catch(() => this.#fail('unwritable'))
        } else this.#request()
        break
      }
      case 'again':
        this.#request()
        break
      case 'damaged':
      case 'unwritable':
        this.#fail(outcome)
        break
      default:
        unreachable(outcome)
    }
  }

  async #verify(fetch: Fetch): Promise<void> {
    this.#to({ name: 'verifying' })
    const verdict = await fetch.file.verify()
    if (fetch !== this.#fetch) return
    if (verdict === 'again') {
      this.#to({ name: 'fetching' })
      this.#request()
    } else if (verdict !== 'verified') this.#fail(verdict)
    else {
      this.#to({ name: 'finishing' })
      const kept = await fetch.file.finish()
      this.#fetch = undefined
      const { transfer, size } = this.#offer
      this.#progress.finish()
      this.#context.emit({ type: 'file-received', transfer, size, ...kept })
      this.#context.sayLast({ type: 'received', transfer })
      this.#to({ name: 'received' })
    }
  }

  /** Neither the segments nor their sender are there: others may have the place meanwhile. */
  #unavailable(): void {
    if (this.#state.name !== 'fetching') return
    this.#fetch?.wanting.halt()
    this.#to({ name: 'unavailable' })
    this.#patience.wait(() => this.#queue())
  }

  #ended(reason: RelayMessageOf<'ended'>['reason']): void {
    if (['verifying', 'finishing'].includes(this.#state.name)) return
    this.#tellEnd(reason)
    this.#leave({ name: 'ended', failed: false })
  }

  #refused(code: RefusalCode): void {
    if (this.hasPlace && this.#state.name !== 'fetching') return
    this.#context.emit({ type: 'error', code, message: `${this.#offer.name}: ${REFUSALS[code]}` })
    this.#tellEnd(code)
    this.#leave({ name: 'ended', failed: false })
  }

  #giveUp(reason: 'declined' | 'cancelled'): boolean {
    if (this.over || this.#state.name === 'finishing') return false
    this.#context.sayLast({ type: 'decline', transfer: this.transfer })
    this.#tellEnd(reason)
    this.#leave({ name: 'ended', failed: false })
    return true
  }

  #fail(failure: IncomingFailure): void {
    this.#failWith(FAILURES[failure])
  }

  #failWith(problem: string): void {
    if (this.over) return
    this.#context.emit({ type: 'error', code: 'file', message: `${this.#offer.name}: ${problem}` })
    this.#fetch?.wanting.quit()
    this.#tellEnd('failed')
    this.#leave({ name: 'ended', failed: true })
  }

  #tellEnd(reason: string): void {
    this.#context.emit({ type: 'file-ended', transfer: this.transfer, reason })
  }

  #leave(state: State): void {
    const fetch = this.#fetch
    this.#fetch = undefined
    this.#to(state)
    // A buffer that cannot be deleted is the platform's to show: the transfer is over either way.
    if (fetch !== undefined) this.#discarding = fetch.file.discard().catch(() => undefined)
  }
}
