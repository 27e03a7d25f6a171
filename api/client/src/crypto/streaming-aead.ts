import type { Bytes } from '../bytes.ts'
import { concat } from '../bytes.ts'
import { freeMemory } from '../free-memory.ts'
import { decrypt, TAG_BYTES } from './aes-gcm.ts'
import { deriveAesKey, importHkdfKey } from './hkdf.ts'

/*
 * AES-GCM-HKDF streaming AEAD, as Google Tink publishes it (developers.google.com/tink/streaming-aead; proof: Hoang and
 * Shen, "Security of Streaming Encryption in Google's Tink Library", 2020).
 *
 * stream  = header ‖ segments; every segment but the last fills `segmentSize` bytes, the header counting with the first
 * header  = its own length 1 ‖ salt (as long as the key) ‖ nonce prefix 7
 * segment = AES-GCM(HKDF(key, salt, info = associated data), nonce = prefix ‖ index 4 ‖ 01 if it is the last else 00)
 */
export type StreamParameters = {
  readonly hash: 'SHA-1' | 'SHA-256' | 'SHA-512'
  /** Of the key that is derived for the stream, in bytes. */
  readonly keyLength: 16 | 32
  /** Of the ciphertext, in bytes. */
  readonly segmentSize: number
}

export const NONCE_PREFIX_BYTES = 7
const MAX_SEGMENTS = 2 ** 32 - 1
const EMPTY = new Uint8Array(0)

type ByteRange = { readonly start: number; readonly end: number }

export type StreamShape = {
  readonly segmentCount: number
  /** Of the whole stream, header included. */
  readonly ciphertextSize: number
  /** Bytes of the plaintext that this segment holds; `end` is exclusive. */
  plaintextRange(index: number): ByteRange
  /** Bytes of this segment on the wire: the first has the header in front. */
  sealedLength(index: number): number
}

const headerLength = (keyLength: number): number => 1 + keyLength + NONCE_PREFIX_BYTES

/** How a plaintext of `size` bytes is cut. An empty one is a single empty segment; none is empty otherwise. */
export function streamShape({ keyLength, segmentSize }: StreamParameters, size: number): StreamShape {
  const header = headerLength(keyLength)
  const capacity = segmentSize - TAG_BYTES
  const firstCapacity = capacity - header
  if (firstCapacity <= 0) throw new RangeError('a segment must be longer than the header and a tag')
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError('a size is a whole number')
  const segmentCount = 1 + Math.ceil(Math.max(0, size - firstCapacity) / capacity)
  if (segmentCount > MAX_SEGMENTS) throw new RangeError('the stream has too many segments')

  function plaintextRange(index: number): ByteRange {
    if (!Number.isInteger(index) || index < 0 || index >= segmentCount) {
      throw new RangeError(`the stream has no segment ${index}`)
    }
    const start = index === 0 ? 0 : firstCapacity + (index - 1) * capacity
    return { start, end: Math.min(size, firstCapacity + index * capacity) }
  }

  return {
    segmentCount,
    ciphertextSize: header + size + segmentCount * TAG_BYTES,
    plaintextRange,
    sealedLength(index) {
      const { start, end } = plaintextRange(index)
      return (index === 0 ? header : 0) + end - start + TAG_BYTES
    },
  }
}

export type StreamCipher = {
  /** The segment as it goes on the wire, behind `headroom` bytes of zeros for whoever frames it. */
  seal(index: number, plaintext: Bytes, headroom: number): Promise<Bytes>
  /** `undefined` if the segment is not this one of this stream. */
  open(index: number, sealed: Bytes): Promise<Bytes | undefined>
}

export async function createStreamCipher(
  parameters: StreamParameters,
  key: Bytes,
  { salt, noncePrefix }: { readonly salt: Bytes; readonly noncePrefix: Bytes },
  associatedData: Bytes,
  segmentCount: number,
): Promise<StreamCipher> {
  const { hash, keyLength } = parameters
  const streamKey = await deriveAesKey(await importHkdfKey(key), associatedData, ['encrypt', 'decrypt'], {
    salt,
    hash,
    length: keyLength * 8,
  })
  const header = concat(Uint8Array.of(headerLength(keyLength)), salt, noncePrefix)

  function nonceOf(index: number): Bytes {
    const nonce = new Uint8Array(12)
    nonce.set(noncePrefix)
    new DataView(nonce.buffer).setUint32(NONCE_PREFIX_BYTES, index)
    nonce[11] = index === segmentCount - 1 ? 1 : 0
    return nonce
  }

  return {
    async seal(index, plaintext, headroom) {
      const algorithm = { name: 'AES-GCM', iv: nonceOf(index) }
      const ciphertext = await crypto.subtle.encrypt(algorithm, streamKey, plaintext)
      const at = headroom + (index === 0 ? header.length : 0)
      // WebCrypto writes into a buffer of its own: this copy, straight into the frame, is the only one.
      const sealed = new Uint8Array(ciphertext)
      const frame = new Uint8Array(at + sealed.length)
      if (index === 0) frame.set(header, headroom)
      frame.set(sealed, at)
      freeMemory(sealed)
      return frame
    },

    async open(index, sealed) {
      if (index > 0) return decrypt(streamKey, nonceOf(index), sealed, EMPTY)
      const matches = header.every((byte, at) => sealed[at] === byte)
      return matches ? decrypt(streamKey, nonceOf(index), sealed.subarray(header.length), EMPTY) : undefined
    },
  }
}
