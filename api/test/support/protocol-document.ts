import { readFileSync } from 'node:fs'

const text = readFileSync(new URL('../../protocol/PROTOCOL.md', import.meta.url), 'utf8')

/** The ids of all rules, in their order. */
export const ruleIds = (): readonly string[] =>
  Array.from(text.matchAll(/^- \*\*(P\d+)\*\* /gm), ([, id = '']) => id)

/** The rows of the table with this head, as their cells. */
export function tableUnder(...head: readonly string[]): readonly (readonly string[])[] {
  const lines = text.split('\n')
  const start = lines.findIndex(line => cellsOf(line).join('|') === head.join('|'))
  if (start === -1) throw new Error(`PROTOCOL.md has no table of ${head.join(', ')}`)
  const rest = lines.slice(start + 2)
  const end = rest.findIndex(line => !line.startsWith('|'))
  return rest.slice(0, end === -1 ? undefined : end).map(cellsOf)
}

const cellsOf = (line: string): readonly string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map(cell => cell.trim())
