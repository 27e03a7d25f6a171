import { CLASSES, KEYS, LOOKS } from './unicode.table.ts'

/**
 * What a code point may do in an alias:
 * `b` base, `k` keycap base (0-9 # *), `m` mark, `p` pictograph, `s` skin tone, `r` regional indicator,
 * `v` variation selector 15 or 16, `j` zero-width joiner,
 * and never: `w` white or blank, `c` control, format, ignorable or private, `u` unassigned in Unicode 13.
 */
type CodePointClass = 'b' | 'k' | 'm' | 'p' | 's' | 'r' | 'v' | 'j' | 'w' | 'c' | 'u'

interface AliasTable {
  readonly starts: readonly number[]
  readonly letters: readonly CodePointClass[]
  readonly keys: ReadonlyMap<string, string>
  readonly looks: ReadonlyMap<string, string>
}

function decodeMap(text: string): ReadonlyMap<string, string> {
  const map = new Map<string, string>()
  for (const group of text.split(';')) {
    const [name = '', ...deltas] = group.split(' ')
    const key = name
      .split('.')
      .map(digits => String.fromCodePoint(Number.parseInt(digits, 36)))
      .join('')
    let source = 0
    for (const delta of deltas) {
      source += Number.parseInt(delta, 36)
      map.set(String.fromCodePoint(source), key)
    }
  }
  return map
}

function decode(): AliasTable {
  const starts: number[] = []
  const letters: CodePointClass[] = []
  let start = 0
  for (const [, letter = '', length = ''] of CLASSES.matchAll(/([A-Z])([0-9a-z]+)/g)) {
    starts.push(start)
    letters.push(letter.toLowerCase() as CodePointClass)
    start += Number.parseInt(length, 36)
  }
  return { starts, letters, keys: decodeMap(KEYS), looks: decodeMap(LOOKS) }
}

let decoded: AliasTable | undefined
const table = (): AliasTable => (decoded ??= decode())

/** The class letters of a text, one for each code point: `parseAlias` reads them with regular expressions. */
export function classesOf(text: string): string {
  const { starts, letters } = table()
  let classes = ''
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= codePoint) low = middle
      else high = middle
    }
    classes += letters[low]
  }
  return classes
}

const replaceEach = (text: string, map: ReadonlyMap<string, string>): string => {
  let replaced = ''
  for (const character of text) replaced += map.get(character) ?? character
  return replaced
}

/** Each code point as what it is compared as. Expects NFKD. */
export const toKeys = (text: string): string => replaceEach(text, table().keys)

/** Each code point whose own look its key does not tell, as the ASCII it looks like. Expects NFC. */
export const toLooks = (text: string): string => replaceEach(text, table().looks)
