import { KEY_BYTES } from './unmask.ts'

/** RFC 6455 section 11.8. */
export const OPCODE = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const

export type ClientHeader = {
  readonly fin: boolean
  readonly opcode: number
  /** Bytes of payload that follow. */
  readonly length: number
}

/** RFC 6455 section 5.5. */
export const CONTROL_BYTES = 125
/** Two bytes, at most eight of length, and the key. */
export const HEADER_BYTES_MAX = 10 + KEY_BYTES

const FIN = 0x80
const RESERVED = 0x70
const MASKED = 0x80
const KNOWN: ReadonlySet<number> = new Set(Object.values(OPCODE))

export const isControl = (opcode: number): boolean => (opcode & 0x8) !== 0

/** How long a header is whose first two bytes are known. */
export function headerBytes(second: number): number {
  const short = second & ~MASKED
  return (short < 126 ? 2 : short === 126 ? 4 : 10) + KEY_BYTES
}

/** A client's header, whole; undefined if it breaks RFC 6455 section 5.2, to the letter. */
export function decodeClientHeader(bytes: Buffer): ClientHeader | undefined {
  const [first = 0, second = 0] = bytes
  const fin = (first & FIN) !== 0
  const opcode = first & 0xf
  // No extension is ever negotiated; and whoever does not mask is no client (section 5.1).
  if ((first & RESERVED) !== 0 || !KNOWN.has(opcode) || (second & MASKED) === 0) return undefined
  const short = second & ~MASKED
  if (isControl(opcode) && (!fin || short > CONTROL_BYTES)) return undefined
  if (short < 126) return { fin, opcode, length: short }
  // The shortest form is the only one.
  if (short === 126) {
    const length = bytes.readUInt16BE(2)
    return length < 126 ? undefined : { fin, opcode, length }
  }
  const [high, low] = [bytes.readUInt32BE(2), bytes.readUInt32BE(6)]
  // Of 64 bits the first is zero. What is beyond exact numbers is beyond every limit, too.
  const length = high * 2 ** 32 + low
  return length < 65_536 || high >= 2 ** 31 ? undefined : { fin, opcode, length }
}
