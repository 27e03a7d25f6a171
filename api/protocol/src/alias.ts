import { classesOf, toKeys, toLooks } from './alias-table.ts'
import { LIMITS } from './limits.ts'
import { failure, ok, type Result } from './result.ts'
import { utf8Length } from './utf8-length.ts'

declare const checked: unique symbol

/** A name that may be held in a room (M4), in NFC: it is shown, sent and compared in this form. */
export type Alias = string & { readonly [checked]: 'alias' }

export const ALIAS_PROBLEMS = {
  empty: 'An alias needs at least one character.',
  'too-long': `An alias has at most ${LIMITS.aliasGraphemes} characters and ${LIMITS.aliasBytes} bytes.`,
  white: 'An alias has no spaces, tabs, line breaks or other blanks in it.',
  invisible: 'An alias has no control characters or other characters that cannot be seen.',
  unassigned: 'This alias has a character that not every device knows; please choose another.',
  marks: 'Accents stand on a letter: at most four on one, and none of them twice in a row.',
  'look-alike':
    'This alias mixes letters so that it looks like another one; please write it in one alphabet.',
  reserved: 'This name, or one that looks like it, stands for everyone in the room.',
} as const

export type AliasProblem = keyof typeof ALIAS_PROBLEMS

const RESERVED = ['all', 'everyone']

// A selector or joiner stands only where it makes an emoji, so that it cannot hide elsewhere; `aliasSkeleton` drops
// it, so that it cannot make a second alias of that emoji either.
const WELL_FORMED = /^(?:(?:[bksr]|kv|p(?:[sv]|(?!s))(?:jp(?:[sv]|(?!s)))*)m{0,4})+$/

/** User-perceived characters, by the pinned classes: `Intl.Segmenter` differs between devices. */
const countGraphemes = (classes: string): number =>
  classes
    .replace(/jp|[mv]/g, '')
    .replace(/ps+/g, 'p')
    .replace(/rr/g, 'r').length

const isAscii = (text: string): boolean => /^[\x21-\x7e]+$/.test(text)

function isReserved(alias: string): boolean {
  const skeleton = aliasSkeleton(alias)
  // Ali and All have one skeleton, since I stands between i and l. A dotted i tells the person from everyone.
  return RESERVED.some(word => aliasSkeleton(word) === skeleton) && !alias.normalize('NFKC').includes('i')
}

/** At most four, as UTS #39, 5.4 advises; the same mark again would be drawn over the first and not be seen. */
function hasStrayMarks(alias: string): boolean {
  const text = alias.normalize('NFD')
  const classes = classesOf(text)
  const characters = [...text]
  const repeats = (character: string, i: number) => classes[i] === 'm' && character === characters[i - 1]
  return /^m|m{5}/.test(classes) || characters.some(repeats)
}

/** Checks what a person typed or another member announced (M4, M5). An announced alias is its own NFC. */
export function parseAlias(text: string): Result<Alias, AliasProblem> {
  if (text === '') return failure('empty')
  // NFC never makes one byte of four UTF-16 units: nothing longer is worth normalizing.
  if (text.length > 4 * LIMITS.aliasBytes) return failure('too-long')
  if (!text.isWellFormed()) return failure('unassigned')
  const typed = classesOf(text)
  if (typed.includes('u')) return failure('unassigned')
  if (typed.includes('w')) return failure('white')
  if (typed.includes('c')) return failure('invisible')

  const alias = text.normalize('NFC')
  const classes = classesOf(alias)
  if (countGraphemes(classes) > LIMITS.aliasGraphemes) return failure('too-long')
  if (utf8Length(alias) > LIMITS.aliasBytes) return failure('too-long')
  if (hasStrayMarks(alias)) return failure('marks')
  if (!WELL_FORMED.test(classes)) return failure('invisible')
  if (isReserved(alias)) return failure('reserved')
  if (looksLikeAnother(alias)) return failure('look-alike')
  return ok(alias as Alias)
}

/**
 * Greek capital nu looks like N, small nu like v. Letter case decides what it is compared as, so a word that reads
 * as plain ASCII by looks but is compared as something else would escape comparison: it is refused.
 */
function looksLikeAnother(alias: string): boolean {
  const look = aliasSkeleton(toLooks(alias))
  return isAscii(look) && look !== aliasSkeleton(alias)
}

/**
 * Two aliases are the same for the room if, and only if, their skeletons are equal (M5): letter case, compatibility
 * forms, other scripts' look-alikes and `I`, `l`, `1`, `i` all count as one. Not for people to read.
 *
 * It is skeleton(X) of UTS #39, 4 with case folding before and after, as one table of Unicode 13.0.0. Normalization
 * comes from the platform: every code point of an alias is assigned in that version, and for those Unicode's
 * stability policy promises the same result in every later version.
 */
export function aliasSkeleton(alias: string): string {
  const seen = alias.replace(/[\u200d\ufe0e\ufe0f]/g, '').normalize('NFKD')
  const skeleton = toKeys(seen).normalize('NFD')
  // A dot above i or j replaces the dot that is there: nothing of it can be seen.
  return skeleton.replace(/(?<=[lj][\u0300-\u036f]*)\u0307/g, '')
}

/** The first of alias2, alias3, ... that is not taken, cut to fit the limits. `isTaken` compares by skeleton. */
export function suggestAlias(alias: Alias, isTaken: (candidate: Alias) => boolean): Alias {
  for (let number = 2; ; number++) {
    const candidate = withNumber(alias, number)
    if (candidate !== undefined && !isTaken(candidate)) return candidate
  }
}

function withNumber(alias: Alias, number: number): Alias | undefined {
  const characters = [...alias]
  for (let length = characters.length; length > 0; length--) {
    const candidate = parseAlias(characters.slice(0, length).join('') + number)
    if (candidate.ok) return candidate.value
  }
  return undefined
}
