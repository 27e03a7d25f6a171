import { windowOf } from '@chat-room/protocol'
import type { Bytes } from '../../bytes.ts'
import { createSegmentSealer } from '../../crypto/file-stream.ts'
import { DIGEST_BYTES } from '../../crypto/segment-digests.ts'
import type { FileSink, IncomingName } from '../../ports.ts'
import { checkContent } from '../kept/content-check.ts'
import type { DigestJournal } from '../kept/digest-journal.ts'
import type { SavedDownload } from '../kept/saved-transfers.ts'
import { isProblem, journalOf, type Problem, type TransferContext } from '../transfer-context.ts'
import { IncomingFile, type IncomingParts, type OpenBuffer } from './incoming-file.ts'

export type Opened = { readonly file: IncomingFile; readonly resumed: boolean }

/** While what an earlier process left is compared with what that noted. */
export type Checking = {
  /** A segment is there. */
  found(index: number): void
  goesOn(): boolean
}

/** Where an incoming file is put together: found again or made, kept for a later process, discarded. */
export class IncomingBuffer {
  readonly #context: TransferContext
  readonly #incoming: IncomingName
  readonly #parts: Omit<IncomingParts, 'journal'>
  readonly #journal: DigestJournal | undefined
  #place: string | undefined
  #checking = false
  #clearing = false
  #settling: Promise<void> = Promise.resolve()

  /** `left`: an earlier process saved it. */
  constructor(
    context: TransferContext,
    incoming: IncomingName,
    parts: Omit<IncomingParts, 'journal'>,
    journalName: string,
    left: Pick<SavedDownload, 'place'> | undefined,
  ) {
    this.#context = context
    this.#incoming = incoming
    this.#parts = parts
    // A single segment is fetched again as fast as it is looked up.
    const isWorthIt = parts.shape.segmentCount > 1
    this.#journal = isWorthIt ? journalOf(context, journalName, left !== undefined) : undefined
    this.#place = left?.place
  }

  /** What `reopenSink` finds it by, while it exists. */
  get place(): string | undefined {
    return this.#place
  }

  /** Something of it lies on this device. */
  get remains(): boolean {
    return this.#place !== undefined || this.#clearing
  }

  get checking(): boolean {
    return this.#checking
  }

  /** `finished`: an earlier process gave it its final name, and could not say so any more. */
  async open(checking: Checking): Promise<Opened | Problem | 'finished'> {
    await this.#settling
    const left = await this.#reopen(checking)
    if (left === 'finished') return left
    const buffer = left ?? (await this.#create())
    if (isProblem(buffer)) return buffer
    const { opening } = this.#context
    const parts = { ...this.#parts, journal: this.#journal }
    const window = windowOf(this.#parts.shape.segmentSize)
    return { file: await IncomingFile.open(parts, buffer, window, opening), resumed: left !== undefined }
  }

  /** It has its final name: nothing is left. What tells a later process so goes when that is saved. */
  finished(): void {
    this.#place = undefined
    this.#clearing = true
    this.#settle(async () => {
      await this.#context.saved()
      await this.#journal?.clear()
      this.#clearing = false
      this.#context.changed()
    })
  }

  /**
   * `file`: what `open` gave. Without one, what an earlier process left. It goes when it is saved that it is over. Where that
   * cannot be saved it goes too: a full disk gets its room back, and the worst is that a later process fetches it anew.
   */
  discard(file: IncomingFile | undefined): void {
    this.#settle(async () => {
      await this.#context.saved().catch(() => undefined)
      const sink = file ?? (await this.#find())
      await sink?.discard()
      await this.#journal?.clear()
      this.#place = undefined
      this.#context.changed()
    })
  }

  keep(file: IncomingFile | undefined): void {
    this.#settle(async () => {
      await file?.keep()
      await this.#journal?.release()
    })
  }

  /** Resolves when what was begun with it is done. */
  settled(): Promise<void> {
    return this.#settling
  }

  /** A buffer that cannot be deleted is the platform's to show, and tried again by the next process. */
  #settle(act: () => Promise<void>): void {
    this.#settling = this.#settling.then(act).catch(() => undefined)
  }

  async #find(): Promise<FileSink | undefined> {
    if (this.#place === undefined) return undefined
    const sink = await this.#context.files.reopenSink(this.#incoming, this.#place)
    return isProblem(sink) ? undefined : sink
  }

  async #create(): Promise<OpenBuffer | Problem> {
    // What was noted of an earlier buffer is not true of this one.
    await this.#journal?.clear()
    try {
      const sink = await this.#context.files.createSink(this.#incoming, place => this.#lieAt(place))
      if (!isProblem(sink)) {
        const known = this.#lieAt(sink.place)
        // Whoever writes learns of it; until somebody does, nothing is lost.
        known.catch(() => undefined)
        return { sink, known }
      }
      this.#nowhere()
      return sink
    } catch (error) {
      this.#nowhere()
      throw error
    }
  }

  /** Resolves when a later process would look there. */
  #lieAt(place: string): Promise<void> {
    this.#place = place
    return this.#context.saved()
  }

  #nowhere(): void {
    this.#place = undefined
    this.#context.changed()
  }

  /** Undefined: there is none. What differs in it, or is missing, is a gap like any other. */
  async #reopen(checking: Checking): Promise<OpenBuffer | 'finished' | undefined> {
    if (this.#place === undefined) return undefined
    const sink = await this.#find()
    try {
      return await this.#lookThrough(sink, checking)
    } catch (error) {
      await sink?.keep()
      throw error
    }
  }

  async #lookThrough(
    sink: FileSink | undefined,
    checking: Checking,
  ): Promise<OpenBuffer | 'finished' | undefined> {
    const { shape } = this.#parts
    const noted = await this.#journal?.read(shape.segmentCount)
    if (sink === undefined) return noted?.verified === true ? 'finished' : undefined
    if (noted === undefined) return { sink }
    this.#checking = true
    try {
      return { sink, digests: await this.#compare(sink, noted.digests, checking) }
    } finally {
      this.#checking = false
    }
  }

  /** The digests of what is there, as far as it was looked at. */
  async #compare(sink: FileSink, noted: Bytes, { found, goesOn }: Checking): Promise<Bytes> {
    const { file, shape } = this.#parts
    const digests = new Uint8Array(noted.length)
    await checkContent({
      sealer: await createSegmentSealer(file, shape, noted),
      shape,
      budget: this.#context.checking,
      async read(index) {
        const { start, end } = shape.plaintextRange(index)
        // A segment of padding alone has nothing to read.
        return start === end ? new Uint8Array(0) : sink.read(start, end - start)
      },
      visit(index, isSame) {
        if (isSame) {
          const start = index * DIGEST_BYTES
          digests.set(noted.subarray(start, start + DIGEST_BYTES), start)
          found(index)
        }
        return goesOn()
      },
    })
    return digests
  }
}
