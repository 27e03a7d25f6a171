const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** `1.5 MiB`, in the digits of the language. */
export function formatSize(bytes: number, locale: string): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  const fraction = unit > 0 && value < 9.95 ? 1 : 0
  const number = numberFormat(locale, fraction).format(value)
  // Isolated: in a line from right to left the unit would go to the wrong side of its number.
  return `\u2066${number} ${UNITS[unit]}\u2069`
}

/** `0:07`, `12:30`, `3:00:00`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const rest = pad(seconds % 60)
  return hours > 0 ? `${hours}:${pad(minutes)}:${rest}` : `${minutes}:${rest}`
}

const pad = (value: number): string => String(value).padStart(2, '0')

const formats = new Map<string, Intl.NumberFormat>()

function numberFormat(locale: string, fraction: number): Intl.NumberFormat {
  const key = `${locale} ${fraction}`
  const format =
    formats.get(key) ??
    new Intl.NumberFormat(locale, { minimumFractionDigits: fraction, maximumFractionDigits: fraction })
  formats.set(key, format)
  return format
}
