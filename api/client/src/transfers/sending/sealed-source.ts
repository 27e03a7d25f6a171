import { LIMITS, SEGMENT_HEADER_BYTES, writeSegmentHeader } from '@chat-room/protocol'
import { type Bytes, concat } from '../../bytes.ts'
import {
  createSegmentSealer,
  type FileSecret,
  type FileShape,
  type SegmentSealer,
} from '../../crypto/file-stream.ts'
import { sealTrailer } from '../../crypto/file-trailer.ts'
import { freeMemory } from '../../free-memory.ts'
import type { FileSource } from '../../ports.ts'
import { checkContent } from '../kept/content-check.ts'
import type { DigestJournal } from '../kept/digest-journal.ts'
import { SegmentSet } from '../segment-set.ts'
import { isProblem, type Problem, type TransferContext } from '../transfer-context.ts'

export type SourceFailure =
  /** It is not the file any more that was offered. */
  | 'changed'
  /** Its disk went. */
  | 'unreadable'
  /** Nothing leaves that could not be noted on this device. */
  | 'unnoted'
  /** What was noted is lost, and with it whether this is the file that was sealed under this key (P77). */
  | 'forgotten'

export const SOURCE_FAILURES: Readonly<Record<SourceFailure, string>> = {
  changed: 'the file changed while it was sent',
  unreadable: 'the file can no longer be read',
  unnoted: 'this device has no room to note what was sent',
  forgotten: 'this device no longer knows what it sent of it',
}

/** Which file it was when it was offered. */
type SourceFacts = { readonly path: string; readonly fingerprint: string; readonly epoch: number }

type Surroundings = Pick<TransferContext, 'files' | 'identity' | 'random' | 'checking' | 'saved'>

/** A file of this device as the relay wants it: sealed segments in their frames, and the trailer that vouches for them. */
export class SealedSource {
  readonly #facts: SourceFacts
  readonly #around: Surroundings
  readonly #file: FileSecret
  readonly #shape: FileShape
  readonly #journal: DigestJournal | undefined
  /** What was noted survives this process. */
  readonly #noted: SegmentSet
  readonly #noting = new Map<number, Promise<void>>()
  #sealer: Promise<SegmentSealer> | undefined
  #source: FileSource | undefined
  #closed = false
  #discarded = false
  /** Its nonce is random: made once, so that all receivers get the same. */
  #trailer: Bytes | undefined

  /** `journal` knows what left in an earlier process: that leaves again as it was, or not at all. */
  constructor(
    facts: SourceFacts,
    around: Surroundings,
    file: FileSecret,
    shape: FileShape,
    journal: DigestJournal | undefined,
  ) {
    this.#facts = facts
    this.#around = around
    this.#file = file
    this.#shape = shape
    this.#journal = journal
    this.#noted = new SegmentSet(shape.segmentCount)
  }

