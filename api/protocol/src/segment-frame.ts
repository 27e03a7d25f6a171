import { failure, ok, type Result } from './result.ts'

/**
 * A binary frame: version 1 ‖ transfer 16 ‖ index 4 (big-endian) ‖ ciphertext. Header and body go to receivers as they
 * came, so that the relay can pass frames on without building them again.
 */
export const SEGMENT_HEADER_BYTES = 21
const VERSION = 1

export type SegmentFrame = {
  /** 16 bytes. */
  readonly transfer: Uint8Array
  /** Position in the transfer; the trailer's is one past the last segment's. */
  readonly index: number
  /** A view into the frame: no copy was made. */
  readonly ciphertext: Uint8Array
}

export type FrameProblem = 'too-short' | 'unknown-version'

/** Writes the header to the front of `frame`, which holds the ciphertext from byte 21 on. */
export function writeSegmentHeader(frame: Uint8Array, transfer: Uint8Array, index: number): void {
  frame[0] = VERSION
  frame.set(transfer, 1)
  new DataView(frame.buffer, frame.byteOffset).setUint32(17, index)
}

export function encodeSegmentFrame({ transfer, index, ciphertext }: SegmentFrame): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(SEGMENT_HEADER_BYTES + ciphertext.length)
  writeSegmentHeader(frame, transfer, index)
  frame.set(ciphertext, SEGMENT_HEADER_BYTES)
  return frame
}

export function decodeSegmentFrame(frame: Uint8Array): Result<SegmentFrame, FrameProblem> {
  if (frame.length <= SEGMENT_HEADER_BYTES) return failure('too-short')
  if (frame[0] !== VERSION) return failure('unknown-version')
  return ok({
    transfer: frame.subarray(1, 17),
    index: new DataView(frame.buffer, frame.byteOffset).getUint32(17),
    ciphertext: frame.subarray(SEGMENT_HEADER_BYTES),
  })
}
