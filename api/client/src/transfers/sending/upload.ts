import { REFUSALS, type RelayMessage, type RelayMessageOf, unreachable } from '@chat-room/protocol'
import type { WaitsFor } from '../../events.ts'
import { type Controls, UNDONE } from '../controls.ts'
import type { SavedUpload } from '../kept/saved-transfers.ts'
import { readOffer } from '../offered-file.ts'
import { Progress } from '../progress.ts'
import { journalOf, type TransferContext } from '../transfer-context.ts'
import { type View, viewOf } from '../transfer-view.ts'
import { Announcing, type UploadFacts } from './announcing.ts'
import { Handed } from './handed.ts'
import { HandingOver } from './handing-over.ts'
import { Recipients } from './recipients.ts'
import { SealedSource, SOURCE_FAILURES, type SourceFailure } from './sealed-source.ts'
import { hasPlace, isAnnounced, isComing, isUnderWay, shownAs, type UploadState } from './upload-state.ts'

/** A file on its way to the relay, and the relay's source of it afterwards. */
export class Upload implements Controls {
  readonly direction = 'out'
  readonly #context: TransferContext
  readonly facts: UploadFacts
  readonly #source: SealedSource
  readonly #handing: HandingOver
  readonly #progress: Progress
  readonly #handed: Handed
  readonly #recipients: Recipients
  readonly #announcing: Announcing
  #state: UploadState
  /** What an earlier process sent of it was not compared with the file yet. */
  #unchecked: boolean
  /** It goes on from an earlier process, under that one's key. */
  #isResumed = false
  #paused: boolean
  #sent: boolean
  /** Nothing more is done with it. */
  #stopped = false
  #waitsFor: WaitsFor | undefined

