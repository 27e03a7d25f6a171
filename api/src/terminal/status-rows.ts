import type { ClientEvent, RoomClient, TransferView } from '@chat-room/client'
import { progressRow } from './progress.ts'
import { visible } from './sheet.ts'
import { shortenTo } from './text-width.ts'

const MOST_BARS = 3

/** What goes on now: files on their way, and who is typing. Rows that come and go above the prompt. */
export class StatusRows {
  readonly #client: Pick<RoomClient, 'transfers'>
  readonly #typing = new Set<string>()

  constructor(client: Pick<RoomClient, 'transfers'>) {
    this.#client = client
  }

  /** Whether rows change by time alone: a speed falls, a time left grows. */
  get isMoving(): boolean {
    return this.#client.transfers.some(isMoving)
  }

  /** Whether the event may change the rows. */
  take(event: ClientEvent): boolean {
    switch (event.type) {
      case 'file-progress':
      case 'file-resumed':
      case 'file-waiting':
      case 'file-received':
      case 'file-sent':
      case 'file-ended':
      case 'connection':
        return true
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

  rows(columns: number): readonly string[] {
    const bars = this.#client.transfers.filter(isMoving)
    const rows = bars.slice(0, MOST_BARS).map(bar => progressRow(bar, columns))
    const more = bars.length - MOST_BARS
    if (more > 0) rows.push(`and ${more} more ${more === 1 ? 'file' : 'files'}`)
    if (this.#typing.size > 0) {
      const names = [...this.#typing].map(visible).join(', ')
      rows.push(`${shortenTo(names, columns - 16)} ${this.#typing.size > 1 ? 'are' : 'is'} typing...`)
    }
    return rows
  }
}

/** Begun, and neither over nor left to wait by a person. */
const isMoving = ({ state, waitsFor, size, done }: TransferView): boolean =>
  done < size &&
  (state === 'running' || state === 'checking' || (state === 'waiting' && waitsFor !== undefined))
