import type { ClientEvent, RoomClient } from '@chat-room/client'
import { makeVisible } from '@chat-room/protocol'
import { type Progress, progressRow, withSample } from './progress.ts'
import { shortenTo } from './text-width.ts'

const MOST_BARS = 3

/** What goes on now: files on their way, and who is typing. Rows that come and go above the prompt. */
export class StatusRows {
  readonly #client: Pick<RoomClient, 'transfers'>
  readonly #bars = new Map<string, Progress>()
  readonly #typing = new Set<string>()

  constructor(client: Pick<RoomClient, 'transfers'>) {
    this.#client = client
  }

  /** Whether rows change by time alone: a speed falls, a time left grows. */
  get isMoving(): boolean {
    return this.#bars.size > 0
  }

  /** Whether the event changes the rows. */
  take(event: ClientEvent, now: number): boolean {
    switch (event.type) {
      case 'file-progress': {
        const { transfer, direction, size, received } = event
        if (received >= size) return this.#bars.delete(transfer)
        const name = this.#client.transfers.find(each => each.transfer === transfer)?.name ?? 'file'
        const known = this.#bars.get(transfer) ?? {
          name: makeVisible(name, { lineBreaks: 'show' }),
          direction,
          size,
          samples: [],
        }
        this.#bars.set(transfer, withSample(known, received, now))
        return true
      }
      case 'file-received':
      case 'file-sent':
      case 'file-ended':
        return this.#bars.delete(event.transfer)
      case 'typing':
        if (event.typing) this.#typing.add(event.alias)
        else this.#typing.delete(event.alias)
        return true
      case 'message':
        return this.#typing.delete(event.from)
      case 'member-left':
      case 'member-away':
        return this.#typing.delete(event.alias)
      default:
        return false
    }
  }

  rows(columns: number, now: number): readonly string[] {
    const bars = [...this.#bars.values()]
    const rows = bars.slice(0, MOST_BARS).map(bar => progressRow(bar, columns, now))
    if (bars.length > MOST_BARS) rows.push(`and ${bars.length - MOST_BARS} more files`)
    if (this.#typing.size > 0) {
      const names = [...this.#typing].map(alias => makeVisible(alias, { lineBreaks: 'show' })).join(', ')
      rows.push(`${shortenTo(names, columns - 16)} ${this.#typing.size > 1 ? 'are' : 'is'} typing...`)
    }
    return rows
  }
}
