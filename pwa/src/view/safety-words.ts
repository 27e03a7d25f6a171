/** Of 12.9 bits each: whoever stands between two people needs keys of the same words as a given person's, 2^77 tries. */
const WORDS = 6

/**
 * Two people compare these by voice. `fingerprint`: 32 bytes of one person's keys. Read as one number, in the base of
 * the list's length: six digits of 256 bits are as good as drawn, where pieces of 13 bits would have to be thrown away.
 */
export function safetyWords(fingerprint: Uint8Array, words: readonly string[]): readonly string[] {
  const base = BigInt(words.length)
  let rest = fingerprint.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n)
  return Array.from({ length: WORDS }, () => {
    const word = words[Number(rest % base)] ?? ''
    rest /= base
    return word
  })
}