  /**
   * Whether it still is what an earlier process sent of it. Each segment that is the same is `found`; `goesOn` is asked before
   * the next.
   */
  async check(found: (index: number) => void, goesOn: () => boolean): Promise<'same' | 'changed' | Problem> {
    const source = await this.#around.files.openSource(this.#facts.path)
    if (isProblem(source)) return source
    await source.close()
    const sealer = await this.#prepare()
    if ((await this.#open()) === undefined) return 'changed'
    let isSame = true
    await checkContent({
      sealer,
      shape: this.#shape,
      budget: this.#around.checking,
      read: index => this.#read(index),
      visit(index, same) {
        isSame &&= same
        if (same) found(index)
        return isSame && goesOn()
      },
    })
    return isSame ? 'same' : 'changed'
  }

  /** Nothing is left of it on this device. */
  get discarded(): boolean {
    return this.#discarded
  }

  /** A small picture of it, if there is one and it is small enough. */
  async preview(): Promise<Bytes | undefined> {
    try {
      const preview = await (await this.#open())?.preview?.()
      const { length = 0 } = preview ?? {}
      return length > 0 && length <= LIMITS.previewBytes ? preview : undefined
    } catch {
      // Nobody misses what is there to please alone.
      return undefined
    }
  }

  /** A frame of its own, ready to be sent: its digest is noted. */
  async segment(index: number): Promise<Bytes | SourceFailure> {
    const { digests } = await this.#prepare()
    const frame = await this.#seal(index)
    if (typeof frame === 'string') return frame
    const failure = await this.#note(index, digests.of(index))
    if (failure === undefined) return frame
    freeMemory(frame)
    return failure
  }

  /** To be asked for after the segments: what was not sealed by then is read now, for its digest alone. */
  async trailer(): Promise<Bytes | SourceFailure> {
    const { digests } = await this.#prepare()
    for (let index = 0; !digests.complete(); index += 1) {
      if (digests.has(index)) continue
      const sealed = await this.segment(index)
      if (typeof sealed === 'string') return sealed
      freeMemory(sealed)
    }
    try {
      // The digests vouch for what was read; only the fingerprint tells that it is one version of the file.
      const source = await this.#open()
      if (source === undefined || (await source.fingerprint()) !== this.#facts.fingerprint) return 'changed'
    } catch {
      return 'unreadable'
    }
    this.#trailer ??= await this.#sealTrailer(await digests.root())
    const frame = concat(new Uint8Array(SEGMENT_HEADER_BYTES), this.#trailer)
    writeSegmentHeader(frame, this.#file.fileId, this.#shape.segmentCount)
    return frame
  }

  /** Lets go of the file and of what is noted; both are opened again if it is wanted again. */
  release(): void {
    this.#letGo().catch(() => undefined)
  }

  /** For good. What was noted is kept. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#letGo().catch(() => undefined)
  }

  /** For good: nobody will go on with it. */
  async discard(): Promise<void> {
    await this.close()
    // Whoever finds this key without what was noted under it might seal other content with it.
    await this.#around.saved()
    await this.#journal?.clear()
    this.#discarded = true
  }

  /** Nothing was written to the source: what its closing could fail with concerns nobody. */
  async #letGo(): Promise<void> {
    const source = this.#source
    this.#source = undefined
    await Promise.all([source?.close(), this.#journal?.release()])
  }

  async #sealTrailer(root: Bytes): Promise<Bytes> {
    const { size, segmentCount } = this.#shape
    const manifest = { epoch: this.#facts.epoch, size, segmentCount, root }
    return sealTrailer(this.#file, this.#around.identity, manifest, this.#around.random)
  }

  #prepare(): Promise<SegmentSealer> {
    this.#sealer ??= this.#createSealer()
    return this.#sealer
  }

  async #createSealer(): Promise<SegmentSealer> {
    const { segmentCount } = this.#shape
    const noted = await this.#journal?.read(segmentCount)
    const sealer = await createSegmentSealer(this.#file, this.#shape, noted?.digests)
    if (noted === undefined) return sealer
    for (let index = 0; index < segmentCount; index += 1) {
      if (sealer.digests.has(index)) this.#noted.add(index)
    }
    return sealer
  }

  async #seal(index: number): Promise<Bytes | SourceFailure> {
    const sealer = await this.#prepare()
    try {
      if ((await this.#open()) === undefined) return 'changed'
      const plaintext = await this.#read(index)
      const sealing = sealer.seal(index, plaintext, SEGMENT_HEADER_BYTES)
      freeMemory(plaintext)
      const sealed = await sealing
      if (!sealed.ok) return 'changed'
      writeSegmentHeader(sealed.value, this.#file.fileId, index)
      return sealed.value
    } catch {
      return this.#whyUnreadable()
    }
  }

  /**
   * Before it leaves, however often it is sealed: whoever goes on after this process must know of every ciphertext that is
   * out in the world (P77).
   */
  async #note(index: number, digest: Bytes): Promise<SourceFailure | undefined> {
    if (this.#closed) return 'unreadable'
    if (this.#journal === undefined || this.#noted.has(index)) return undefined
    try {
      await (this.#noting.get(index) ?? this.#append(this.#journal, index, digest))
      return undefined
    } catch {
      return 'unnoted'
    }
  }

  #append(journal: DigestJournal, index: number, digest: Bytes): Promise<void> {
    const noting = journal
      .append(index, digest)
      .then(() => {
        this.#noted.add(index)
      })
      .finally(() => this.#noting.delete(index))
    this.#noting.set(index, noting)
    return noting
  }

  async #read(index: number): Promise<Bytes> {
    const { start, end } = this.#shape.plaintextRange(index)
    const source = await this.#open()
    if (source === undefined) throw new Error('another file has its place now')
    return source.read(start, end - start)
  }

  /** What became shorter is another file now. */
  async #whyUnreadable(): Promise<SourceFailure> {
    const now = await this.#source?.fingerprint().catch(() => undefined)
    return now === undefined || now === this.#facts.fingerprint ? 'unreadable' : 'changed'
  }

  /** Undefined if another file has its place now. */
  async #open(): Promise<FileSource | undefined> {
    if (this.#source !== undefined) return this.#source
    if (this.#closed) return undefined
    const source = await this.#around.files.openSource(this.#facts.path)
    if (isProblem(source)) return undefined
    const same = (await source.fingerprint()) === this.#facts.fingerprint
    if (same && this.#source === undefined && !this.#closed) this.#source = source
    else await source.close()
    return same ? this.#source : undefined
  }
}
