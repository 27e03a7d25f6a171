import type { ClientEvent, Clock, RoomClient, TransferView } from '@chat-room/client'
import type { FileEvent, FolderNews } from './file-lines.ts'

/** So long nothing more of the kind has to come, in milliseconds; */
const QUIET = 1_000
/** and so long, while more of it is to be expected. */
const PATIENCE = 10_000

type Tally = FolderNews & { readonly at: number }

type Reader = {
  readonly client: Pick<RoomClient, 'transfers'>
  readonly clock: Clock
  tell(news: FolderNews): void
}

/** Sums up what happens to the files of folders, each of which is a transfer: a line for the folder, not one for each. */
export class FolderDigest {
  readonly #reader: Reader
  readonly #tallies = new Map<string, Tally>()
  /** Keys of what was told before: that it goes on is no news. */
  readonly #told = new Set<string>()
  #cancel: (() => void) | undefined

  constructor(reader: Reader) {
    this.#reader = reader
  }

  /** Whether the event is told later, together with its like. */
  take(event: ClientEvent): boolean {
    if (event.type === 'left') this.close()
    if (!isFileEvent(event)) return false
    const view = this.#reader.client.transfers.find(({ transfer }) => transfer === event.transfer)
    const folder = topOf(view?.folder)
    if (view === undefined || folder === undefined) return false
    const key = JSON.stringify([event.type, folder, whoseOf(event, view), 'reason' in event && event.reason])
    const tally = this.#tallies.get(key)
    this.#tallies.set(key, {
      event: tally?.event ?? event,
      folder,
      count: (tally?.count ?? 0) + 1,
      size: (tally?.size ?? 0) + view.size,
      numbers: [...(tally?.numbers ?? []), view.number],
      at: this.#reader.clock.now(),
    })
    this.#cancel ??= this.#reader.clock.after(QUIET, () => this.#look())
    return true
  }

  /** Tells what is left to tell. */
  close(): void {
    this.#cancel?.()
    this.#cancel = undefined
    for (const tally of this.#tallies.values()) this.#reader.tell(tally)
    this.#tallies.clear()
  }

  #look(): void {
    this.#cancel = undefined
    const now = this.#reader.clock.now()
    for (const [key, tally] of this.#tallies) {
      if (now - tally.at < (this.#expectsMore(key, tally) ? PATIENCE : QUIET)) continue
      this.#tallies.delete(key)
      this.#told.add(key)
      this.#reader.tell(tally)
    }
    if (this.#tallies.size > 0) this.#cancel = this.#reader.clock.after(QUIET, () => this.#look())
  }

  #expectsMore(key: string, { event, folder }: Tally): boolean {
    const ofFolder = (direction: 'in' | 'out') =>
      this.#reader.client.transfers.filter(
        view => view.direction === direction && topOf(view.folder) === folder,
      )
    switch (event.type) {
      case 'file-offered':
        return this.#told.has(key) && ofFolder('in').some(isUnderWay)
      case 'file-received':
        return ofFolder('in').some(isUnderWay)
      case 'file-sent':
        return ofFolder('out').some(isUnderWay)
      case 'file-delivered':
        return ofFolder('out').some(view => isUnderWay(view) || lacks(view, event.to))
      default:
        return false
    }
  }
}

const isFileEvent = (event: ClientEvent): event is FileEvent =>
  event.type.startsWith('file-') && event.type !== 'file-progress'

/** `photos` of `photos/2024`. */
const topOf = (folder: string | undefined): string | undefined => folder?.split('/')[0]

const isUnderWay = ({ state }: TransferView): boolean => ['checking', 'running', 'waiting'].includes(state)

const lacks = ({ state, has = [], declined = [] }: TransferView, alias: string): boolean =>
  state === 'done' && !has.includes(alias) && !declined.includes(alias)

function whoseOf(event: FileEvent, view: TransferView): string {
  switch (event.type) {
    case 'file-delivered':
      return event.to
    case 'file-declined':
      return event.by
    case 'file-waiting':
      return `${event.for} ${view.with}`
    default:
      return `${view.direction} ${view.with}`
  }
}
