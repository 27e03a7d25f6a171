import { formatDuration, formatSize } from './amounts.ts'
import { shortenTo, textWidth } from './text-width.ts'

/** Speed is that of the last seconds: a file that stalls shows it soon, one that flows does not flicker. */
const WINDOW = 5_000

type Sample = { readonly at: number; readonly done: number }

/** One file on its way. */
export type Progress = {
  readonly name: string
  readonly direction: 'in' | 'out'
  readonly size: number
  /** The newest last; times in milliseconds. */
  readonly samples: readonly Sample[]
}

export function withSample(progress: Progress, done: number, now: number): Progress {
  const recent = progress.samples.filter((sample, index, all) => {
    const next = all[index + 1]
    // One older than the window is kept: from there the speed within it is reckoned.
    return sample.at >= now - WINDOW || (next !== undefined && next.at >= now - WINDOW)
  })
  return { ...progress, samples: [...recent.slice(-100), { at: now, done }] }
}

/** Bytes a second, or undefined before there is anything to tell. */
function speedOf({ samples }: Progress, now: number): number | undefined {
  const [first] = samples
  const last = samples.at(-1)
  if (first === undefined || last === undefined || now - first.at < 500) return undefined
  return ((last.done - first.done) / (now - first.at)) * 1000
}

/** One row of at most so many columns: direction, name, bar, percentage, speed, time left. */
export function progressRow(progress: Progress, columns: number, now: number): string {
  const done = progress.samples.at(-1)?.done ?? 0
  const share = progress.size === 0 ? 1 : done / progress.size
  const speed = speedOf(progress, now)
  const left = speed === undefined || speed < 1 ? '' : formatDuration(((progress.size - done) / speed) * 1000)
  const figures = [
    `${Math.floor(share * 100)}%`.padStart(4),
    speed === undefined ? '' : `${formatSize(speed)}/s`,
    left,
  ].filter(figure => figure !== '')
  const tail = figures.join(' ')
  const free = columns - textWidth(tail) - 4
  const bar = Math.max(Math.min(Math.floor(free / 2), 24), 3)
  const filled = Math.round(share * bar)
  const name = shortenTo(progress.name, Math.max(free - bar, 4))
  const arrow = progress.direction === 'in' ? '↓' : '↑'
  return `${arrow} ${name} ${'█'.repeat(filled)}${'░'.repeat(bar - filled)} ${tail}`
}
