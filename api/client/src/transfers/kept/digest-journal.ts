import { type Bytes, concat, encodeU32, readU32 } from '../../bytes.ts'
import { DIGEST_BYTES } from '../../crypto/segment-digests.ts'
import type { Journal } from '../../ports.ts'

/** index 4 (big-endian) ‖ digest of that segment's ciphertext 16 */
const RECORD_BYTES = 4 + DIGEST_BYTES

/** By name; whoever has it keeps transfers over the death of this process. */
export type OpenJournal = (name: string) => Promise<Journal>

/** What an earlier process noted. */
export type Noted = {
  /** As `SegmentDigests.bytes`. */
  readonly digests: Bytes
  /** Whether the whole was noted as verified. */
  readonly verified: boolean
}

/**
 * Which segments of a file left this device, or are safe on it, by the digests of their ciphertext: what a later process
 * compares with the file before it goes on. Opened when there is something to note or to read.
 */
export class DigestJournal {
  readonly #openNamed: () => Promise<Journal>
  /** There may be something to delete. */
  #exists: boolean
  #journal: Promise<Journal> | undefined
  /** Bytes that a record which a dying process left half-written lacks: those behind it must be found. */
  #lacking = 0
  #filling: Promise<void> | undefined

  /** `exists`: an earlier process may have written it. */
  constructor(open: () => Promise<Journal>, exists: boolean) {
    this.#openNamed = open
    this.#exists = exists
  }

  async read(segmentCount: number): Promise<Noted> {
    const bytes = this.#exists ? await (await this.#open()).read() : new Uint8Array(0)
    const torn = bytes.length % RECORD_BYTES
    this.#lacking = torn === 0 ? 0 : RECORD_BYTES - torn
    const digests = new Uint8Array(segmentCount * DIGEST_BYTES)
    let verified = false
    for (let at = 0; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES) {
      const index = readU32(bytes, at)
      const digest = bytes.subarray(at + 4, at + RECORD_BYTES)
      if (index === segmentCount) verified = true
      // Zeros are filler. A later one counts: what was half-written is noted again, and so is what was fetched again.
      else if (index < segmentCount && digest.some(byte => byte !== 0))
        digests.set(digest, index * DIGEST_BYTES)
    }
    return { digests, verified }
  }

  /** Resolves when it survives the death of this process. */
  async append(index: number, digest: Bytes): Promise<void> {
    const journal = await this.#open()
    if (this.#lacking > 0) await this.#fill(journal)
    await journal.append(concat(encodeU32(index), digest))
  }

  /** To be said before the buffer gets its final name: a buffer that is gone then is not fetched again. */
  appendVerified(segmentCount: number): Promise<void> {
    return this.append(segmentCount, new Uint8Array(DIGEST_BYTES))
  }

  async clear(): Promise<void> {
    if (!this.#exists) return
    const journal = await this.#open()
    this.#journal = undefined
    await journal.clear()
    this.#exists = false
    this.#lacking = 0
  }

  /** Lets go of it; it is opened again if it is needed again. */
  async release(): Promise<void> {
    const journal = this.#journal
    this.#journal = undefined
    await (await journal)?.release()
  }

  /** Before any record, which may get through where this did not: then it is tried again. */
  #fill(journal: Journal): Promise<void> {
    this.#filling ??= journal
      .append(new Uint8Array(this.#lacking))
      .then(() => {
        this.#lacking = 0
      })
      .finally(() => {
        this.#filling = undefined
      })
    return this.#filling
  }

  #open(): Promise<Journal> {
    this.#exists = true
    if (this.#journal === undefined) {
      const opening = this.#openNamed()
      this.#journal = opening
      opening.catch(() => {
        if (this.#journal === opening) this.#journal = undefined
      })
    }
    return this.#journal
  }
}
