import type { ClientEvent, HistoryEntry, KeptEvent } from '../events.ts'

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

/** The same words of the same person: an id alone is the server's to choose, and hides nothing else. */
export function isSame(a: KeptEvent, b: KeptEvent): boolean {
  if ('transfer' in a || 'transfer' in b) return a.type === b.type
  if (!('text' in a && 'text' in b) || a.text !== b.text) return false
  // An own message comes back under the own alias, which may have been another one then.
  return a.type !== 'message' || b.type !== 'message' || a.from === b.from
}

/** By id, what an event says about entries told before it. */
export function changesBy(event: ClientEvent): ReadonlyMap<string, Change> {
  switch (event.type) {
    case 'sent':
      return one(event.id, sent)
    case 'undelivered':
      return one(event.id, entry => ({ ...entry, state: 'failed' }))
    case 'receipt':
      return new Map(event.ids.map(id => [id, seenBy(event.from)]))
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

export const sent: Change = entry => ({ ...entry, state: 'sent' })

const NONE: ReadonlyMap<string, Change> = new Map()

const one = (id: string, change: Change): ReadonlyMap<string, Change> => new Map([[id, change]])

const isOwn = ({ type }: KeptEvent): boolean => type === 'said' || type === 'file-said'

/** Only of what was said here: an id in a receipt is whatever its author makes it. */
const seenBy =
  (alias: string): Change =>
  entry => {
    const { event, receipts = [] } = entry
    return isOwn(event) && !receipts.includes(alias) ? { ...entry, receipts: [...receipts, alias] } : entry
  }
