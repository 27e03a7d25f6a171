// Scripts whose letters join: there ZWJ and ZWNJ are ordinary spelling (Persian needs them).
const JOINING = String.raw`[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}]`

const PICTOGRAPH = String.raw`\p{Extended_Pictographic}\p{Emoji_Modifier}?[\ufe0e\ufe0f]?`

// Controls (terminal escapes are made of them), format characters (bidi overrides and isolates, zero-width ones,
// tags), separators of lines, fillers, selectors, private use, noncharacters and lone surrogates.
const INVISIBLE = String.raw`[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]`

// Where an invisible character shapes the visible one beside it and can do no harm.
const ORDINARY = [
  // The flags of England, Scotland and Wales; before the pictograph that they begin with.
  String.raw`\u{1f3f4}[\u{e0061}-\u{e007a}]{5}\u{e007f}`,
  String.raw`${PICTOGRAPH}(?:\u200d${PICTOGRAPH})*`,
  String.raw`[0-9#*]\ufe0f\u20e3`,
  String.raw`\p{Script=Han}[\u{e0100}-\u{e01ef}]`,
  // Past marks of any script: NFC may order them anew. What is taken away itself is nothing to be joined.
  String.raw`(?<=(?!${INVISIBLE})${JOINING}\p{M}*)[\u200c\u200d](?=\p{M}*(?!${INVISIBLE})${JOINING})`,
  // Arabic and Syriac signs that Unicode counts as format characters, though they are seen.
  String.raw`[\u0600-\u0605\u06dd\u070f\u08e2]`,
]

const PATTERN = new RegExp(`${ORDINARY.join('|')}|(?<invisible>${INVISIBLE})`, 'gu')

/** Replaces each character that could hide, reorder or obey; ordinary text of any script and emoji stay. */
export const replaceInvisible = (text: string, replacement: (character: string) => string): string =>
  text.replace(PATTERN, (match: string, invisible: string | undefined) =>
    invisible === undefined ? match : replacement(invisible),
  )

/** Line breaks and tabs: `keep` where a text has lines of its own, `show` where it has to stay on one. */
export interface VisibleOptions {
  readonly lineBreaks: 'keep' | 'show'
}

/**
 * What others sent, as it may be written to a terminal or a page: control characters as their pictures (`␛`), other
 * invisible ones by name (`⟨U+202E⟩`). Kept line breaks are `\n`.
 */
export function makeVisible(text: string, { lineBreaks }: VisibleOptions): string {
  const isKept = (character: string) => lineBreaks === 'keep' && (character === '\n' || character === '\t')
  const lines = lineBreaks === 'keep' ? text.replace(/\r\n/g, '\n') : text
  return replaceInvisible(lines, character => (isKept(character) ? character : picture(character)))
}

function picture(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0
  if (codePoint < 0x20) return String.fromCodePoint(0x2400 + codePoint)
  if (codePoint === 0x7f) return '\u2421'
  return `\u27e8U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}\u27e9`
}
