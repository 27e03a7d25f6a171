import type { Bytes } from '../../bytes.ts'
import {
  createSegmentOpener,
  type FileSecret,
  type FileShape,
  type SegmentOpener,
} from '../../crypto/file-stream.ts'
import { verifyTrailer } from '../../crypto/file-trailer.ts'
import type { PublicIdentity } from '../../crypto/identity.ts'
import { freeMemory } from '../../free-memory.ts'
import type { FileSink } from '../../ports.ts'
import { ByteBudget, IN_HAND } from '../byte-budget.ts'
import type { DigestJournal } from '../kept/digest-journal.ts'
import { WantWindow } from './want-window.ts'

export type IncomingFailure =
  /** A segment, or the trailer, is not what its sender sealed, twice. */
  | 'damaged'
  /** The disk does not take it. */
  | 'unwritable'

export const INCOMING_FAILURES: Readonly<Record<IncomingFailure, string>> = {
  damaged: 'what arrived is not what was sent; it was discarded',
  unwritable: 'it cannot be written here; what had arrived was discarded',
}

export type IncomingParts = {
  readonly file: FileSecret
  readonly shape: FileShape
  /** Whose signature the trailer must bear, and under which epoch. */
  readonly sender: PublicIdentity
  readonly epoch: number
  /** Where it is noted what lies in the buffer. */
  readonly journal: DigestJournal | undefined
}

export type OpenBuffer = {
  readonly sink: FileSink
  /** Of the segments that lie in it. */
  readonly digests?: Bytes
  /** Resolves when a later process would know it again: before that, or if it rejects, nothing is written. */
  readonly known?: Promise<void>
}

/** A file that arrives: verified segment by segment, written in the order of arrival, vouched for by its trailer. */
export class IncomingFile {
  readonly window: WantWindow
  readonly #parts: IncomingParts
  readonly #sink: FileSink
  readonly #opener: SegmentOpener
  readonly #budget: ByteBudget
  /** Of this file alone: a disk that is slow to take it keeps no other file waiting. */
  readonly #unwritten = new ByteBudget(IN_HAND)
  /** Failed once: the next time is the last. */
  readonly #suspects = new Set<number>()
  readonly #known: Promise<void> | undefined
  #trailer: Bytes | undefined
  #writing: Promise<void> = Promise.resolve()
  #noting: Promise<void> = Promise.resolve()

  private constructor(
    parts: IncomingParts,
    { sink, known }: OpenBuffer,
    opener: SegmentOpener,
    window: WantWindow,
    budget: ByteBudget,
  ) {
    this.#parts = parts
    this.#sink = sink
    this.#known = known
    this.#opener = opener
    this.window = window
    this.#budget = budget
  }

  /** `windowSegments` may be in memory at once. */
  static async open(
    parts: IncomingParts,
    buffer: OpenBuffer,
    windowSegments: number,
    budget: ByteBudget,
  ): Promise<IncomingFile> {
    const { file, shape } = parts
    const { digests } = buffer
    const opener = await createSegmentOpener(file, shape, digests)
    const window = new WantWindow(shape.segmentCount + 1, windowSegments)
    if (digests !== undefined) {
      for (let index = 0; index < shape.segmentCount; index += 1) {
        if (opener.digests.has(index)) window.keep(index)
      }
    }
    return new IncomingFile(parts, buffer, opener, window, budget)
  }

  /** Of a segment that `window.arrived`. `again`: it is damaged, and wanted once more. */
  async take(index: number, ciphertext: Bytes): Promise<'kept' | 'again' | IncomingFailure> {
    if (index === this.#parts.shape.segmentCount) {
      // A copy: the frame it lies in would be held until the end.
      this.#trailer = ciphertext.slice()
      this.window.keep(index)
      return 'kept'
    }
    const { length } = ciphertext
    const before = this.#writing
    const written = this.#unwritten.spend(length, () =>
      this.#write(
        index,
        this.#budget.spend(length, () => this.#open(index, ciphertext)),
        before,
      ),
    )
    this.#writing = written.then(() => undefined)
    const outcome = await written
    if (outcome === 'kept') {
      this.window.keep(index)
      this.#note(index)
    }
    return outcome === 'damaged' ? this.#suspect(index) : outcome
  }

  /** Of a file that is complete. `again`: its trailer is wrong, and wanted once more. */
  async verify(): Promise<'verified' | 'again' | IncomingFailure> {
    const { file, shape, sender, epoch } = this.#parts
    const { size, segmentCount } = shape
    const manifest = { epoch, size, segmentCount, root: await this.#opener.digests.root() }
    const verdict = await verifyTrailer(file, sender, manifest, this.#trailer ?? new Uint8Array(0))
    return verdict.ok ? 'verified' : this.#suspect(segmentCount)
  }

  /** Of a file that is verified. */
  async finish(): ReturnType<FileSink['finish']> {
    const { journal, shape } = this.#parts
    await this.#noting
    // Without it, a process that dies between this and the next line costs a second fetch.
    await journal?.appendVerified(shape.segmentCount).catch(() => undefined)
    return this.#sink.finish()
  }

  async discard(): Promise<void> {
    await this.#writing
    await this.#noting
    await this.#sink.discard()
  }

  /** Leaves the buffer, and what is noted of it, to a later process. */
  async keep(): Promise<void> {
    await this.#writing
    await this.#noting
    await this.#sink.keep()
  }

  /** What cannot be noted is fetched again by a later process, and that is all. */
  #note(index: number): void {
    const noted = this.#parts.journal?.append(index, this.#opener.digests.of(index)).catch(() => undefined)
    if (noted !== undefined) this.#noting = Promise.all([this.#noting, noted]).then(() => undefined)
  }

  /** The frame that it came in is of no use to anybody any more. */
  #open(index: number, ciphertext: Bytes): ReturnType<SegmentOpener['open']> {
    const opened = this.#opener.open(index, ciphertext)
    freeMemory(ciphertext)
    return opened
  }

  async #write(
    index: number,
    opening: ReturnType<SegmentOpener['open']>,
    before: Promise<void>,
  ): Promise<'kept' | 'damaged' | 'unwritable'> {
    try {
      const opened = await opening
      await before
      await this.#known
      if (!opened.ok) return 'damaged'
      // A segment of padding alone has nothing to write.
      if (opened.value.length > 0) {
        await this.#sink.write(this.#parts.shape.plaintextRange(index).start, opened.value)
        freeMemory(opened.value)
      }
      return 'kept'
    } catch {
      return 'unwritable'
    }
  }

  #suspect(index: number): 'again' | 'damaged' {
    this.window.lose(index)
    if (this.#suspects.has(index)) return 'damaged'
    this.#suspects.add(index)
    return 'again'
  }
}
