import { SEGMENT_HEADER_BYTES, writeSegmentHeader } from '@chat-room/protocol'
import { type Bytes, concat, type Random } from '../bytes.ts'
import type { FileSecret, FileShape, SegmentSealer } from '../crypto/file-stream.ts'
import { sealTrailer } from '../crypto/file-trailer.ts'
import type { Identity } from '../crypto/identity.ts'
import type { FileSource, Files } from '../ports.ts'
import { isProblem } from './transfer-context.ts'

export type SourceFailure =
  /** It is not the file any more that was offered. */
  | 'changed'
  /** It became shorter, or its disk went. */
  | 'unreadable'

/** Which file it was when it was offered. */
export type SourceFacts = { readonly path: string; readonly fingerprint: string; readonly epoch: number }

type Keys = { readonly files: Files; readonly identity: Identity; readonly random: Random }

/** A file of this device as the relay wants it: sealed segments in their frames, and the trailer that vouches for them. */
export class SealedSource {
  readonly #facts: SourceFacts
  readonly #keys: Keys
  readonly #file: FileSecret
  readonly #shape: FileShape
  readonly #sealer: SegmentSealer
  #source: FileSource | undefined
  #closed = false
  /** Its nonce is random: made once, so that all receivers get the same. */
  #trailer: Bytes | undefined

  constructor(
    facts: SourceFacts,
    keys: Keys,
    file: FileSecret,
    shape: FileShape,
    sealer: SegmentSealer,
    source: FileSource,
  ) {
    this.#facts = facts
    this.#keys = keys
    this.#file = file
    this.#shape = shape
    this.#sealer = sealer
    this.#source = source
  }

  /** A frame of its own, ready to be sent. */
  async segment(index: number): Promise<Bytes | SourceFailure> {
    const { start, end } = this.#shape.plaintextRange(index)
    try {
      const source = await this.#open()
      if (source === undefined) return 'changed'
      const sealed = await this.#sealer.seal(
        index,
        await source.read(start, end - start),
        SEGMENT_HEADER_BYTES,
      )
      if (!sealed.ok) return 'changed'
      writeSegmentHeader(sealed.value, this.#file.fileId, index)
      return sealed.value
    } catch {
      return 'unreadable'
    }
  }

  /** To be asked for after the segments: what was not sealed by then is read now, for its digest alone. */
  async trailer(): Promise<Bytes | SourceFailure> {
    const { digests } = this.#sealer
    for (let index = 0; !digests.complete(); index += 1) {
      if (digests.has(index)) continue
      const sealed = await this.segment(index)
      if (typeof sealed === 'string') return sealed
    }
    try {
      // The digests vouch for what was read; only the fingerprint tells that it is one version of the file.
      const source = await this.#open()
      if (source === undefined || (await source.fingerprint()) !== this.#facts.fingerprint) return 'changed'
    } catch {
      return 'unreadable'
    }
    this.#trailer ??= await this.#sealTrailer()
    const frame = concat(new Uint8Array(SEGMENT_HEADER_BYTES), this.#trailer)
    writeSegmentHeader(frame, this.#file.fileId, this.#shape.segmentCount)
    return frame
  }

  /** Lets go of the file; it is opened again if it is wanted again. */
  async release(): Promise<void> {
    const source = this.#source
    this.#source = undefined
    await source?.close()
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.release()
  }

  async #sealTrailer(): Promise<Bytes> {
    const { size, segmentCount } = this.#shape
    const manifest = { epoch: this.#facts.epoch, size, segmentCount, root: await this.#sealer.digests.root() }
    return sealTrailer(this.#file, this.#keys.identity, manifest, this.#keys.random)
  }

  /** Undefined if another file has its place now. */
  async #open(): Promise<FileSource | undefined> {
    if (this.#source !== undefined) return this.#source
    if (this.#closed) return undefined
    const source = await this.#keys.files.openSource(this.#facts.path)
    if (isProblem(source)) return undefined
    const same = (await source.fingerprint()) === this.#facts.fingerprint
    if (same && this.#source === undefined && !this.#closed) this.#source = source
    else await source.close()
    return same ? this.#source : undefined
  }
}
