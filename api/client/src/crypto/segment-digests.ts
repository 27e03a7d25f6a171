import { type Bytes, equalBytes } from '../bytes.ts'
import { sha256 } from './hash.ts'

/** Of SHA-256: enough against a second preimage, and half the memory. */
export const DIGEST_BYTES = 16
const UNKNOWN = new Uint8Array(DIGEST_BYTES)

/** What is known of a file's ciphertext: one digest a segment, 6.5 MB for 100 GiB. */
export type SegmentDigests = {
  /** All of them in order, zeros where none is known; the live bytes, to be kept for a resume. */
  readonly bytes: Bytes
  has(index: number): boolean
  /** Of this segment, as it was noted; zeros if it was not. A view. */
  of(index: number): Bytes
  /** Whether every segment's is known. */
  complete(): boolean
  /** Notes a digest. `false` if another one is known: this is not the segment that was there before. */
  note(index: number, digest: Bytes): boolean
  /** SHA-256 over all of them: what a trailer vouches for. */
  root(): Promise<Bytes>
}

/*
 * The segments' AEAD tags would cost nothing, but AES-GCM does not bind a key's holder: whoever knows the file's key can
 * make another segment with the same tag, so a root over tags would let any member who works with the server change a
 * file under its sender's signature.
 */
export const digestSegment = async (ciphertext: Bytes): Promise<Bytes> =>
  (await sha256(ciphertext)).subarray(0, DIGEST_BYTES)

/** `saved` is what an earlier one's `bytes` held. */
export function createSegmentDigests(segmentCount: number, saved?: Uint8Array): SegmentDigests {
  const bytes = new Uint8Array(segmentCount * DIGEST_BYTES)
  if (saved !== undefined) {
    if (saved.length !== bytes.length) throw new RangeError('saved digests of another file')
    bytes.set(saved)
  }
  const of = (index: number): Bytes => bytes.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES)
  const has = (index: number): boolean => !equalBytes(of(index), UNKNOWN)
  let known = 0
  if (saved !== undefined) {
    for (let index = 0; index < segmentCount; index += 1) if (has(index)) known += 1
  }

  return {
    bytes,
    has,
    of,
    complete: () => known === segmentCount,
    note(index, digest) {
      if (has(index)) return equalBytes(of(index), digest)
      bytes.set(digest, index * DIGEST_BYTES)
      known += 1
      return true
    },
    root() {
      if (known < segmentCount) throw new Error('a root needs every segment')
      return sha256(bytes)
    },
  }
}
