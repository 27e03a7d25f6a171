import type { ClientEvent, HistoryEntry, KeptEvent, Stored } from '../events.ts'

/** What an event changes of an entry that was told before it. */
export type Change = (entry: HistoryEntry) => HistoryEntry

const KEPT = ['message', 'said', 'file-offered', 'file-said', 'gap'] as const satisfies KeptEvent['type'][]

export const isKept = (event: ClientEvent): event is KeptEvent =>
  (KEPT as readonly ClientEvent['type'][]).includes(event.type)

/** What an entry is found by; undefined: nothing is ever said about it again. */
export function idOf(event: KeptEvent): string | undefined {
  switch (event.type) {
    case 'gap':
      return undefined
    case 'file-offered':
    case 'file-said':
      return event.transfer
    case 'said':
    case 'message':
      // An author may have left it out.
      return event.id === '' ? undefined : event.id
  }
}

/** The same words of the same person, said once: an id alone is the server's to choose, and hides nothing else. */
export function isSame(a: KeptEvent, b: KeptEvent): boolean {
  if ('transfer' in a || 'transfer' in b) return a.type === b.type
  if (!('text' in a && 'text' in b) || a.text !== b.text || isForAll(a) !== isForAll(b)) return false
  if (isMine(a) !== isMine(b)) return false
  if (a.type === 'said' || b.type === 'said') return true
  // An own message comes back under the own alias, which may have been another one then.
  return a.seq === b.seq && a.at === b.at && (isMine(a) || a.from === b.from)
}

type Text = Extract<KeptEvent, { readonly type: 'said' | 'message' }>

const isForAll = ({ to }: Text): boolean => to === 'all'

const isMine = (text: Text): boolean => text.type === 'said' || text.own === true

/** By id, what an event says about entries told before it. */
export function changesBy(event: ClientEvent): ReadonlyMap<string, Change> {
  switch (event.type) {
    case 'sent':
      return one(event.id, sent(event))
    case 'file-stored':
      return one(event.transfer, sent(event))
    case 'undelivered':
      return one(event.id, failed)
    case 'receipt':
      return new Map(event.ids.map(id => [id, ifFor(event.from, seenBy(event.from))]))
    case 'file-delivered':
      return one(event.transfer, seenBy(event.to))
    case 'file-received':
      return one(event.transfer, entry => ({ ...entry, outcome: { name: event.name, path: event.path } }))
    case 'file-ended':
      return one(event.transfer, entry => ({ ...entry, outcome: { reason: event.reason } }))
    default:
      return NONE
  }
}

const failed: Change = entry => (isOwn(entry.event) ? { ...entry, state: 'failed' } : entry)

const sent =
  ({ seq, at, written }: Stored): Change =>
  entry => ({
    ...entry,
    state: 'sent',
    stored: { seq, at, ...(written === undefined ? {} : { written }) },
  })

export const saidAgain: Change = entry => (entry.state === 'failed' ? { ...entry, isSaidAgain: true } : entry)

const NONE: ReadonlyMap<string, Change> = new Map()

const one = (id: string, change: Change): ReadonlyMap<string, Change> => new Map([[id, change]])

const isOwn = ({ type }: KeptEvent): boolean => type === 'said' || type === 'file-said'

/** A receipt says something of what was said to its author alone. */
const ifFor =
  (alias: string, change: Change): Change =>
  entry =>
    'to' in entry.event && entry.event.to === alias ? change(entry) : entry

/** Only of what was said here: an id in a receipt is whatever its author makes it. */
const seenBy =
  (alias: string): Change =>
  entry => {
    const { event, receipts = [] } = entry
    return isOwn(event) && !receipts.includes(alias) ? { ...entry, receipts: [...receipts, alias] } : entry
  }
