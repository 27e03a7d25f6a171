import { type Bytes, concat } from '../bytes.ts'

const BLOCK = 256
const LENGTH_BYTES = 2

/** The longest body: what its two length bytes can tell. */
export const MAX_BODY_BYTES = 0xffff

/** Bytes that a body of `length` takes up: the server learns no more than this. */
const paddedLength = (length: number): number => Math.ceil((length + LENGTH_BYTES) / BLOCK) * BLOCK

/** Whether a padded body may have this many bytes: asked before anything is decrypted. */
export const isPaddedLength = (length: number): boolean =>
  length >= BLOCK && length <= paddedLength(MAX_BODY_BYTES) && length % BLOCK === 0

/** `length 2 ‖ body ‖ zeros`, a multiple of 256 bytes, in a buffer of its own. */
export function pad(body: Uint8Array): Bytes {
  if (body.length > MAX_BODY_BYTES) throw new RangeError(`a body of ${body.length} bytes is too long`)
  const padded = new Uint8Array(paddedLength(body.length))
  padded[0] = body.length >> 8
  padded[1] = body.length
  padded.set(body, LENGTH_BYTES)
  return padded
}

// A callback for each byte would take ten times as long.
function isZero(bytes: Bytes): boolean {
  let seen = 0
  for (let at = 0; at < bytes.length; at++) seen |= bytes[at] as number
  return seen === 0
}

/** The body, a view; `undefined` unless the bytes are exactly what `pad` writes. */
export function unpad(padded: Bytes): Bytes | undefined {
  if (!isPaddedLength(padded.length)) return undefined
  const length = ((padded[0] as number) << 8) | (padded[1] as number)
  // The shortest padding is the only one: a body has one padded form.
  if (padded.length !== paddedLength(length)) return undefined
  const end = LENGTH_BYTES + length
  return isZero(padded.subarray(end)) ? padded.subarray(LENGTH_BYTES, end) : undefined
}

/** A text as `length 1 ‖ UTF-8 ‖ zeros` of always `size` bytes, so that its length does not show at all. */
export function padText(text: Bytes, size: number): Bytes {
  if (text.length >= size || text.length > 0xff) throw new RangeError('the text is too long')
  return concat(Uint8Array.of(text.length), text, new Uint8Array(size - 1 - text.length))
}

/** The text's bytes, a view; `undefined` unless the bytes are exactly what `padText` writes. */
export function unpadText(padded: Bytes): Bytes | undefined {
  const end = 1 + (padded[0] ?? 0)
  if (padded.length < end) return undefined
  return isZero(padded.subarray(end)) ? padded.subarray(1, end) : undefined
}

const SMALLEST_FILE = 4096
const bitLength = (value: number): number => 32 - Math.clz32(value)

/**
 * Padmé (Nikitin et al., PoPETs 2019/4): of a size's bits only so many stay as its magnitude needs. A file grows by at
 * most an eighth, a large one by 3 %, and its size tells next to nothing.
 */
export function paddedFileSize(size: number): number {
  if (size <= SMALLEST_FILE) return SMALLEST_FILE
  // Whole numbers alone: sender and receiver must agree, and engines may round a logarithm differently.
  const exponent = size.toString(2).length - 1
  const step = 2 ** (exponent - bitLength(exponent))
  return Math.ceil(size / step) * step
}
