/** Formats are costly to make, and asked for once a row. */
type Formats = { readonly time: Intl.DateTimeFormat; readonly day: Intl.DateTimeFormat }

const byLocale = new Map<string, Formats>()

function formatsOf(locale: string): Formats {
  const formats = byLocale.get(locale) ?? {
    time: new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' }),
    day: new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
  }
  byLocale.set(locale, formats)
  return formats
}

export const formatTime = (at: number, locale: string): string => formatsOf(locale).time.format(at)

export const formatDay = (at: number, locale: string): string => formatsOf(locale).day.format(at)

type Day = 'today' | 'yesterday' | 'earlier'

export function dayOf(at: number, now: number): Day {
  const yesterday = new Date(now)
  yesterday.setDate(yesterday.getDate() - 1)
  const day = new Date(at).toDateString()
  if (day === new Date(now).toDateString()) return 'today'
  return day === yesterday.toDateString() ? 'yesterday' : 'earlier'
}
