// Durations (`1h30m`) and sizes (`10GiB`) as every setting spells them.

const SECOND = 1000
const DAY = 86_400 * SECOND
const DURATION = /^(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s)?(?:(\d{1,12})ms)?$/
const DURATION_UNITS = [DAY, 3600 * SECOND, 60 * SECOND, SECOND, 1]

/** Milliseconds of `7d`, `1h30m`, `500ms` or a bare `0`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0
  const [, ...counts] = DURATION.exec(text) ?? []
  if (counts.every(count => count === undefined)) return undefined
  return counts.reduce((total, count, index) => total + Number(count ?? 0) * (DURATION_UNITS[index] ?? 0), 0)
}

const SIZE = /^(\d{1,15}) ?([kmgt]?)(i?)(b?)$/i
const PREFIXES = ['', 'k', 'm', 'g', 't']

/** Bytes of `64MiB`, `500MB`, `1048576`; undefined for anything else, and beyond exact integers. */
export function parseSize(text: string): number | undefined {
  const [, digits, prefix = '', binary, unit] = SIZE.exec(text) ?? []
  // `64M` and `64Mi` are read as different things by different programs.
  if (digits === undefined || (prefix !== '' && unit === '') || (prefix === '' && binary !== '')) {
    return undefined
  }
  const bytes = Number(digits) * (binary === '' ? 1000 : 1024) ** PREFIXES.indexOf(prefix.toLowerCase())
  return Number.isSafeInteger(bytes) ? bytes : undefined
}
