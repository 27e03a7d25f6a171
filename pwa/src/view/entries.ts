import type { Bytes, HistoryEntry, KeptEvent, TransferView } from '@chat-room/client'

/** Of an own message: in the outbox, durable on the server, with the one whom it is for, or none of these for good. */
export type Delivery = 'waiting' | 'sent' | 'received' | 'failed'

export type Said = {
  readonly kind: 'said'
  readonly id: string
  readonly from: string
  /** `all`, or the alias of the one whom a DM is for. */
  readonly to: string
  readonly text: string
  /** Absent of what waits; of others, a DM's is its number in the mailbox. */
  readonly seq?: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly isOwn: boolean
  readonly delivery: Delivery
  /** When it was written, if it waited long in an outbox. */
  readonly written?: number
  readonly place: number | undefined
}

/** Becomes of a file what no list of transfers tells: where it is kept, or why it did not come. */
export type Outcome = NonNullable<HistoryEntry['outcome']>

export type SharedFile = {
  readonly kind: 'file'
  readonly transfer: string
  /** Who sent it; of an own one `all`, or the alias of the one whom it is for. */
  readonly with: string
  readonly name: string
  readonly folder: string | undefined
  readonly size: number
  /** A small picture of it, by its sender: hostile as everything of theirs. */
  readonly preview: Bytes | undefined
  readonly at: number
  readonly isOwn: boolean
  readonly isDirect: boolean
  /** Of an own one: who has all of it, by alias. */
  readonly has: readonly string[]
  /** Undefined: it is under way, or nobody knows. */
  readonly outcome: Outcome | undefined
  readonly place: number | undefined
}

/** `place`: where it stands in what this device keeps; undefined: it is not kept. */
type Kept = Said | SharedFile | Gap
type Gap = {
  readonly kind: 'gap'
  readonly missed: number
  readonly at: number
  readonly place: number | undefined
}

export type Entry =
  | Kept
  | { readonly kind: 'came' | 'went' | 'new-key'; readonly alias: string; readonly at: number }
  /** Its place is kept, so that every other entry keeps its own. */
  | { readonly kind: 'removed' }

type Known = Pick<HistoryEntry, 'event' | 'at'> & Partial<HistoryEntry>

/** What was said, as it is shown to `self`. */
export function entryOf(known: Known, self: string): Kept {
  const { event, at, state, stored, receipts = [], outcome, place = event.place } = known
  switch (event.type) {
    case 'message': {
      const { id, from, to, text, seq, written } = event
      const said: Said = {
        ...{ kind: 'said', id, from, to, text, seq, at: event.at, place },
        isOwn: event.own === true,
        delivery: 'sent',
      }
      return written === undefined ? said : { ...said, written }
    }
    case 'said': {
      const { id, to, text } = event
      const delivery = to !== 'all' && receipts.length > 0 ? 'received' : (state ?? 'waiting')
      const said = { id, from: self, to, text, at: event.at, ...stored }
      return { ...said, kind: 'said', isOwn: true, delivery, place }
    }
    case 'file-offered':
      return { ...fileOf(event), at: event.at ?? at, with: event.from, isOwn: false, has: [], outcome, place }
    case 'file-said': {
      const when = stored?.at ?? event.at
      return { ...fileOf(event), at: when, with: event.to, isOwn: true, has: receipts, outcome, place }
    }
    case 'gap':
      return { kind: 'gap', missed: event.missed, at, place }
  }
}

type FileEvent = Extract<KeptEvent, { readonly type: 'file-offered' | 'file-said' }>

const fileOf = ({ transfer, name, folder, size, preview, to }: FileEvent) =>
  ({ kind: 'file', transfer, name, folder, size, preview, isDirect: to !== 'all' }) as const

/** What this entry is known by; undefined: by nothing. */
export function idOf(event: KeptEvent): string | undefined {
  if (event.type === 'gap') return undefined
  return 'id' in event ? event.id : event.transfer
}

/** A file that the core lists no more: what its card can still say. No command has a number for it. */
export function pastTransfer(file: SharedFile): TransferView {
  const { transfer, with: other, name, folder, size, isOwn, has, outcome } = file
  const isDone = outcome !== undefined && outcome.reason === undefined
  const view: TransferView = {
    ...{ number: 0, transfer, with: other, name, size, has },
    direction: isOwn ? 'out' : 'in',
    done: isDone ? size : 0,
    state: isDone ? 'done' : 'ended',
  }
  return folder === undefined ? view : { ...view, folder }
}
