const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

// What terminals draw two columns wide: East Asian Wide and Fullwidth (UAX #11) in ranges, and emoji.
const WIDE =
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u
const ZERO = /^\p{M}+$/u
const PLAIN = /^[\x20-\x7e]*$/

/** What a text is made of: never cut within. */
export const graphemesOf = (text: string): readonly string[] =>
  PLAIN.test(text) ? [...text] : [...segmenter.segment(text)].map(part => part.segment)

export const graphemeWidth = (grapheme: string): number => {
  if (ZERO.test(grapheme)) return 0
  return WIDE.test(grapheme) ? 2 : 1
}

/** How many columns a text takes that has no control characters. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length
  return graphemesOf(text).reduce((sum, each) => sum + graphemeWidth(each), 0)
}

/** The longest start of a text that fits, in whole graphemes; at least one of them. */
function takeColumns(text: string, columns: number): string {
  let taken = ''
  let left = columns
  for (const grapheme of graphemesOf(text)) {
    left -= graphemeWidth(grapheme)
    if (left < 0 && taken !== '') break
    taken += grapheme
  }
  return taken
}

/** A text cut to so many columns, with an ellipsis where something is missing. */
export const shortenTo = (text: string, columns: number): string =>
  textWidth(text) <= columns ? text : `${takeColumns(text, Math.max(columns - 1, 1))}…`
