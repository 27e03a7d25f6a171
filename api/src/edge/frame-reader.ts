import { isUtf8 } from 'node:buffer'
import {
  type ClientHeader,
  CONTROL_BYTES,
  decodeClientHeader,
  HEADER_BYTES_MAX,
  headerBytes,
  isControl,
  OPCODE,
} from './frame-header.ts'
import { KEY_BYTES, unmask } from './unmask.ts'

/** RFC 6455 section 7.4.1: what we close with when the frames themselves are wrong. */
const BROKEN = { protocol: 1002, utf8: 1007, policy: 1008, tooLarge: 1009 } as const
export type Broken = (typeof BROKEN)[keyof typeof BROKEN]

export type FrameLimits = {
  /** Bytes of a text message. */
  readonly text: number
  /** Bytes of a binary message. */
  readonly binary: number
}

/** Who hears what was read, in the order in which it came. */
export interface FrameSink {
  /**
   * An array of at least `length` bytes, into which a binary message is read. Asked again with more for a message in
   * fragments that outgrows it. Undefined: the message is skipped.
   */
  place(length: number): Uint8Array | undefined
  binary(bytes: Uint8Array): void
  text(text: string): void
  ping(payload: Uint8Array): void
  pong(): void
  /** The client's close frame; its code is 1005 if it has none. */
  closed(code: number): void
  /** Nothing is read any more: what follows cannot be told apart. */
  broken(code: Broken): void
}

/** A message in more fragments is refused (P14): none of our clients makes that many of a segment. */
const FRAGMENTS = 64

/** What a close frame may say (RFC 6455 section 7.4); 1004 to 1006 and 1015 are never sent. */
const isCloseCode = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && !(code >= 1004 && code <= 1006)) || (code >= 3000 && code <= 4999)

/**
 * Takes a client's byte stream apart (RFC 6455 section 5). Payload is unmasked straight into the place where its message
 * is wanted, while it arrives: nothing is gathered, nothing allocated for a piece, and a message in ever so many pieces
 * costs no more than its bytes.
 */
export class FrameReader {
  readonly #sink: FrameSink
  readonly #limits: FrameLimits

  readonly #head = Buffer.alloc(HEADER_BYTES_MAX)
  /** Bytes of a header that is not whole yet. */
  #headBytes = 0

  /** The frame whose payload is being read, and how much of that is to come. */
  #frame: ClientHeader | undefined
  #left = 0
  readonly #key = Buffer.alloc(KEY_BYTES)

  /** The message in progress: control frames may come between its fragments. */
  #opcode: number | undefined
  #place: Uint8Array | undefined
  #filled = 0
  #fragments = 0
  /** What the last segment took: the next one is most likely as long. */
  #usual = 0

  readonly #control = Buffer.alloc(CONTROL_BYTES)
  #controlFilled = 0
  #isOver = false
  #payloadBytes = 0

  constructor(sink: FrameSink, limits: FrameLimits) {
    this.#sink = sink
    this.#limits = limits
  }

  /** Whether a message has begun and not ended. */
  get isAmidMessage(): boolean {
    return this.#opcode !== undefined
  }

  /** Of messages, read so far; control frames move nothing. */
  get payloadBytes(): number {
    return this.#payloadBytes
  }

