import type { Conversation } from './conversation.ts'
import type { Entry, Said } from './entries.ts'

/** What one line of the conversation shows. `key` is the same for the same thing in every window. */
export type Row =
  | { readonly kind: 'day'; readonly key: unknown; readonly at: number }
  | { readonly kind: 'unread'; readonly key: unknown }
  /** `isFirst`: author and time stand over it; those after it are of the same author, target and minute. */
  | { readonly kind: 'said'; readonly key: unknown; readonly said: Said; readonly isFirst: boolean }
  | {
      readonly kind: 'entry'
      readonly key: unknown
      readonly entry: Exclude<Entry, Said | { readonly kind: 'removed' }>
    }

/** The rows of the entries from `first` up to, not including, `end`: what they show depends on no other window. */
export function rowsOf(conversation: Conversation, first: number, end: number): readonly Row[] {
  const rows: Row[] = []
  const { firstUnread } = conversation
  let before = entryBefore(conversation, first)
  for (let number = first; number < end; number++) {
    const entry = conversation.at(number)
    if (entry === undefined || entry.kind === 'removed') continue
    const isNewDay = before === undefined || dayOf(before.at) !== dayOf(entry.at)
    if (isNewDay) rows.push({ kind: 'day', key: `day ${number}`, at: entry.at })
    const isFirstUnread = number === firstUnread
    if (isFirstUnread) rows.push({ kind: 'unread', key: 'unread' })
    const key = conversation.keyAt(number)
    if (entry.kind === 'said') {
      const isFirst = isNewDay || isFirstUnread || before === undefined || !belongs(entry, before)
      rows.push({ kind: 'said', key, said: entry, isFirst })
    } else {
      rows.push({ kind: 'entry', key, entry })
    }
    before = entry
  }
  return rows
}

type Shown = Exclude<Entry, { readonly kind: 'removed' }>

function entryBefore(conversation: Conversation, number: number): Shown | undefined {
  for (let each = number - 1; each >= conversation.first; each--) {
    const entry = conversation.at(each)
    if (entry !== undefined && entry.kind !== 'removed') return entry
  }
  return undefined
}

const MINUTE = 60_000

const belongs = (said: Said, before: Shown): boolean =>
  before.kind === 'said' &&
  before.from === said.from &&
  before.to === said.to &&
  Math.floor(before.at / MINUTE) === Math.floor(said.at / MINUTE)

/** Days are those of whoever looks. */
const dayOf = (at: number): string => new Date(at).toDateString()
