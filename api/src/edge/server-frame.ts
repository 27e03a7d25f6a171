import { OPCODE } from './frame-header.ts'
import { takeMemory } from './frame-memory.ts'

/**
 * Frames as a server sends them (RFC 6455 section 5.2): each a whole message, since we fragment nothing, and unmasked.
 */

const FIN = 0x80

/** What the header of a binary frame takes at most: so much must be free before its payload. */
export const FRONT_BYTES = 10

/**
 * A binary message whose payload lies where it was received or read: the header is written into the bytes before it.
 *
 * @param payload With `FRONT_BYTES` before it in its buffer, which are nobody else's.
 * @returns The frame, a view of the same buffer.
 */
export function frameInPlace({ buffer, byteOffset, length }: Uint8Array): Uint8Array {
  const start = headerLength(length)
  const frame = Buffer.from(buffer, byteOffset - start, start + length)
  writeHeader(frame, OPCODE.binary, length)
  return frame
}

/** A ping, a pong or a close frame, of at most 125 bytes (RFC 6455 section 5.5). */
export function encodeControlFrame(opcode: number, payload: Uint8Array): Buffer {
  const start = headerLength(payload.length)
  const frame = Buffer.allocUnsafe(start + payload.length)
  writeHeader(frame, opcode, payload.length)
  frame.set(payload, start)
  return frame
}

/** A text message as it goes over the wire to whoever gets it. */
export function encodeTextFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const start = headerLength(length)
  const frame = takeMemory(start + length)
  writeHeader(frame, OPCODE.text, length)
  // As long as its text: nothing but ASCII, which needs no encoding.
  frame.write(text, start, length === text.length ? 'latin1' : 'utf8')
  return frame
}

const headerLength = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10)

function writeHeader(target: Buffer, opcode: number, length: number): void {
  target[0] = FIN | opcode
  if (length < 126) {
    target[1] = length
  } else if (length < 65_536) {
    target[1] = 126
    target.writeUInt16BE(length, 2)
  } else {
    target[1] = 127
    target.writeBigUInt64BE(BigInt(length), 2)
  }
}