  /** Of a file that fits the format; `earlier`: an earlier process saved it. */
  constructor(context: TransferContext, saved: SavedUpload, since: 'new' | 'earlier') {
    const { offered: _offered, sent, has, declined, paused = false, over: _over, ...facts } = saved
    const parts = readOffer(facts, context.room)
    if (parts === undefined) throw new RangeError('this file does not fit the format')
    const { file, shape } = parts
    const { transfer, size } = facts
    const isEarlier = since === 'earlier'
    this.#context = context
    this.facts = facts
    this.#source = new SealedSource(facts, context, file, shape, journalOf(context, facts.journal, isEarlier))
    this.#handing = new HandingOver(context, this.#source, shape, {
      handed: index => {
        if (this.#handed.add(index)) this.#announcing.moved()
      },
      failed: failure => this.#fail(failure),
      rested: () => this.#rest(),
    })
    this.#progress = new Progress(context.clock, context.emit, { transfer, direction: 'out', size })
    this.#handed = new Handed(shape, this.#progress)
    this.#recipients = new Recipients({ has, declined }, context.aliasOf)
    this.#announcing = new Announcing(context, saved, shape, isEarlier)
    this.#sent = sent
    this.#paused = paused
    this.#unchecked = isEarlier && !sent
    this.#state = { name: !isEarlier ? 'noting' : sent ? 'announcing' : 'interrupted' }
    if (paused) this.#handing.pause()
    if (sent) this.#progress.restore(size)
  }

  get transfer(): string {
    return this.facts.transfer
  }

  get over(): boolean {
    return this.#state.name === 'ended'
  }

  get interrupted(): boolean {
    return this.#state.name === 'interrupted'
  }

  get sent(): boolean {
    return this.#sent
  }

  get queued(): boolean {
    return this.#state.name === 'queued' && !this.#paused
  }

  get hasPlace(): boolean {
    return hasPlace(this.#state, this.#flags)
  }

  get underWay(): boolean {
    return isUnderWay(this.#state, this.#flags) || (this.#announcing.preparing && !this.#stopped)
  }

  /** As long as it lives, the relay may want something of it, or tell of somebody who has it. */
  get needsChannel(): boolean {
    return isAnnounced(this.#state)
  }

  /** Worth keeping on this device: until nothing is left of it. */
  get lasting(): boolean {
    return !this.over || !this.#source.discarded
  }

  save(): SavedUpload {
    return {
      ...this.facts,
      offered: this.#announcing.offered,
      sent: this.#sent,
      ...this.#recipients.save(),
      ...(this.#paused && { paused: true }),
      ...(this.over && { over: true }),
    }
  }

  get view(): View {
    const [progress, waitsFor] = [this.#progress, this.#waitsFor]
    const shown = {
      direction: 'out',
      with: this.#with,
      state: shownAs(this.#state, this.#flags),
      progress,
      waitsFor,
    } as const
    return { ...viewOf(this.facts, shown), path: this.facts.path, ...this.#recipients.view }
  }

  /** A later process would know it again. */
  noted(): void {
    if (this.#state.name !== 'noting') return
    this.#to({ name: 'queued' })
    this.#progress.announce()
  }

  /** Its turn has come. */
  start(): void {
    if (this.#unchecked) {
      this.#state = { name: 'checking' }
      this.#check().catch(() => this.#fail('unreadable'))
    } else this.#announce()
  }

  /** Its offer goes out, if that is prepared. `false`: those of files that were named after it wait for that. */
  offer(): boolean {
    if (this.#stopped) return true
    this.#announcing.offer().catch(() => {
      // The outbox has said why. Nobody will ever ask for this file.
      if (!this.over) this.#withdraw('undelivered')
    })
    return this.#announcing.offered || !isComing(this.#state, this.#flags)
  }

  attached(): void {
    if (this.#state.name === 'announcing') this.#announcing.provide()
  }

  detached(): void {
    if (this.#state.name !== 'serving') return
    this.#state = { name: 'announcing' }
    this.#waitsFor = undefined
    this.#handing.forget()
  }

  receive(message: RelayMessage): void {
    if (this.over) return
    switch (message.type) {
      case 'providing':
        this.#providing(message.held)
        break
      case 'want':
        this.#waitsFor = undefined
        if (this.#state.name === 'serving') this.#handing.want(message.first, message.count)
        break
      case 'paced':
        this.#wait('slower-receivers')
        break
      case 'received':
      case 'declined':
        this.#hear(message)
        break
      case 'ended':
        this.#ended(message.reason)
        break
      case 'refused':
        if (message.what === 'provide') this.#refused(message.code)
        break
      case 'unavailable':
      case 'attached':
        break
      default:
        unreachable(message)
    }
  }

  readonly accept = (): string => UNDONE.own
  readonly decline = (): string => UNDONE.own

  pause(): string | undefined {
    if (this.over) return UNDONE.over
    if (this.#sent) return UNDONE.sent
    if (this.#paused) return UNDONE.paused
    if (this.interrupted) return UNDONE.interrupted
    this.#paused = true
    this.#handing.pause()
    this.#context.changed()
    return undefined
  }

  /** Also of one that an earlier process left. */
  continue(): string | undefined {
    if (this.over) return UNDONE.over
    if (!this.#paused && !this.interrupted) return UNDONE.goesOn
    this.#paused = false
    if (this.interrupted) this.#state = { name: 'queued' }
    this.#progress.begin()
    this.#progress.announce()
    this.#handing.continue()
    this.#context.changed()
    return undefined
  }

  /** Takes it back: whoever does not have all of it by now does not get it. */
  cancel(): string | undefined {
    if (this.over) return UNDONE.over
    this.#withdraw('withdrawn')
    return undefined
  }

  /** The file that it was is no more. */
  outdated(): void {
    this.#fail('changed')
  }

  /** Files do not move any more: whoever wants it to go on says so. */
  interrupt(): void {
    if (this.#sent || this.over || this.#state.name === 'checking') return
    this.#announcing.stop()
    this.#handing.forget()
    this.#waitsFor = undefined
    this.#to({ name: 'interrupted' })
  }

  /** It belongs to a member that this device is no more. */
  abandon(reason: string): void {
    if (this.#sent) this.#finish('done')
    else this.#withdraw(reason)
  }

  /** For good: what is not at the relay by now never will be. */
  async close(): Promise<void> {
    if (!this.over) {
      if (!this.#sent) this.#announcing.withdraw()
      this.#state = { name: 'ended', shown: this.#sent ? 'done' : 'ended' }
    }
    this.#stop()
    await this.#source.discard()
  }

  /** Another process may go on with it. */
  async suspend(): Promise<void> {
    this.#stop()
    await this.#source.close()
  }

  #stop(): void {
    this.#stopped = true
    this.#announcing.stop()
    this.#handing.forget()
  }

  get #with(): string {
    const { target } = this.facts
    return target.to === 'all' ? 'all' : target.alias
  }

  get #flags() {
    return { sent: this.#sent, paused: this.#paused, waitsFor: this.#waitsFor }
  }

  async #check(): Promise<void> {
    this.#progress.begin()
    const verdict = await this.#source.check(
      index => {
        if (!this.#stopped) this.#handed.add(index)
      },
      () => !this.#stopped,
    )
    if (this.#stopped) return
    if (verdict === 'changed') return this.#sendAnew('changed')
    const { transfer, name, size } = this.facts
    if (verdict !== 'same') {
      // It may come back, with a disk that is away.
      this.#to({ name: 'interrupted' })
      return this.#context.emit({ type: 'error', code: 'path', message: `${name}: ${verdict.problem}` })
    }
    this.#unchecked = false
    this.#isResumed = true
    const received = this.#progress.done
    this.#context.emit({ type: 'file-resumed', transfer, direction: 'out', name, received, size })
    this.#progress.begin()
    this.#announce()
  }

  /** Under a fresh key. */
  #sendAnew(why: SourceFailure): void {
    const { path, target, folder } = this.facts
    this.#fail(why)
    this.#context.sendAgain({ path, target, ...(folder && { folder }) })
  }

  #announce(): void {
    this.#to({ name: 'announcing' })
    this.attached()
  }

  #providing(held: RelayMessageOf<'providing'>['held']): void {
    if (this.#state.name !== 'announcing' && this.#state.name !== 'serving') return
    // Somebody sealed that under this key, and nothing here tells what: after a power cut, a journal may be lost.
    if (this.#isResumed && !this.#handed.covers(held)) return this.#sendAnew('forgotten')
    if (this.#state.name === 'announcing') this.#to({ name: 'serving' })
    if (this.#handed.addHeld(held)) this.#markSent()
    // Only once the relay has room for it: nobody is offered what was refused.
    void this.#announcing.prepare(() => this.#source.preview())
  }

  #rest(): void {
    if (this.#sent) this.#source.release()
  }

  #wait(waitsFor: WaitsFor): void {
    if (this.#waitsFor === waitsFor || this.#sent) return
    this.#waitsFor = waitsFor
    this.#context.emit({ type: 'file-waiting', transfer: this.transfer, for: waitsFor })
    this.#context.changed()
  }

  #hear(message: RelayMessageOf<'received' | 'declined'>): void {
    // A relay with little room never holds all of it: then the first who has it says that it got through.
    if (message.type === 'received' && this.#handed.plausiblyFull) this.#markSent()
    const news = this.#recipients.hear(message)
    if (news === undefined) return
    this.#context.emit(news)
    this.#context.changed()
  }

  #markSent(): void {
    if (this.#sent) return
    this.#sent = true
    this.#waitsFor = undefined
    this.#progress.finish()
    this.#context.emit({ type: 'file-sent', transfer: this.transfer, to: this.#with })
    if (this.#handing.resting) this.#rest()
    this.#context.changed()
  }

  #ended(reason: RelayMessageOf<'ended'>['reason']): void {
    if (reason === 'received') this.#markSent()
    else this.#context.emit({ type: 'file-ended', transfer: this.transfer, reason })
    this.#finish(this.#sent ? 'done' : 'ended')
  }

  #refused(code: RelayMessageOf<'refused'>['code']): void {
    const message = `${this.facts.name}: ${REFUSALS[code]}`
    if (this.#announcing.refused(code, () => this.#to({ name: 'queued' }))) {
      if (this.#announcing.refusals === 1) {
        this.#context.emit({ type: 'error', code, message: `${message}; it is tried again by itself` })
      }
      this.#handing.forget()
      return this.#to({ name: 'refused' })
    }
    this.#context.emit({ type: 'error', code, message })
    this.#withdraw(code)
  }

  #fail(failure: SourceFailure): void {
    if (this.#stopped) return
    const message = `${this.facts.name}: ${SOURCE_FAILURES[failure]}; it was withdrawn`
    this.#context.emit({ type: 'error', code: 'file', message })
    this.#withdraw('withdrawn')
  }

  #withdraw(reason: string): void {
    this.#announcing.withdraw()
    this.#context.emit({ type: 'file-ended', transfer: this.transfer, reason })
    this.#finish('ended')
  }

  #finish(shown: 'done' | 'ended'): void {
    this.#to({ name: 'ended', shown })
    this.#stop()
    // What cannot be deleted stays saved as over, and is tried again by the next process.
    this.#source.discard().then(this.#context.changed, () => undefined)
  }

  #to(state: UploadState): void {
    this.#state = state
    this.#context.changed()
  }
}
