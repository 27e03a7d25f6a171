import type { TransferView } from '@chat-room/client'
import { makeVisible } from '@chat-room/protocol'
import type { Style } from './style.ts'
import { textWidth } from './text-width.ts'
import { wrapText } from './wrap.ts'

/** What lines are written on, and for whom. */
export type Sheet = {
  readonly style: Style
  /** Undefined: rows are not broken, whoever reads them does that. */
  readonly columns: number | undefined
  readonly now: number
  /** The own alias, once there is one. */
  readonly self: string | undefined
  transferOf(transfer: string): TransferView | undefined
}

const INDENT = '  '

export const visible = (text: string): string => makeVisible(text, { lineBreaks: 'show' })

/** A heading and a text after it; only the text is broken into rows. */
export function paragraph(heading: string, text: string, { columns }: Sheet): readonly string[] {
  const head = heading === '' ? '' : `${heading} `
  const [first = '', ...rest] = wrapText(text, { columns, taken: textWidth(head), indent: INDENT })
  return [head + first, ...rest]
}

/** What one need not read. */
export const note = (text: string, sheet: Sheet): readonly string[] =>
  paragraph('', text, sheet).map(sheet.style.dim)

export const trouble = (text: string, sheet: Sheet): readonly string[] =>
  paragraph('', text, sheet).map(sheet.style.trouble)
