/** The part of DER (X.690) that certificates are written in: encoders by name, and one bounded reader. */

const LENGTH_BYTES_MAX = 3

export function tlv(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag]), encodeLength(value.length), value])
}

function encodeLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff)
  return Buffer.from([0x80 | bytes.length, ...bytes])
}

export const TRUE = tlv(0x01, Buffer.from([0xff]))
export const NULL = tlv(0x05)

/** `magnitude` is big-endian and taken as positive. */
export function integer(magnitude: Uint8Array): Buffer {
  const negativeLooking = ((magnitude[0] ?? 0) & 0x80) !== 0
  return tlv(0x02, Buffer.from(negativeLooking ? [0] : []), magnitude)
}

export const bitString = (bytes: Uint8Array, unusedBits = 0): Buffer =>
  tlv(0x03, Buffer.from([unusedBits]), bytes)

export const octetString = (bytes: Uint8Array): Buffer => tlv(0x04, bytes)
export const utf8String = (text: string): Buffer => tlv(0x0c, Buffer.from(text, 'utf8'))
export const sequence = (...elements: readonly Uint8Array[]): Buffer => tlv(0x30, ...elements)
export const set = (...elements: readonly Uint8Array[]): Buffer => tlv(0x31, ...elements)
export const explicit = (tag: number, ...elements: readonly Uint8Array[]): Buffer =>
  tlv(0xa0 | tag, ...elements)
export const implicit = (tag: number, bytes: Uint8Array): Buffer => tlv(0x80 | tag, bytes)

export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...arcs] = dotted.split('.').map(Number)
  return tlv(0x06, Buffer.from([first * 40 + second, ...arcs.flatMap(base128)]))
}

function base128(arc: number): number[] {
  const digits = [arc & 0x7f]
  for (let rest = arc >>> 7; rest > 0; rest >>>= 7) digits.unshift(0x80 | (rest & 0x7f))
  return digits
}

/** RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050. Whole seconds. */
export function time(epochMs: number): Buffer {
  const digits = new Date(epochMs).toISOString().replace(/\.\d+Z$|[-:T]/g, '')
  return digits < '2050'
    ? tlv(0x17, Buffer.from(`${digits.slice(2)}Z`))
    : tlv(0x18, Buffer.from(`${digits}Z`))
}

export type DerElement = { readonly tag: number; readonly value: Buffer; readonly raw: Buffer }

/** The elements that follow one another in `bytes`. Throws a DerError where they do not add up. */
export function readDer(bytes: Buffer): DerElement[] {
  const elements: DerElement[] = []
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes.readUInt8(at)
    const short = bytes[at + 1]
    if (short === undefined) throw new DerError('an element ends before its length')
    const lengthBytes = short < 0x80 ? 0 : short & 0x7f
    const start = at + 2 + lengthBytes
    if (lengthBytes > LENGTH_BYTES_MAX || short === 0x80 || start > bytes.length) {
      throw new DerError('an element has a length that cannot be')
    }
    const length = lengthBytes === 0 ? short : bytes.readUIntBE(at + 2, lengthBytes)
    if (start + length > bytes.length) throw new DerError('an element is cut short')
    elements.push({
      tag,
      value: bytes.subarray(start, start + length),
      raw: bytes.subarray(at, start + length),
    })
    at = start + length
  }
  return elements
}

export class DerError extends Error {
  override readonly name = 'DerError'
}
