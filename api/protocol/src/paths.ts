import { failure, ok, type Result } from './result.ts'

export const PATH_PROBLEMS = {
  empty: 'The path names no file.',
  absolute: 'The path begins at the root; it has to be relative to where you are.',
  drive: 'The path names a drive; it has to be relative to where you are.',
  parent: 'The path leads upwards (".."); only this directory and those below it are open.',
  backslash: 'The path has a backslash; "/" separates directories.',
  control: 'The path has a control character.',
  'empty-component': 'The path has two separators in a row.',
} as const

export type PathProblem = keyof typeof PATH_PROBLEMS

/**
 * A path at or below the directory one is in, as its components (M10): none for that directory itself. `.` alone is dropped,
 * and a separator at the end, as whoever names a folder may type it. Whether a link on the way leads outside only a file
 * system can tell: the caller checks that.
 */
export function parseRelativePath(text: string): Result<readonly string[], PathProblem> {
  if (text === '') return failure('empty')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f]/.test(text) || !text.isWellFormed()) return failure('control')
  if (text.includes('\\')) return failure('backslash')
  if (text.startsWith('/')) return failure('absolute')
  const components = text.replace(/\/$/, '').split('/')
  if (components.includes('..')) return failure('parent')
  if (components.includes('')) return failure('empty-component')
  const named = components.filter(component => component !== '.')
  // After a `.` too: what was parsed may be joined and parsed again.
  return /^[a-z]:/i.test(named[0] ?? '') ? failure('drive') : ok(named)
}
