import {
  LIMITS,
  REFUSALS,
  type RefusalCode,
  type RelayMessage,
  type RelayMessageOf,
  unreachable,
} from '@chat-room/protocol'
import { type Bytes, encodeBase64Url } from '../bytes.ts'
import type { Target } from '../client.ts'
import { createSegmentSealer, type FileShape } from '../crypto/file-stream.ts'
import type { TransferView } from '../events.ts'
import { Backoff } from './backoff.ts'
import { shapeOf } from './offered-file.ts'
import { Progress } from './progress.ts'
import type { SavedUpload } from './saved-transfers.ts'
import { SealedSource, type SourceFailure } from './sealed-source.ts'
import { SegmentSet } from './segment-set.ts'
import { isProblem, type Problem, type TransferContext } from './transfer-context.ts'

/** Of one file, in memory at once. */
const FRAMES = 4
/** Between two questions whether the relay has written the last segments, in milliseconds. */
const FIRST_QUESTION = 100
const LAST_QUESTION = 30_000

type Facts = Omit<SavedUpload, 'offered'>

type State =
  /** The relay has not answered `provide` on this connection. */
  | { readonly name: 'announcing' }
  | { readonly name: 'serving' }
  | { readonly name: 'ended'; readonly shown: 'done' | 'ended' }

/**
 * A file on its way to the relay, and the relay's source of it afterwards.
 *
 *     announcing ── providing ──▶ serving
 *       ▲     └── refused ──▶ ended ◀─┤ withdrawn, expired, evicted, received by the only one, changed on disk
 *       └──────── detached ───────────┘
 *
 * Paused, it leaves what the relay wants unanswered. It is *sent* once the relay holds all of it; `serving` goes on, because
 * what the relay drops it may want again.
 */
export class Upload {
  readonly direction = 'out'
  readonly #context: TransferContext
  readonly #facts: Facts
  readonly #shape: FileShape
  readonly #source: SealedSource
  readonly #progress: Progress
  /** Handed over on this or an earlier connection, the trailer included. */
  readonly #handed: SegmentSet
  readonly #delivered = new Set<string>()
  #state: State = { name: 'announcing' }
  #paused = false
  #sent = false
  /** The relay knows of it: it has to be told if it is taken back. */
  #known = false
  #offered = false
  /** What the relay wants, in its order. */
  #wanted: number[] = []
  #sealing = 0
  /** Frames leave in the order they were wanted in. */
  #inOrder: Promise<void> = Promise.resolve()
  /** Another object after every loss of the connection: what was sealed for the old one is not sent on the new one. */
  #link = {}
  readonly #questions: Backoff

  private constructor(context: TransferContext, facts: Facts, shape: FileShape, source: SealedSource) {
    this.#context = context
    this.#facts = facts
    this.#shape = shape
    this.#source = source
    this.#handed = new SegmentSet(shape.segmentCount + 1)
    this.#questions = new Backoff(context.clock, FIRST_QUESTION, LAST_QUESTION)
    const { transfer, size } = facts
    this.#progress = new Progress(context.clock, context.emit, { transfer, direction: 'out', size })
  }

  static async open(
    context: TransferContext,
    path: string,
    target: Target,
    epoch: number,
  ): Promise<Upload | Problem> {
    const opened = await context.files.openSource(path)
    if (isProblem(opened)) return opened
    const { name, size, mime } = opened
    const shape = shapeOf({ size, segmentSize: LIMITS.segmentBytes })
    if (shape === undefined) {
      await opened.close()
      return { problem: `${name} is too large` }
    }
    const file = { roomId: context.room, fileId: context.random(16), key: context.random(32) }
    const facts: Facts = {
      transfer: encodeBase64Url(file.fileId),
      key: encodeBase64Url(file.key),
      secret: encodeBase64Url(context.random(32)),
      path,
      target,
      name,
      mime,
      size,
      segmentSize: shape.segmentSize,
      epoch,
      fingerprint: await opened.fingerprint(),
    }
    const sealer = await createSegmentSealer(file, shape)
    return new Upload(context, facts, shape, new SealedSource(facts, context, file, shape, sealer, opened))
  }

  get transfer(): string {
    return this.#facts.transfer
  }

