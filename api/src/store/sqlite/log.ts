import type { DatabaseSync } from 'node:sqlite'
import type { LogEntry } from '@chat-room/protocol'
import type { NewMessage } from '../../room/ports.ts'
import { PageBudget } from '../page-budget.ts'
import { decodeEntries, encodeEntries, type KeptEntry, type NewEntry, sealedSize } from './entry-bundle.ts'
import { fromBlob, type Query, query } from './query.ts'
import { entryKey, entrySeq, type RoomState } from './rooms.ts'

/** What one row holds at most: so much is read to find one entry, and lies there until the last of it may go. */
const BUNDLE = { entries: 128, bytes: 64 * 1024 } as const

type BundleRow = { readonly key: number; readonly entries: Uint8Array }

/** What one room has said in this transaction and is not a row yet. */
type Open = { readonly state: RoomState; entries: NewEntry[]; bytes: number }

/**
 * The dense, ordered log of each room. What a room says in one turn is one row: of a message's way to the disk a row of
 * its own would be the largest part.
 */
export class Log {
  readonly #open = new Map<number, Open>()
  readonly #insert
  readonly #after: Query<[from: number, end: number], BundleRow>
  readonly #before: Query<[from: number, to: number], BundleRow>
  readonly #delete
  readonly #hello

  constructor(db: DatabaseSync) {
    this.#insert = query<[key: number, at: number, total: number, entries: Uint8Array]>(
      db,
      'INSERT INTO entry_bundles (key, at, total, entries) VALUES (?, ?, ?, ?)',
    )
    this.#after = query(db, 'SELECT key, entries FROM entry_bundles WHERE key >= ? AND key < ? ORDER BY key')
    this.#before = query(
      db,
      `SELECT key, entries FROM entry_bundles
       WHERE key BETWEEN ? AND (SELECT min(key) FROM entry_bundles WHERE key >= ?) ORDER BY key DESC`,
    )
    this.#delete = query<[from: number, to: number]>(
      db,
      'DELETE FROM entry_bundles WHERE key BETWEEN ? AND ?',
    )
    this.#hello = query<[key: number], { tag: Uint8Array; sealed: Uint8Array }>(
      db,
      'SELECT tag, sealed FROM hellos WHERE key = ?',
    )
  }

  append(state: RoomState, kind: 'message' | 'bye', id: Uint8Array, message: NewMessage): number {
    const { at, member, session, sealed } = message
    return this.#append(state, { kind, at, member, session, id, sealed })
  }

  /** The place of a hello, whose bytes are kept elsewhere. */
  appendHello(
    state: RoomState,
    { at, member, session, sealed }: Pick<NewEntry, 'at' | 'member' | 'session' | 'sealed'>,
  ): number {
    return this.#append(state, { kind: 'hello', at, member, session, id: undefined, sealed })
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
    const entries: LogEntry[] = []
    const budget = new PageBudget(bytes)
    for (const entry of direction === 'after'
      ? this.#upwards(state, from)
      : this.#downwards(state, from, to)) {
      if (!budget.take(entry.size)) break
      entries.push(this.#toEntry(state, entry))
    }
    const done = entries.length === to - from + 1
    return { entries: direction === 'after' ? entries : entries.reverse(), done }
  }

  /** Of what is in rows, the ids of entries beyond this one: views, for as long as their row is looked at. */
  *idsAfter(
    room: number,
    seq: number,
  ): Iterable<{ readonly id: Uint8Array; readonly seq: number; readonly at: number }> {
    // A copy: a view would hold on to all of its row.
    for (const { key, entries } of this.#after.iterate(entryKey(room, seq + 1), entryKey(room + 1, 0)))
      for (const { id, ...entry } of decodeEntries(entries, entrySeq(key)))
        if (id !== undefined && entry.seq > seq) yield { id, seq: entry.seq, at: entry.at }
  }

  /** Entries from the old end, at most so many, each with the room's sealed bytes up to and with it. */
  *oldest(state: RoomState, limit: number): Iterable<{ seq: number; at: number; total: number }> {
    let total = state.pruned
    for (const { seq, at, size } of this.#upwards(state, state.oldest)) {
      if (seq === state.oldest + limit) return
      total += size
      yield { seq, at, total }
    }
  }

  /**
   * The log begins after this entry now, up to which its bytes amounted to `total`. What shares a row with younger entries
   * stays on the disk until they go.
   */
  dropThrough(state: RoomState, seq: number, total: number): void {
    this.#delete.run(entryKey(state.room, state.oldest), entryKey(state.room, seq))
    state.oldest = seq + 1
    state.pruned = total
  }

  /** Makes rows of what was appended: before the commit, and before anything is read. */
  flush(): void {
    for (const open of this.#open.values()) this.#write(open)
    this.#open.clear()
  }

  rolledBack(): void {
    this.#open.clear()
  }

  #append(state: RoomState, entry: NewEntry): number {
    const size = sealedSize(entry.sealed)
    let open = this.#open.get(state.room)
    if (open === undefined) {
      open = { state, entries: [], bytes: 0 }
      this.#open.set(state.room, open)
    }
    if (open.entries.length === BUNDLE.entries || open.bytes + size > BUNDLE.bytes) this.#write(open)
    open.entries.push(entry)
    open.bytes += size
    state.head++
    state.total += size
    state.latest = entry.at
    return state.head
  }

  #write(open: Open): void {
    const { state, entries } = open
    if (entries.length === 0) return
    this.#insert.run(entryKey(state.room, state.head), state.latest, state.total, encodeEntries(entries))
    open.entries = []
    open.bytes = 0
  }

  *#upwards(state: RoomState, from: number): Iterable<KeptEntry> {
    this.flush()
    for (const { key, entries } of this.#after.iterate(
      entryKey(state.room, from),
      entryKey(state.room + 1, 0),
    ))
      for (const entry of decodeEntries(entries, entrySeq(key))) if (entry.seq >= from) yield entry
  }

  *#downwards(state: RoomState, from: number, to: number): Iterable<KeptEntry> {
    this.flush()
    for (const { key, entries } of this.#before.iterate(entryKey(state.room, from), entryKey(state.room, to)))
      for (const entry of decodeEntries(entries, entrySeq(key)).toReversed())
        if (entry.seq >= from && entry.seq <= to) yield entry
  }

  #toEntry(state: RoomState, { seq, at, kind, member, session, id, sealed }: KeptEntry): LogEntry {
    const hello = kind === 'hello' ? this.#hello.get(entryKey(state.room, seq)) : undefined
    return {
      seq,
      at,
      kind,
      member: fromBlob(member),
      session: fromBlob(session),
      ...(id && { id: fromBlob(id) }),
      ...(hello && { tag: fromBlob(hello.tag) }),
      sealed: fromBlob(hello?.sealed ?? sealed),
    }
  }
}
