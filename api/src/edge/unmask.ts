import { createRequire } from 'node:module'

/** The masking key of a frame: four bytes (RFC 6455 section 5.3). */
export const KEY_BYTES = 4

/**
 * Copies masked bytes to their place, and unmasks them on the way.
 *
 * @param key Turned so that its first byte belongs to the first of `source`.
 */
export type Unmask = (source: Uint8Array, key: Uint8Array, target: Uint8Array, at: number) => void

/** Words of so many bytes are unmasked at once. */
const WORD = Uint32Array.BYTES_PER_ELEMENT

/** Without native code: one fast copy, and then a word at a time where it lies. */
export const unmaskByWords: Unmask = (source, key, target, at) => {
  const { length } = source
  target.set(source, at)
  const end = at + length
  // A view of words has to begin at a multiple of four in its buffer.
  const lead = Math.min(-(target.byteOffset + at) & (WORD - 1), length)
  const count = (length - lead) >> 2
  const first = at + lead
  unmaskBytes(target, at, first, key, 0)
  if (count > 0) {
    const words = new Uint32Array(target.buffer, target.byteOffset + first, count)
    unmaskWords(words, wordOf(key, lead))
  }
  const rest = first + count * WORD
  unmaskBytes(target, rest, end, key, rest - at)
}

function unmaskBytes(target: Uint8Array, from: number, end: number, key: Uint8Array, turn: number): void {
  for (let at = from; at < end; at++)
    target[at] = (target[at] ?? 0) ^ (key[(turn + at - from) & (KEY_BYTES - 1)] ?? 0)
}

function unmaskWords(words: Uint32Array, key: number): void {
  for (let at = 0; at < words.length; at++) words[at] = (words[at] ?? 0) ^ key
}

const oneKey = new Uint8Array(KEY_BYTES)
const oneWord = new Uint32Array(oneKey.buffer)

/** The key as a word of this machine, beginning with its byte `turn`. */
function wordOf(key: Uint8Array, turn: number): number {
  for (let at = 0; at < KEY_BYTES; at++) oneKey[at] = key[(turn + at) & (KEY_BYTES - 1)] ?? 0
  return oneWord[0] ?? 0
}

type BufferUtil = {
  mask(source: Uint8Array, key: Uint8Array, target: Uint8Array, at: number, length: number): void
}

/** Where it is built for this machine, the optional native module halves the cost once more. */
function loadNative(): Unmask | undefined {
  try {
    const { mask } = createRequire(import.meta.url)('bufferutil') as BufferUtil
    // Where it is not, it brings a loop over single bytes, which is slower than ours.
    if (!String(mask).includes('[native code]')) return undefined
    return (source, key, target, at) => mask(source, key, target, at, source.length)
  } catch {
    return undefined
  }
}

export const unmask: Unmask = loadNative() ?? unmaskByWords
