import { randomBytes } from 'node:crypto'
import type { Bytes } from '@chat-room/client'

/*
 * A binary message as a client sends it (RFC 6455 sections 5.2 and 5.3). The library would mask it into a copy, which the
 * garbage collector counts as its own: of a large file tens of megabytes of them lay there, and for every ten the whole heap
 * was walked.
 */

const FIN_BINARY = 0x82
const MASKED = 0x80
const KEY_BYTES = 4

/** Masks a message where it lies, alone in its memory. The result goes in front of it. */
export function maskInPlace(message: Bytes): Uint8Array {
  const { length } = message
  const keyAt = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const header = Buffer.alloc(keyAt + KEY_BYTES)
  header[0] = FIN_BINARY
  if (keyAt === 2) {
    header[1] = MASKED | length
  } else if (keyAt === 4) {
    header[1] = MASKED | 126
    header.writeUInt16BE(length, 2)
  } else {
    header[1] = MASKED | 127
    header.writeBigUInt64BE(BigInt(length), 2)
  }
  const key = randomBytes(KEY_BYTES)
  header.set(key, keyAt)
  mask(message, key)
  return header
}

function mask(bytes: Bytes, key: Uint8Array): void {
  // Read as the words are: whatever the order of bytes in a word is here, it is the same in both.
  const [keyWord = 0] = new Uint32Array(Uint8Array.from(key).buffer)
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
  for (let at = 0; at < words.length; at++) words[at] = (words[at] ?? 0) ^ keyWord
  for (let at = words.length << 2; at < bytes.length; at++)
    bytes[at] = (bytes[at] ?? 0) ^ (key[at % KEY_BYTES] ?? 0)
}
