import { REFUSALS, type RefusalCode, type RelayMessage, unreachable } from '@chat-room/protocol'
import { Backoff } from '../../backoff.ts'
import { type Bytes, encodeBase64Url } from '../../bytes.ts'
import type { FileSecret, FileShape } from '../../crypto/file-stream.ts'
import type { TransferView, WaitsFor } from '../../events.ts'
import { type Controls, UNDONE } from '../controls.ts'
import type { SavedDownload } from '../kept/saved-transfers.ts'
import type { OfferedFile, Origin } from '../offered-file.ts'
import { Progress } from '../progress.ts'
import { journalName, type TransferContext } from '../transfer-context.ts'
import { type View, viewOf } from '../transfer-view.ts'
import { type DownloadState, shownAs } from './download-state.ts'
import { Fetching, type Finished } from './fetching.ts'
import { IncomingBuffer } from './incoming-buffer.ts'
import { StallWatch } from './stall-watch.ts'

/** After which `unavailable` segments are wanted again, in milliseconds. */
const FIRST_PATIENCE = 1_000
const LAST_PATIENCE = 30_000

/** What an earlier process left of it. */
type Left = Pick<SavedDownload, 'journal' | 'place' | 'paused' | 'undecided'>

/** A file that somebody offered. */
export class Download implements Controls {
  readonly direction = 'in'
  readonly #context: TransferContext
  readonly offer: OfferedFile
  readonly origin: Origin
  readonly #sender: string
  readonly #shape: FileShape
  readonly #journal: string
  readonly #buffer: IncomingBuffer
  readonly #fetching: Fetching
  readonly #patience: Backoff
  readonly #watch: StallWatch
  #progress: Progress
  #state: DownloadState = { name: 'offered' }
  #waitsFor: WaitsFor | undefined
  constructor(
    context: TransferContext,
    { transfer, key, name, mime, size, segmentSize, folder }: OfferedFile,
    origin: Origin,
    { file, shape }: { readonly file: FileSecret; readonly shape: FileShape },
    left?: Left,
  ) {
    const { sender, epoch } = origin
    this.#context = context
    this.offer = { transfer, key, name, mime, size, segmentSize, ...(folder && { folder }) }
    this.origin = origin
    this.#sender = encodeBase64Url(sender.memberId)
    this.#shape = shape
    this.#progress = this.#begin()
    this.#patience = new Backoff(context.clock, FIRST_PATIENCE, LAST_PATIENCE)
    this.#watch = new StallWatch(
      context.clock,
      // Without a connection nobody gets further; and what is looked through is not wanted yet.
      () => context.channel.attached && this.mayYield,
      () => this.#wait('sender'),
    )
    this.#journal = left?.journal ?? journalName(context, transfer)
    // Named for its sender too: nobody puts a file into another's folder.
    const within = folder && { id: `${this.#sender}/${folder.id}`, path: folder.path }
    const incoming = { transfer, name, size, ...(within && { folder: within }) }
    this.#buffer = new IncomingBuffer(context, incoming, { file, shape, sender, epoch }, this.#journal, left)
    this.#fetching = new Fetching(context, transfer, this.#buffer, {
      kept: index => this.#kept(index),
      resumed: () => this.#resumed(),
      arrived: finished => this.#arrived(finished),
      failed: problem => this.#fail(problem),
    })
    if (left === undefined || left.undecided === true) return
    this.#state = { name: left.paused === true ? 'paused' : 'queued' }
  }

  get transfer(): string {
    return this.offer.transfer
  }

  /** The member id of whoever offered it, base64url. */
  get sender(): string {
    return this.#sender
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

  /** It has a place on the disk. */
  get begun(): boolean {
    return this.#buffer.place !== undefined
  }

  /** One of those few that are fetched at once. */
  get hasPlace(): boolean {
    return this.#state.name === 'fetching' && this.#waitsFor === undefined
  }

  /** It is wanted, and nothing of it comes. */
  get stalled(): boolean {
    return this.#state.name === 'fetching' && this.#waitsFor !== undefined
  }

  /** Too late once all of it is here. */
  get mayYield(): boolean {
    return this.#state.name === 'fetching' && this.#fetching.phase === 'fetching' && !this.#buffer.checking
  }

  get underWay(): boolean {
    return ['queued', 'fetching', 'unavailable'].includes(this.#state.name)
  }

  get needsChannel(): boolean {
    return this.underWay
  }

  /** Worth keeping on this device. What is offered to everyone is in the room's log as well, for who reads that again. */
  get lasting(): boolean {
    if (this.over) return this.#buffer.remains
    return !this.undecided || this.origin.to === 'you' || this.#context.isToldOnce
  }

  save(): SavedDownload {
    const { epoch, to, alias } = this.origin
    const { place } = this.#buffer
    return {
      ...this.offer,
      epoch,
      member: this.#sender,
      alias,
      to,
      journal: this.#journal,
      ...(place !== undefined && { place }),
      ...(this.#state.name === 'paused' && { paused: true }),
      ...(this.undecided && { undecided: true }),
      ...(this.over && { over: true }),
    }
  }

  get view(): View {
    const [progress, waitsFor] = [this.#progress, this.#waitsFor]
    const shown = {
      direction: 'in',
      with: this.origin.alias,
      state: this.#shown,
      progress,
      waitsFor,
    } as const
    return viewOf(this.offer, shown)
  }

  accept(): string | undefined {
    if (this.#state.name === 'received') return UNDONE.received
    const again = this.#state.name === 'ended' && this.#state.failed
    if (this.over && !again) return UNDONE.over
    if (!this.undecided && !again) return UNDONE.accepted
    this.#progress = this.#begin()
    this.#queue()
    return undefined
  }

  /** Its turn has come. */
  start(): void {
    this.#state = { name: 'fetching' }
    this.#progress.begin()
    this.#fetching.start()
    this.#watch.moved()
  }

  /** Others want its place. */
  yield(): void {
    if (!this.mayYield) return
    if (this.stalled) return this.#comeBack()
    this.#fetching.halt()
    this.#to({ name: 'queued' })
  }

  pause(): string | undefined {
    if (this.over) return this.#overWhy
    if (this.undecided) return UNDONE.undecided
    if (this.#state.name === 'paused') return UNDONE.paused
    if (this.#fetching.phase !== 'fetching') return UNDONE.finishing
    this.#fetching.halt()
    this.#to({ name: 'paused' })
    return undefined
  }

  /** Files do not move any more: whoever wants it to go on says so. */
  interrupt(): void {
    if (this.underWay) this.pause()
  }

  continue(): string | undefined {
    if (this.over) return this.#overWhy
    if (this.undecided) return UNDONE.undecided
    if (this.#state.name !== 'paused') return UNDONE.goesOn
    this.#queue()
    return undefined
  }

  decline(): string | undefined {
    return this.#giveUp('declined')
  }

  cancel(): string | undefined {
    return this.#giveUp('cancelled')
  }

  attached(): void {
    this.#watch.moved()
    if (this.#state.name === 'fetching') this.#fetching.start()
  }

  detached(): void {
    this.#fetching.interrupt()
  }

  receive(message: RelayMessage): void {
    if (this.over) return
    switch (message.type) {
      case 'unavailable':
        this.#unavailable()
        break
      case 'paced':
        if (this.#state.name === 'fetching') this.#wait('slower-receivers')
        break
      case 'ended':
        if (this.#fetching.phase === 'fetching') this.abandon(message.reason)
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
    if (!this.#fetching.segment(index, ciphertext) || this.#waitsFor === undefined) return
    this.#waitsFor = undefined
    this.#watch.moved()
    this.#context.changed()
  }

  /** It cannot go on: what is left of it goes. */
  abandon(reason: string): void {
    this.#tellEnd(reason)
    this.#leave({ failed: false })
  }

  /** For good: what has not arrived never will. */
  async close(): Promise<void> {
    if (this.#fetching.phase === 'finishing') await this.#fetching.settled()
    if (!this.over) this.#leave({ failed: false })
    await this.#fetching.settled()
  }

  /** Another process may go on with it. */
  async suspend(): Promise<void> {
    if (this.#context.openJournal === undefined) return this.close()
    this.#patience.cancel()
    this.#watch.stop()
    await this.#fetching.keep()
  }

  get #overWhy(): string {
    return this.#state.name === 'received' ? UNDONE.received : UNDONE.over
  }

  get #shown(): TransferView['state'] {
    const { checking } = this.#buffer
    const { attached } = this.#context.channel
    return shownAs(this.#state, { checking, attached, waitsFor: this.#waitsFor })
  }

  #begin(): Progress {
    const { transfer, size } = this.offer
    return new Progress(this.#context.clock, this.#context.emit, { transfer, direction: 'in', size })
  }

  #to(state: DownloadState): void {
    this.#patience.cancel()
    this.#watch.stop()
    this.#state = state
    this.#context.changed()
  }

  #queue(): void {
    this.#waitsFor = undefined
    this.#to({ name: 'queued' })
  }

  #kept(index: number): void {
    this.#patience.reset()
    this.#watch.moved()
    if (index >= this.#shape.segmentCount) return
    const { start, end } = this.#shape.plaintextRange(index)
    this.#progress.advance(end - start)
  }

  #resumed(): void {
    const { transfer, name, size } = this.offer
    const received = this.#progress.done
    this.#context.emit({ type: 'file-resumed', transfer, direction: 'in', name, received, size })
    this.#progress.begin()
    this.#watch.moved()
  }

  #arrived(finished: Finished | undefined): void {
    const { transfer, size } = this.offer
    this.#progress.finish()
    if (finished !== undefined) this.#context.emit({ type: 'file-received', transfer, size, ...finished })
    this.#context.sayLast({ type: 'received', transfer })
    this.#to({ name: 'received' })
  }

  /** Neither the segments nor their sender are there: others may have the place meanwhile. */
  #unavailable(): void {
    if (this.#state.name !== 'fetching' || this.#fetching.phase !== 'fetching') return
    this.#comeBack()
  }

  /** Wanted again after a while. */
  #comeBack(): void {
    this.#fetching.halt()
    this.#to({ name: 'unavailable' })
    this.#wait('sender')
    this.#patience.wait(() => this.#to({ name: 'queued' }))
  }

  #wait(waitsFor: WaitsFor): void {
    if (this.#waitsFor === waitsFor) return
    this.#watch.stop()
    this.#waitsFor = waitsFor
    this.#context.emit({ type: 'file-waiting', transfer: this.transfer, for: waitsFor })
    this.#context.changed()
  }

  #refused(code: RefusalCode): void {
    if (this.#fetching.phase !== 'fetching') return
    this.#context.emit({ type: 'error', code, message: `${this.offer.name}: ${REFUSALS[code]}` })
    this.abandon(code)
  }

  #giveUp(reason: 'declined' | 'cancelled'): string | undefined {
    if (this.over) return this.#overWhy
    if (this.#fetching.phase === 'finishing') return UNDONE.finishing
    this.#context.sayLast({ type: 'decline', transfer: this.transfer })
    this.abandon(reason)
    return undefined
  }

  #fail(problem: string): void {
    this.#context.emit({ type: 'error', code: 'file', message: `${this.offer.name}: ${problem}` })
    this.#tellEnd('failed')
    this.#leave({ failed: true })
  }

  #tellEnd(reason: string): void {
    this.#context.emit({ type: 'file-ended', transfer: this.transfer, reason })
  }

  #leave({ failed }: { readonly failed: boolean }): void {
    // Of what failed here the relay does not know that it is over.
    this.#fetching.discard(!failed)
    this.#to({ name: 'ended', failed })
  }
}
