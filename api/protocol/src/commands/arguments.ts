import { failure, ok, type Result } from '../result.ts'

export const QUOTING_PROBLEMS = {
  'open-quote': 'A quote is opened and never closed.',
  'mixed-quotes': 'Several parameters are each written in quotes, with spaces between them.',
} as const

export type QuotingProblem = keyof typeof QUOTING_PROBLEMS

// In double quotes a backslash takes a quote or a backslash literally; in single quotes nothing is special.
const DOUBLE = String.raw`"(?<double>(?:\\["\\]|[^"\\]|\\(?!["\\]))*)`
const SINGLE = `'(?<single>[^']*)`
const CLOSED = new RegExp(String.raw`\s*(?:${DOUBLE}"|${SINGLE}')`, 'y')
const UNCLOSED = new RegExp(`^(?:${DOUBLE}|${SINGLE})$`)

const isQuoted = (text: string): boolean => /^["']/.test(text)

const unquoted = (groups: Record<string, string | undefined> | undefined): string =>
  groups?.['double']?.replace(/\\(["\\])/g, '$1') ?? groups?.['single'] ?? ''

/** The quoted values from the start of a text, and where the last of them ends. */
function readQuoted(text: string): { readonly values: readonly string[]; readonly end: number } {
  const values: string[] = []
  let end = 0
  for (;;) {
    CLOSED.lastIndex = end
    const match = CLOSED.exec(text)
    const next = CLOSED.lastIndex
    if (match === null || !/^(?:\s|$)/.test(text.slice(next, next + 1))) return { values, end }
    values.push(unquoted(match.groups))
    end = next
  }
}

/** The parameter is the rest of the line; a rest that begins with a quote is one or several quoted ones. */
export function parseArguments(rest: string): Result<readonly string[], QuotingProblem> {
  const text = rest.trim()
  if (text === '') return ok([])
  if (!isQuoted(text)) return ok([text])
  const { values, end } = readQuoted(text)
  if (end === text.length) return ok(values)
  return failure(UNCLOSED.test(text.slice(end).trimStart()) ? 'open-quote' : 'mixed-quotes')
}

/** The parameter that is still being typed at the end of `rest`, and where in `rest` it begins. */
export function lastArgument(rest: string): { readonly typed: string; readonly from: number } {
  if (!isQuoted(rest)) return { typed: rest, from: 0 }
  const { end } = readQuoted(rest)
  const from = rest.length - rest.slice(end).trimStart().length
  return { typed: unquoted(UNCLOSED.exec(rest.slice(from))?.groups), from }
}

/** The inverse of `parseArguments` for one value: as it is, unless that would be read differently. */
export const formatArgument = (value: string): string =>
  value === '' || value !== value.trim() || isQuoted(value) ? quote(value) : value

export const quote = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`
