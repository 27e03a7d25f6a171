import { takeColumns, textWidth } from './text-width.ts'

export type Wrapping = {
  /** Columns of a row; undefined: rows end only where the text has a line break. */
  readonly columns: number | undefined
  /** Columns already taken in the first row. */
  readonly taken: number
  /** What every further row begins with. Nobody's text ever begins a row, where it could pass for another's message. */
  readonly indent: string
}

/** Rows of a text that has no control characters but line breaks and tabs. */
export function wrapText(text: string, { columns = Infinity, taken, indent }: Wrapping): readonly string[] {
  const rows: string[] = []
  let row = ''
  let room = columns - taken
  const endRow = () => {
    rows.push(row.trimEnd())
    row = indent
    room = columns - textWidth(indent)
  }
  const lines = text.replaceAll('\t', '    ').split('\n')
  for (const [index, line] of lines.entries()) {
    if (index > 0) endRow()
    // Words with the blanks after them, so that a row's blanks are kept within and dropped at its end.
    for (let word of line.match(/^\s+|\S+\s*/g) ?? []) {
      if (textWidth(word.trimEnd()) > room && row.trim() !== '') endRow()
      while (textWidth(word.trimEnd()) > room) {
        const piece = takeColumns(word, Math.max(room, 1))
        row += piece
        word = word.slice(piece.length)
        endRow()
      }
      row += word
      room -= textWidth(word)
    }
  }
  endRow()
  return rows
}
