/** WebSocket frames as a client builds them (RFC 6455 section 5). */

export const OPCODE = { text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const

const FIN = 0x80
const MASKED = 0x80

/** The same for every frame. Not zero: that would spare a server the unmasking, which no browser does. */
const MASK = [0x37, 0xfa, 0x21, 0x3d] as const

/** Masks a part of a payload, or unmasks it; `offset` is the part's place in the payload. In place. */
export function applyMask(bytes: Buffer, offset: number): Buffer {
  for (let at = 0; at < bytes.length; at++) bytes[at] = (bytes[at] ?? 0) ^ (MASK[(offset + at) & 3] ?? 0)
  return bytes
}

/** The header of a whole message, whose payload has to be masked. */
export function clientHeader(opcode: number, length: number): Buffer {
  const bytes = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const header = Buffer.alloc(bytes + MASK.length)
  header[0] = FIN | opcode
  if (bytes === 2) {
    header[1] = MASKED | length
  } else if (bytes === 4) {
    header[1] = MASKED | 126
    header.writeUInt16BE(length, 2)
  } else {
    header[1] = MASKED | 127
    header.writeBigUInt64BE(BigInt(length), 2)
  }
  header.set(MASK, bytes)
  return header
}

export function clientFrame(opcode: number, payload: Buffer): Buffer {
  return Buffer.concat([clientHeader(opcode, payload.length), applyMask(Buffer.from(payload), 0)])
}

export const textFrame = (text: string): Buffer => clientFrame(OPCODE.text, Buffer.from(text))

export type FrameSink = {
  /** A text or control frame, whole. */
  whole(opcode: number, payload: Buffer): void
  /** The next piece of a binary frame of `length` bytes: nothing is gathered, so that large frames cost no copy. */
  piece(piece: Buffer, offset: number, length: number): void
}

/** Takes a server's byte stream apart. Servers here fragment nothing. */
export class FrameReader {
  readonly #sink: FrameSink
  #rest: Buffer | undefined
  #binary: { readonly length: number; offset: number } | undefined

  constructor(sink: FrameSink) {
    this.#sink = sink
  }

  read(chunk: Buffer): void {
    let bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk])
    this.#rest = undefined
    while (bytes.length > 0) {
      const used = this.#binary === undefined ? this.#frame(bytes) : this.#piece(bytes, this.#binary)
      if (used === 0) {
        this.#rest = bytes
        return
      }
      bytes = bytes.subarray(used)
    }
  }

  /** How many bytes it used: none if more have to come first. */
  #frame(bytes: Buffer): number {
    if (bytes.length < 2) return 0
    const opcode = (bytes[0] ?? 0) & 0xf
    const short = (bytes[1] ?? 0) & 0x7f
    const start = short < 126 ? 2 : short === 126 ? 4 : 10
    if (bytes.length < start) return 0
    const length =
      start === 2 ? short : start === 4 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
    if (opcode === OPCODE.binary && length > 0) {
      this.#binary = { length, offset: 0 }
      return start
    }
    if (bytes.length < start + length) return 0
    this.#sink.whole(opcode, bytes.subarray(start, start + length))
    return start + length
  }

  #piece(bytes: Buffer, binary: { readonly length: number; offset: number }): number {
    const { length, offset } = binary
    const piece = bytes.subarray(0, length - offset)
    binary.offset += piece.length
    if (binary.offset === length) this.#binary = undefined
    this.#sink.piece(piece, offset, length)
    return piece.length
  }
}