  get over(): boolean {
    return this.#state.name === 'ended'
  }

  /** Somebody waits for it to get further. */
  get underWay(): boolean {
    return !this.over && !this.#sent && !this.#paused
  }

  save(): SavedUpload {
    return { ...this.#facts, offered: this.#offered }
  }

  get view(): Omit<TransferView, 'number'> {
    const { transfer, name, size } = this.#facts
    const done = this.#progress.done
    return { transfer, direction: 'out', with: this.#to, name, size, done, state: this.#shown }
  }

  attached(): void {
    if (!this.over) this.#provide()
  }

  detached(): void {
    if (this.over) return
    this.#state = { name: 'announcing' }
    this.#forgetWants()
  }

  receive(message: RelayMessage): void {
    if (this.over) return
    switch (message.type) {
      case 'providing':
        this.#providing(message.held)
        break
      case 'want':
        this.#want(message)
        break
      case 'received':
        this.#received(message.member)
        break
      case 'ended':
        this.#ended(message.reason)
        break
      case 'refused':
        if (message.what === 'provide') this.#refused(message.code)
        break
      case 'declined':
      case 'unavailable':
      case 'attached':
        break
      default:
        unreachable(message)
    }
  }

  pause(): boolean {
    if (!this.underWay) return false
    this.#paused = true
    this.#context.changed()
    return true
  }

  continue(): boolean {
    if (!this.#paused || this.over) return false
    this.#paused = false
    this.#serve()
    this.#context.changed()
    return true
  }

  /** Takes it back: whoever does not have all of it by now does not get it. */
  cancel(): boolean {
    if (this.over) return false
    this.#withdraw('withdrawn')
    return true
  }

  async close(): Promise<void> {
    this.#state = { name: 'ended', shown: this.#sent ? 'done' : 'ended' }
    this.#forgetWants()
    await this.#source.close()
  }

  get #to(): string {
    const { target } = this.#facts
    return target.to === 'all' ? 'all' : target.alias
  }

  get #shown(): TransferView['state'] {
    if (this.#state.name === 'ended') return this.#state.shown
    if (this.#sent) return 'done'
    if (this.#paused) return 'paused'
    return this.#state.name === 'announcing' ? 'waiting' : 'running'
  }

  /** Said again it is a question: the answer is what the relay holds. */
  #provide(): void {
    const { transfer, target, segmentSize, secret } = this.#facts
    const to = target.to === 'all' ? 'all' : target.member
    const size = this.#shape.ciphertextSize
    this.#context.channel.send({ type: 'provide', transfer, to, size, segmentSize, secret })
  }

  #providing(held: RelayMessageOf<'providing'>['held']): void {
    this.#known = true
    if (this.#state.name === 'announcing') {
      this.#state = { name: 'serving' }
      this.#context.changed()
    }
    const units = this.#shape.segmentCount + 1
    let count = 0
    // Ascending, as promised: a relay that repeats itself makes no work.
    let next = 0
    for (const [first, length] of held) {
      for (next = Math.max(next, first); next < Math.min(first + length, units); next += 1) {
        this.#hand(next)
        count += 1
      }
    }
    if (count === units) this.#markSent()
    this.#sendOffer()
  }

  /** Only once the relay has room for it: nobody is offered what was refused. */
  #sendOffer(): void {
    if (this.#offered) return
    this.#offered = true
    const { transfer, key, size, segmentSize, name, mime, target } = this.#facts
    this.#context
      .sendOffer({ kind: 'offer', transfer, key, size, segmentSize, name, mime }, target)
      .catch(() => {
        // The outbox has said why. Nobody will ever ask for this file.
        if (!this.over) this.#withdraw('undelivered')
      })
  }

  #want({ first, count }: RelayMessageOf<'want'>): void {
    // A relay that wants more at once than it may gets no memory for it.
    const room = Math.max(0, 2 * LIMITS.windowSegments - this.#wanted.length)
    const end = Math.min(first + Math.min(count, room), this.#shape.segmentCount + 1)
    for (let index = first; index < end; index += 1) this.#wanted.push(index)
    this.#serve()
  }

  #serve(): void {
    if (this.#paused) return
    while (this.#sealing < FRAMES) {
      const index = this.#wanted.shift()
      if (index === undefined) return
      this.#sealing += 1
      const before = this.#inOrder
      this.#inOrder = this.#send(index, this.#seal(index, before, this.#link), before, this.#link)
    }
  }

  /** Undefined if the connection was lost meanwhile. */
  async #seal(
    index: number,
    before: Promise<void>,
    link: object,
  ): Promise<Bytes | SourceFailure | undefined> {
    const { sealing, channel } = this.#context
    if (index === this.#shape.segmentCount) {
      await before
      return link === this.#link ? this.#source.trailer() : undefined
    }
    return sealing.run(async () => {
      await channel.writable()
      return link === this.#link ? this.#source.segment(index) : undefined
    })
  }

  async #send(
    index: number,
    sealed: Promise<Bytes | SourceFailure | undefined>,
    before: Promise<void>,
    link: object,
  ): Promise<void> {
    const frame = await sealed
    await before
    if (link !== this.#link || frame === undefined) return
    this.#sealing -= 1
    if (typeof frame === 'string') {
      this.#fail(frame)
      return
    }
    this.#context.channel.sendSegment(frame)
    this.#hand(index)
    this.#serve()
    if (this.#sealing === 0) this.#rest()
  }

  /** All that the relay wants is handed over. */
  #rest(): void {
    if (this.#sent) this.#letGo(this.#source.release())
    else if (this.#handed.full) this.#ask()
  }

  #hand(index: number): void {
    if (!this.#handed.add(index) || index === this.#shape.segmentCount) return
    const { start, end } = this.#shape.plaintextRange(index)
    this.#progress.advance(end - start)
  }

  /** The last segments may still be on their way to the relay's disk. */
  #ask(): void {
    if (this.#sent || this.#questions.waiting) return
    this.#provide()
    this.#questions.wait(() => this.#ask())
  }

  #received(member: string): void {
    if (this.#delivered.has(member) || this.#delivered.size >= LIMITS.membersPerRoom) return
    this.#delivered.add(member)
    const { transfer } = this.#facts
    // A relay with little room never holds all of it: then the first who has it says that it got through.
    if (this.#handed.full) this.#markSent()
    this.#context.emit({ type: 'file-delivered', transfer, to: this.#context.aliasOf(member) })
  }

  #markSent(): void {
    if (this.#sent) return
    this.#sent = true
    this.#questions.cancel()
    this.#progress.finish()
    this.#context.emit({ type: 'file-sent', transfer: this.#facts.transfer, to: this.#to })
    if (this.#sealing === 0) this.#letGo(this.#source.release())
    this.#context.changed()
  }

  #ended(reason: RelayMessageOf<'ended'>['reason']): void {
    if (reason === 'received') this.#markSent()
    else this.#context.emit({ type: 'file-ended', transfer: this.#facts.transfer, reason })
    this.#finish(this.#sent ? 'done' : 'ended')
  }

  #refused(code: RefusalCode): void {
    this.#context.emit({ type: 'error', code, message: `${this.#facts.name}: ${REFUSALS[code]}` })
    this.#withdraw(code)
  }

  #fail(failure: SourceFailure): void {
    const what =
      failure === 'changed' ? 'the file changed while it was sent' : 'the file can no longer be read'
    const message = `${this.#facts.name}: ${what}; it was withdrawn`
    this.#context.emit({ type: 'error', code: 'file', message })
    this.#withdraw('withdrawn')
  }

  #withdraw(reason: string): void {
    const { transfer, secret } = this.#facts
    if (this.#known) this.#context.sayLast({ type: 'withdraw', transfer, secret })
    this.#context.emit({ type: 'file-ended', transfer, reason })
    this.#finish('ended')
  }

  #finish(shown: 'done' | 'ended'): void {
    this.#state = { name: 'ended', shown }
    this.#forgetWants()
    this.#letGo(this.#source.close())
    this.#context.changed()
  }

  #forgetWants(): void {
    this.#link = {}
    this.#wanted = []
    this.#sealing = 0
    this.#inOrder = Promise.resolve()
    this.#questions.cancel()
    this.#questions.reset()
  }

  /** Nothing was written to the source: what its closing could fail with concerns nobody. */
  #letGo(closing: Promise<void>): void {
    closing.catch(() => undefined)
  }
}
