/** Bytes that WebCrypto takes without a copy: never backed by shared memory. */
export type Bytes = Uint8Array<ArrayBuffer>

/** The source of every random byte that the client core draws: an argument, so that vectors can be reproduced. */
export type Random = (length: number) => Bytes

export function concat(...parts: readonly Uint8Array[]): Bytes {
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** In time that depends on the lengths alone. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let at = 0; at < a.length; at += 1) difference |= (a[at] as number) ^ (b[at] as number)
  return difference === 0
}

const encoder = new TextEncoder()
// A byte order mark is text like any other: dropping it would give two byte strings one meaning.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export const encodeUtf8 = (text: string): Bytes => encoder.encode(text)

/** `undefined` if the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function assertCount(value: number, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new RangeError(`${value} is not a whole number from 0 to ${max}`)
  }
}

/** Four bytes, big-endian. */
export function encodeU32(value: number): Bytes {
  assertCount(value, 0xffffffff)
  const bytes = new Uint8Array(4)
  viewOf(bytes).setUint32(0, value)
  return bytes
}

export const readU32 = (bytes: Uint8Array, at = 0): number => viewOf(bytes).getUint32(at)

/** Eight bytes, big-endian, of a whole number up to 2^53 - 1. */
export function encodeU64(value: number): Bytes {
  assertCount(value, Number.MAX_SAFE_INTEGER)
  const bytes = new Uint8Array(8)
  viewOf(bytes).setBigUint64(0, BigInt(value))
  return bytes
}

/** `undefined` above 2^53 - 1, where a number would no longer be exact. */
export function readU64(bytes: Uint8Array, at = 0): number | undefined {
  const value = viewOf(bytes).getBigUint64(at)
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined
}

const ALPHABET = encoder.encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
const NOT_IN_ALPHABET = 0xff
const VALUES = new Uint8Array(256).fill(NOT_IN_ALPHABET)
for (const [value, code] of ALPHABET.entries()) VALUES[code] = value

const letter = (value: number): number => ALPHABET[value & 63] as number

/** RFC 4648 section 5, without padding. */
export function encodeBase64Url(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil((bytes.length * 4) / 3))
  const whole = bytes.length - (bytes.length % 3)
  let at = 0
  for (let from = 0; from < whole; from += 3) {
    const triple =
      ((bytes[from] as number) << 16) | ((bytes[from + 1] as number) << 8) | (bytes[from + 2] as number)
    text[at++] = letter(triple >> 18)
    text[at++] = letter(triple >> 12)
    text[at++] = letter(triple >> 6)
    text[at++] = letter(triple)
  }
  if (whole < bytes.length) {
    const rest = ((bytes[whole] as number) << 8) | (bytes[whole + 1] ?? 0)
    text[at++] = letter(rest >> 10)
    text[at++] = letter(rest >> 4)
    if (at < text.length) text[at] = letter(rest << 2)
  }
  return decoder.decode(text)
}

/**
 * The bytes, or `undefined` if the text is not what `encodeBase64Url` would write: another alphabet, padding, an
 * impossible length, or unused bits that are not zero (RFC 4648 section 3.5), which would give one value two spellings.
 */
export function decodeBase64Url(text: string): Bytes | undefined {
  const rest = text.length % 4
  if (rest === 1) return undefined
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  const whole = text.length - rest
  // A value outside the alphabet shows in the top bits of the union of all of them.
  let seen = 0
  const valueAt = (from: number): number => {
    const code = text.charCodeAt(from)
    const value = code < 256 ? (VALUES[code] as number) : NOT_IN_ALPHABET
    seen |= value
    return value
  }
  let at = 0
  for (let from = 0; from < whole; from += 4) {
    const quad =
      (valueAt(from) << 18) | (valueAt(from + 1) << 12) | (valueAt(from + 2) << 6) | valueAt(from + 3)
    bytes[at++] = quad >> 16
    bytes[at++] = quad >> 8
    bytes[at++] = quad
  }
  if (rest > 0) {
    const quad =
      (valueAt(whole) << 18) | (valueAt(whole + 1) << 12) | (rest === 3 ? valueAt(whole + 2) << 6 : 0)
    bytes[at++] = quad >> 16
    if (rest === 3) bytes[at] = quad >> 8
    const unused = rest === 3 ? quad & 0xff : quad & 0xffff
    if (unused !== 0) return undefined
  }
  return seen < 64 ? bytes : undefined
}
