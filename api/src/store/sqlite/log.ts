import type { DatabaseSync } from 'node:sqlite'
import type { LogEntry } from '@chat-room/protocol'
import type { NewMessage } from '../../room/ports.ts'
import { PageBudget } from '../page-budget.ts'
import { fromBlob, type Query, query, toBlob } from './query.ts'
import { entryKey, entrySeq, type RoomState } from './rooms.ts'

const KINDS = ['hello', 'message', 'bye'] as const

type EntryRow = {
  readonly key: number
  readonly kind: number
  readonly at: number
  readonly member: Uint8Array
  readonly session: Uint8Array
  readonly id: Uint8Array | null
  readonly sealed: Uint8Array
  readonly tag: Uint8Array | null
}

type Range = [from: number, to: number]

const select = (order: 'ASC' | 'DESC') => `
  SELECT e.key, e.kind, e.at, e.member, e.session, e.id, coalesce(e.sealed, h.sealed) AS sealed, h.tag
  FROM entries e LEFT JOIN hellos h ON e.kind = 0 AND h.key = e.key
  WHERE e.key BETWEEN ? AND ? ORDER BY e.key ${order}`

/** The dense, ordered log of each room. */
export class Log {
  readonly #insert
  readonly #after: Query<Range, EntryRow>
  readonly #before: Query<Range, EntryRow>
  readonly #oldest
  readonly #delete

  constructor(db: DatabaseSync) {
    this.#insert = query<
      [
        key: number,
        kind: number,
        at: number,
        total: number,
        member: Uint8Array,
        session: Uint8Array,
        id: Uint8Array | null,
        sealed: Uint8Array | null,
      ]
    >(db, 'INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
    this.#after = query(db, select('ASC'))
    this.#before = query(db, select('DESC'))
    this.#oldest = query<
      [from: number, to: number, limit: number],
      { key: number; at: number; total: number }
    >(db, 'SELECT key, at, total FROM entries WHERE key BETWEEN ? AND ? ORDER BY key LIMIT ?')
    this.#delete = query<Range>(db, 'DELETE FROM entries WHERE key BETWEEN ? AND ?')
  }

  append(state: RoomState, kind: 'message' | 'bye', id: Uint8Array, message: NewMessage): number {
    return this.#append(state, kind, message, id, toBlob(message.sealed))
  }

  /** The place of a hello, whose bytes are kept elsewhere. */
  appendHello(
    state: RoomState,
    hello: { readonly at: number; readonly member: string; readonly session: string },
    sealed: Uint8Array,
  ): number {
    return this.#append(state, 'hello', hello, undefined, sealed)
  }

  page(
    state: RoomState,
    direction: 'after' | 'before',
    seq: number,
    bytes: number,
  ): { readonly entries: LogEntry[]; readonly done: boolean } {
    const from = direction === 'after' ? Math.max(seq + 1, state.oldest) : state.oldest
    const to = direction === 'after' ? state.head : Math.min(seq - 1, state.head)
    if (from > to) return { entries: [], done: true }
    const rows = direction === 'after' ? this.#after : this.#before
    const entries: LogEntry[] = []
    const budget = new PageBudget(bytes)
    for (const row of rows.iterate(entryKey(state.room, from), entryKey(state.room, to))) {
      if (!budget.take(row.sealed.length)) break
      entries.push(toEntry(row))
    }
    const done = entries.length === to - from + 1
    return { entries: direction === 'after' ? entries : entries.reverse(), done }
  }

  /** Entries from the old end, at most so many. */
  *oldest(state: RoomState, limit: number): Iterable<{ seq: number; at: number; total: number }> {
    const rows = this.#oldest.iterate(
      entryKey(state.room, state.oldest),
      entryKey(state.room, state.head),
      limit,
    )
    for (const { key, at, total } of rows) yield { seq: entrySeq(key), at, total }
  }

  /** The log begins after this entry now, up to which its bytes amounted to `total`. */
  dropThrough(state: RoomState, seq: number, total: number): void {
    this.#delete.run(entryKey(state.room, state.oldest), entryKey(state.room, seq))
    state.oldest = seq + 1
    state.pruned = total
  }

  #append(
    state: RoomState,
    kind: 'hello' | 'message' | 'bye',
    entry: { readonly at: number; readonly member: string; readonly session: string },
    id: Uint8Array | undefined,
    sealed: Uint8Array,
  ): number {
    const seq = state.head + 1
    const total = state.total + sealed.length
    this.#insert.run(
      entryKey(state.room, seq),
      KINDS.indexOf(kind),
      entry.at,
      total,
      toBlob(entry.member),
      toBlob(entry.session),
      id ?? null,
      kind === 'hello' ? null : sealed,
    )
    state.head = seq
    state.total = total
    state.latest = entry.at
    return seq
  }
}

const toEntry = (row: EntryRow): LogEntry => ({
  seq: entrySeq(row.key),
  at: row.at,
  kind: KINDS[row.kind] as LogEntry['kind'],
  member: fromBlob(row.member),
  session: fromBlob(row.session),
  ...(row.id && { id: fromBlob(row.id) }),
  ...(row.tag && { tag: fromBlob(row.tag) }),
  sealed: fromBlob(row.sealed),
})
