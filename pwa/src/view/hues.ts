const HUES = 6

/** One of a few colours, the same for the same alias on every device. */
export function hueOf(alias: string): number {
  let hash = 0
  for (const character of alias) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0
  return hash % HUES
}

/** What stands in the disc beside a message: the first character that a person sees as one. */
export function initialOf(alias: string): string {
  const [first] = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(alias)
  return first?.segment.toLocaleUpperCase() ?? ''
}
