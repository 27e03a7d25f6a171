import type { RefusalCode } from '@chat-room/protocol'
import { Backoff } from '../../backoff.ts'
import { type Bytes, encodeBase64Url } from '../../bytes.ts'
import type { FileShape } from '../../crypto/file-stream.ts'
import type { FileSource } from '../../ports.ts'
import type { SavedUpload } from '../kept/saved-transfers.ts'
import { segmentBytesFor, shapeOf } from '../offered-file.ts'
import { journalName, type Sendable, type TransferContext } from '../transfer-context.ts'

/** Between two announcements of a file for which the server has no room, in milliseconds; then it is given up. */
const FIRST_PATIENCE = 2_000
const LAST_PATIENCE = 32_000
const ANNOUNCEMENTS = 6

/** What never changes of it. */
export type UploadFacts = Omit<SavedUpload, 'offered' | 'sent' | 'has' | 'declined' | 'paused' | 'over'>

/** A file of this device as it is announced first; undefined if it is too large. */
export async function describeUpload(
  context: TransferContext,
  { path, target, folder }: Sendable,
  source: FileSource,
  epoch: number,
): Promise<SavedUpload | undefined> {
  const { name, size, mime } = source
  const shape = shapeOf({ size, segmentSize: segmentBytesFor(size) })
  if (shape === undefined) return undefined
  const transfer = encodeBase64Url(context.random(16))
  return {
    transfer,
    key: encodeBase64Url(context.random(32)),
    secret: encodeBase64Url(context.random(32)),
    path,
    target,
    name,
    mime,
    size,
    segmentSize: shape.segmentSize,
    epoch,
    fingerprint: await source.fingerprint(),
    journal: journalName(context, transfer),
    ...(folder && { folder }),
    offered: false,
    sent: false,
    has: {},
    declined: {},
  }
}

/** Says to the relay what is on its way to it, and to the room that it may be fetched; and that it is taken back. */
export class Announcing {
  readonly #context: TransferContext
  readonly #facts: UploadFacts
  readonly #shape: FileShape
  readonly #patience: Backoff
  /** The relay may know of it. */
  #known: boolean
  #refusals = 0
  #offered: boolean
  #preparing = false
  /** What the offer carries, once that is there. */
  #ready: { readonly preview: Bytes | undefined } | undefined

  /** `known`: by an earlier process. */
  constructor(
    context: TransferContext,
    facts: UploadFacts & Pick<SavedUpload, 'offered'>,
    shape: FileShape,
    known: boolean,
  ) {
    this.#context = context
    this.#facts = facts
    this.#shape = shape
    this.#known = known
    this.#offered = facts.offered
    this.#patience = new Backoff(context.clock, FIRST_PATIENCE, LAST_PATIENCE)
  }

  /** Said again it asks what the relay holds. */
  provide(): void {
    if (!this.#context.channel.attached) return
    this.#known = true
    const { transfer, target, segmentSize, secret } = this.#facts
    const to = target.to === 'all' ? 'all' : target.member
    const size = this.#shape.ciphertextSize
    this.#context.channel.send({ type: 'provide', transfer, to, size, segmentSize, secret })
  }

  /** Since it got further last. */
  get refusals(): number {
    return this.#refusals
  }

  /** Whether the offer went to the outbox. */
  get offered(): boolean {
    return this.#offered
  }

  /** The offer is about to go to the outbox. */
  get preparing(): boolean {
    return this.#preparing && !this.#offered
  }

  /** Once: a preview may take long. */
  async prepare(preview: () => Promise<Bytes | undefined>): Promise<void> {
    if (this.#preparing || this.#offered) return
    this.#preparing = true
    this.#ready = { preview: await preview() }
    this.#context.changed()
  }

  /** Once it is prepared; rejects if it never reaches anybody. */
  async offer(): Promise<void> {
    if (this.#ready === undefined) return
    const { preview } = this.#ready
    this.#ready = undefined
    this.#offered = true
    const { transfer, key, size, segmentSize, name, mime, target, folder } = this.#facts
    const offer = {
      kind: 'offer',
      transfer,
      key,
      size,
      segmentSize,
      name,
      mime,
      ...(folder && { folder }),
      ...(preview && { preview: encodeBase64Url(preview) }),
    } as const
    const sent = this.#context.sendOffer(offer, target)
    this.#context.changed()
    await sent
  }

  /** Whether it makes sense to say it again: others' files go in time. Then `again` is called after a while. */
  refused(code: RefusalCode, again: () => void): boolean {
    this.#refusals += 1
    const mayPass = code === 'quota-full' || code === 'disk-full'
    if (!mayPass || this.#refusals >= ANNOUNCEMENTS) return false
    this.#patience.wait(again)
    return true
  }

  /** It gets further: the next refusal is the first again. */
  moved(): void {
    this.#refusals = 0
    this.#patience.reset()
  }

  withdraw(): void {
    const { transfer, secret } = this.#facts
    if (this.#known) this.#context.sayLast({ type: 'withdraw', transfer, secret })
  }

  stop(): void {
    this.#patience.cancel()
  }
}
