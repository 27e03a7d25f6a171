import { graphemesOf, graphemeWidth, textWidth } from './text-width.ts'

export type Wrapping = {
  /** Columns of a row; undefined: rows end only where the text has a line break. */
  readonly columns: number | undefined
  /** Columns already taken in the first row. */
  readonly taken: number
  /** What every further row begins with. Nobody's text ever begins a row, where it could pass for another's message. */
  readonly indent: string
}

/** Rows of a text that has no control characters but line breaks and tabs, in time that is linear in its length. */
export function wrapText(text: string, { columns = Infinity, taken, indent }: Wrapping): readonly string[] {
  const rows: string[] = []
  const indented = columns - textWidth(indent)
  let row = ''
  let room = columns - taken
  /** With nothing in it, not even blanks. */
  let isFresh = taken === 0
  const put = (piece: string, width: number) => {
    row += piece
    room -= width
    isFresh = false
  }
  const endRow = () => {
    rows.push(row.trimEnd())
    row = indent
    room = indented
    isFresh = true
  }
  const lines = text.replaceAll('\t', '    ').split('\n')
  for (const [index, line] of lines.entries()) {
    if (index > 0) endRow()
    // Words with the blanks after them, so that a row's blanks are kept within and dropped at its end.
    for (const word of line.match(/^\s+|\S+\s*/g) ?? []) {
      const visible = word.trimEnd()
      const width = textWidth(visible)
      if (width > room && (row.trim() !== '' || (room <= 0 && !isFresh))) endRow()
      if (width <= room) put(visible, width)
      else
        for (const grapheme of graphemesOf(visible)) {
          const columnsOfIt = graphemeWidth(grapheme)
          if (columnsOfIt > room && !isFresh) endRow()
          put(grapheme, columnsOfIt)
        }
      const blanks = word.slice(visible.length)
      if (blanks !== '') put(blanks, textWidth(blanks))
    }
  }
  endRow()
  return rows
}
