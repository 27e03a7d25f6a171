import type { TransferView } from '@chat-room/client'
import { formatDuration, formatShare, formatSize } from './amounts.ts'
import { visible } from './sheet.ts'
import { shortenTo, textWidth } from './text-width.ts'

/** Columns from which there is room for bytes. */
const ROOMY = 60

/** One row of at most so many columns: direction, name, bar, bytes if there is room, percentage, speed and time left, or why there is none. */
export function progressRow(view: TransferView, columns: number): string {
  const { name, direction, size, done, speed, remaining } = view
  const share = size === 0 ? 1 : done / size
  const pace =
    view.state === 'running'
      ? [
          speed === undefined ? '' : `${formatSize(speed)}/s`,
          remaining === undefined ? '' : formatDuration(remaining),
        ]
      : [view.state]
  const tail = [
    columns < ROOMY ? '' : formatShare(done, size),
    `${Math.floor(share * 100)}%`.padStart(4),
    ...pace,
  ]
    .filter(figure => figure !== '')
    .join(' ')
  const free = columns - textWidth(tail) - 4
  const bar = Math.max(Math.min(Math.floor(free / 2), 24), 3)
  const filled = Math.round(share * bar)
  const shown = shortenTo(visible(name), Math.max(free - bar, 4))
  const arrow = direction === 'in' ? '↓' : '↑'
  return `${arrow} ${shown} ${'█'.repeat(filled)}${'░'.repeat(bar - filled)} ${tail}`
}
