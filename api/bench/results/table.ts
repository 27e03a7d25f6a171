import type { Spread } from './statistics.ts'

export type Table = {
  readonly title: string
  readonly columns: readonly string[]
  /** As many cells as columns; the first names the row. */
  readonly rows: readonly (readonly string[])[]
  /** What a reader has to know to judge the figures. */
  readonly note?: string
}

/** The first column to the left, figures to the right. */
export function printTable({ title, columns, rows, note }: Table): string {
  const widths = columns.map((column, at) =>
    Math.max(column.length, ...rows.map(row => row[at]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
  const rule = widths.map(width => '-'.repeat(width)).join('  ')
  return [`\n${title}`, line(columns), rule, ...rows.map(line), ...(note ? [note] : [])].join('\n')
}

/** Three digits that count. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const magnitude = Math.abs(value)
  if (magnitude >= 10_000) return `${figure(value / 1000)} k`
  if (magnitude >= 100) return value.toFixed(0)
  if (magnitude >= 10) return value.toFixed(1)
  return value.toFixed(2)
}

/** `median (min–max)`. */
export const range = ({ median, min, max }: Spread): string =>
  `${figure(median)} (${figure(min)}–${figure(max)})`

export const percent = (share: number): string =>
  Number.isFinite(share) ? `${Math.round(share * 100)} %` : '–'

export const mebibytes = (bytes: number): string => figure(bytes / 1024 / 1024)
