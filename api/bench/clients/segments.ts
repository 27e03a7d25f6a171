import { randomBytes } from 'node:crypto'
import { LIMITS, SEGMENT_HEADER_BYTES, writeSegmentHeader } from '@chat-room/protocol'
import { applyMask, clientHeader, OPCODE } from './frames.ts'
import type { RawSocket } from './raw-socket.ts'

/** A file as one who cannot open it sees it: every segment has the same bytes, told apart by their numbers. */
export type SegmentFile = {
  readonly transfer: Buffer
  /** Without the trailer, whose number comes after the last one's. */
  readonly segments: number
  /** Of one segment. */
  readonly segmentBytes: number
}

const BODY = randomBytes(LIMITS.segmentBytesMax)
const TRAILER = BODY.subarray(0, LIMITS.trailerBytes)
/** Masked once for all: on the load's side a segment costs no more than its TLS. */
const MASKED_BODY = applyMask(Buffer.from(BODY), SEGMENT_HEADER_BYTES)
const MASKED_TRAILER = MASKED_BODY.subarray(0, TRAILER.length)

export function createSegmentFile(
  mebibytes: number,
  segmentBytes: number = LIMITS.segmentBytes,
): SegmentFile {
  const segments = Math.ceil((mebibytes * 1024 * 1024) / segmentBytes)
  return { transfer: randomBytes(16), segments, segmentBytes }
}

/** Writes one segment; false when the socket's buffer is full. */
export function sendSegment(socket: RawSocket, file: SegmentFile, index: number): boolean {
  const body = index === file.segments ? MASKED_TRAILER : MASKED_BODY.subarray(0, file.segmentBytes)
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES)
  writeSegmentHeader(header, file.transfer, index)
  const frame = clientHeader(OPCODE.binary, header.length + body.length)
  return socket.sendParts(Buffer.concat([frame, applyMask(header, 0)]), body)
}

/** Checks what arrives, without gathering it: the segments in their order, every byte of each. */
export class SegmentCheck {
  readonly #file: SegmentFile
  readonly #body: Buffer
  readonly #header = Buffer.alloc(SEGMENT_HEADER_BYTES)
  #next = 0

  constructor(file: SegmentFile) {
    this.#file = file
    this.#body = BODY.subarray(0, file.segmentBytes)
  }

  /** How many segments are whole. */
  get received(): number {
    return this.#next
  }

  /** All, and the trailer. */
  get complete(): boolean {
    return this.#next === this.#file.segments + 1
  }

  piece(piece: Buffer, offset: number, length: number): void {
    const inHeader = Math.min(Math.max(SEGMENT_HEADER_BYTES - offset, 0), piece.length)
    piece.copy(this.#header, offset, 0, inHeader)
    const body = this.#next === this.#file.segments ? TRAILER : this.#body
    if (length !== SEGMENT_HEADER_BYTES + body.length)
      throw new Error(`segment ${this.#next} has a wrong length`)
    const from = Math.max(offset - SEGMENT_HEADER_BYTES, 0)
    if (body.compare(piece, inHeader, piece.length, from, from + piece.length - inHeader) !== 0) {
      throw new Error(`segment ${this.#next} was changed on its way`)
    }
    if (offset + piece.length === length) this.#whole()
  }

  #whole(): void {
    const index = this.#header.readUInt32BE(17)
    const isOurs = this.#header.subarray(1, 17).equals(this.#file.transfer)
    if (!isOurs || index !== this.#next) throw new Error(`segment ${index} came when ${this.#next} was next`)
    this.#next++
  }
}
