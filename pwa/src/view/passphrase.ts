/** Fills with cryptographic randomness: `crypto.getRandomValues`. */
type RandomValues = (values: Uint32Array<ArrayBuffer>) => unknown

/** Words from a list of 7 776: 12.9 bits each. */
const WORDS = 5

/** 64.6 bits: behind Argon2id, out of reach for whoever steals the server's data. */
export function generatePassphrase(words: readonly string[], random: RandomValues): string {
  return Array.from({ length: WORDS }, () => words[draw(words.length, random)]).join('-')
}

/** Uniform in 0..bound-1: values above the last whole multiple of the bound are drawn again. */
function draw(bound: number, random: RandomValues): number {
  const limit = Math.floor(2 ** 32 / bound) * bound
  const values = new Uint32Array(1)
  for (;;) {
    random(values)
    const [value = 0] = values
    if (value < limit) return value % bound
  }
}

/** The list is 24 KiB and wanted by one person in the life of a room: it is a file of its own, asked for then. */
export async function loadWords(): Promise<readonly string[]> {
  const response = await fetch(new URL('./passphrase-words.txt', import.meta.url))
  if (!response.ok) throw new Error(`the list of words: status ${response.status}`)
  return (await response.text()).trim().split(/\s+/)
}
