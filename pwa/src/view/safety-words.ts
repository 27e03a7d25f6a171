/** Of 12.9 bits each: whoever stands between two people and wants both to see the same ones tries for ages. */
const WORDS = 6

/**
 * Two people compare these by voice. `fingerprint`: 32 bytes, the same on both devices. Read as one number, in the base of
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
