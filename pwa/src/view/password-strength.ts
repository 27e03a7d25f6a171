import { COMMON_PASSWORDS } from './common-passwords.table.ts'

const COMMON: ReadonlySet<string> = new Set(COMMON_PASSWORDS.split(/\s+/))

export type Strength = 'common' | 'short' | 'weak' | 'good' | 'strong'

/**
 * A hint while a password is being chosen: whoever steals the server's data guesses at it for as long as they like, so
 * that length counts, and being on everybody's list counts against it.
 */
export function strengthOf(password: string): Strength {
  const folded = password.normalize('NFKC').toLowerCase()
  // "Password1!" is "password" to whoever guesses.
  const core = folded.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  if (COMMON.has(folded) || COMMON.has(core)) return 'common'
  const length = [...password].length
  const distinct = new Set(folded).size
  if (length < 8 || distinct < 4) return 'short'
  const words = folded.split(/[\s-]+/).filter(word => word.length >= 3)
  if (new Set(words).size >= 4 || length >= 20) return distinct >= 8 ? 'strong' : 'weak'
  if (length >= 14) return 'good'
  return 'weak'
}
