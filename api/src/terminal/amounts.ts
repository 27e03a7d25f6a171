const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const

/** `1.5 MiB`: at most four digits and a unit. */
export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${Math.round(bytes)} B`
  let value = bytes / 1024
  let unit = 0
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return `${value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${UNITS[unit]}`
}

/** `12 of 300 MiB`; of what has not begun, or is whole, its size alone. */
export function formatShare(done: number, size: number): string {
  const whole = formatSize(size)
  if (done === 0 || done >= size) return whole
  const part = formatSize(done)
  const [figure = '', unit] = part.split(' ')
  return `${whole.endsWith(` ${unit}`) ? figure : part} of ${whole}`
}

const pad = (value: number): string => String(value).padStart(2, '0')

/** `0:07`, `12:30`, `3:00:00`, `5 d`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  if (hours >= 100) return `${Math.floor(hours / 24)} d`
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`
}

/** Local time; the day too if it is not the day of `now`. */
export function formatTime(at: number, now: number): string {
  const [then, today] = [new Date(at), new Date(now)]
  const time = `${pad(then.getHours())}:${pad(then.getMinutes())}`
  if (then.toDateString() === today.toDateString()) return time
  return `${then.getFullYear()}-${pad(then.getMonth() + 1)}-${pad(then.getDate())} ${time}`
}