  /**
   * @param goesOn Asked after every frame; if not, the rest of the chunk is to be read later.
   * @returns how many bytes of the chunk were read.
   */
  read(chunk: Uint8Array, goesOn: () => boolean = () => true): number {
    let at = 0
    while (at < chunk.length && !this.#isOver) {
      at +=
        this.#frame === undefined ? this.#readHeader(chunk, at) : this.#readPayload(chunk, at, this.#frame)
      if (this.#frame === undefined && this.#headBytes === 0 && !goesOn()) break
    }
    return this.#isOver ? chunk.length : at
  }

  /** How many bytes it used. */
  #readHeader(chunk: Uint8Array, from: number): number {
    const head = this.#head
    let at = from
    while (at < chunk.length) {
      head[this.#headBytes++] = chunk[at++] ?? 0
      if (this.#headBytes < 2 || this.#headBytes < headerBytes(head[1] ?? 0)) continue
      this.#begin(head.subarray(0, this.#headBytes))
      this.#headBytes = 0
      break
    }
    return at - from
  }

  #begin(head: Buffer): void {
    const frame = decodeClientHeader(head)
    if (frame === undefined) {
      this.#break(BROKEN.protocol)
      return
    }
    head.copy(this.#key, 0, head.length - KEY_BYTES)
    if (isControl(frame.opcode)) this.#controlFilled = 0
    else if (!this.#beginData(frame)) return
    this.#left = frame.length
    if (frame.length > 0) this.#frame = frame
    else this.#end(frame)
  }

  #beginData(frame: ClientHeader): boolean {
    const isFirst = frame.opcode !== OPCODE.continuation
    if (isFirst === this.isAmidMessage) return this.#break(BROKEN.protocol)
    if (isFirst) {
      this.#opcode = frame.opcode
      this.#filled = 0
      this.#fragments = 0
    }
    if (++this.#fragments > FRAGMENTS) return this.#break(BROKEN.policy)
    const limit = this.#opcode === OPCODE.text ? this.#limits.text : this.#limits.binary
    const length = this.#filled + frame.length
    if (length > limit) return this.#break(BROKEN.tooLarge)
    if (isFirst) this.#place = this.#takePlace(frame.fin ? length : Math.max(length, this.#usual))
    else if (this.#place !== undefined && length > this.#place.length) this.#grow(Math.min(2 * length, limit))
    return true
  }

  #takePlace(length: number): Uint8Array | undefined {
    return this.#opcode === OPCODE.text ? Buffer.allocUnsafe(length) : this.#sink.place(length)
  }

  #grow(length: number): void {
    const larger = this.#takePlace(length)
    if (this.#place !== undefined) larger?.set(this.#place.subarray(0, this.#filled))
    this.#place = larger
  }

  /** How many bytes it used. */
  #readPayload(chunk: Uint8Array, from: number, frame: ClientHeader): number {
    const length = Math.min(this.#left, chunk.length - from)
    const piece = from === 0 && length === chunk.length ? chunk : chunk.subarray(from, from + length)
    if (isControl(frame.opcode)) {
      unmask(piece, this.#key, this.#control, this.#controlFilled)
      this.#controlFilled += length
    } else {
      if (this.#place !== undefined) unmask(piece, this.#key, this.#place, this.#filled)
      this.#filled += length
      this.#payloadBytes += length
    }
    this.#turnKey(length)
    this.#left -= length
    if (this.#left === 0) this.#end(frame)
    return length
  }

  /** The next piece of the payload begins with another byte of the key. */
  #turnKey(by: number): void {
    const turn = by % KEY_BYTES
    if (turn === 0) return
    const key = this.#key
    const [a = 0, b = 0, c = 0, d = 0] = key
    const twice = [a, b, c, d, a, b, c]
    for (let at = 0; at < KEY_BYTES; at++) key[at] = twice[turn + at] ?? 0
  }

  #end(frame: ClientHeader): void {
    this.#frame = undefined
    if (isControl(frame.opcode))
      this.#endControl(frame.opcode, this.#control.subarray(0, this.#controlFilled))
    else if (frame.fin) this.#endMessage()
  }

  #endMessage(): void {
    const opcode = this.#opcode
    const bytes = this.#place === undefined ? undefined : this.#fitting(this.#place)
    this.#opcode = undefined
    this.#place = undefined
    if (bytes === undefined) return
    if (opcode === OPCODE.binary) {
      this.#usual = bytes.length
      this.#sink.binary(bytes)
    } else if (isUtf8(bytes)) {
      this.#sink.text(textOf(bytes))
    } else {
      this.#break(BROKEN.utf8)
    }
  }

  /**
   * A little in a large place is copied into one of its own: whoever keeps it would keep all of the place, a megabyte for
   * twenty bytes.
   */
  #fitting(place: Uint8Array): Uint8Array | undefined {
    const bytes = place.length === this.#filled ? place : place.subarray(0, this.#filled)
    if (place.length <= 2 * bytes.length) return bytes
    const own = this.#takePlace(bytes.length)
    own?.set(bytes)
    return own
  }

  #endControl(opcode: number, payload: Buffer): void {
    if (opcode === OPCODE.ping) this.#sink.ping(payload)
    else if (opcode === OPCODE.pong) this.#sink.pong()
    else this.#endClose(payload)
  }

  /** RFC 6455 section 5.5.1: a code, if any, and words in UTF-8. */
  #endClose(payload: Buffer): void {
    const code = payload.length === 0 ? 1005 : payload.length === 1 ? 0 : payload.readUInt16BE(0)
    if (payload.length > 0 && !isCloseCode(code)) this.#break(BROKEN.protocol)
    else if (!isUtf8(payload.subarray(2))) this.#break(BROKEN.utf8)
    else this.#over(() => this.#sink.closed(code))
  }

  #break(code: Broken): false {
    this.#over(() => this.#sink.broken(code))
    return false
  }

  /** Whatever follows has no meaning (RFC 6455 sections 7.1.6 and 7.1.7). */
  #over(tell: () => void): void {
    this.#isOver = true
    this.#place = undefined
    tell()
  }
}

const textOf = ({ buffer, byteOffset, length }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, length).toString()
