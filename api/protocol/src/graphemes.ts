import { utf8Length } from './utf8-length.ts'

/** As many whole graphemes from the start as fit in `bytes` of UTF-8; of one that alone is larger, code points. */
export function takeBytes(text: string, bytes: number): string {
  if (utf8Length(text) <= bytes) return text
  // No more than `bytes` UTF-16 units can fit: a hostile megabyte is not segmented.
  const head = text.slice(0, bytes).toWellFormed()
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
  return (
    take(
      [...segmenter.segment(head)].map(part => part.segment),
      bytes,
    ) || take([...head], bytes)
  )
}

function take(parts: readonly string[], bytes: number): string {
  let taken = ''
  let room = bytes
  for (const part of parts) {
    room -= utf8Length(part)
    if (room < 0) break
    taken += part
  }
  return taken
}
