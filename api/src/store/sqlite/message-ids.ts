import type { DatabaseSync } from 'node:sqlite'
import { PRUNE_LIMITS } from '../prune-limits.ts'
import { bareIdAt, countOf, encodeIds, idAt, type Known, type KnownId, withoutFirst } from './id-bundle.ts'
import { IdHints } from './id-hints.ts'
import { query } from './query.ts'
import { entryKey, entrySeq } from './rooms.ts'

/** What one row holds at most. */
const BUNDLE = 128

type BundleRow = { readonly key: number; readonly ids: Uint8Array }

/** Ids have ordinals, which count up in each room without holes. */
type Ordinals = {
  oldest: number
  newest: number
  /** The newest ones: those of this transaction, and how many of them are in rows. */
  open: KnownId[]
  written: number
  /** Of the oldest one; undefined while nobody has looked. */
  oldestAt: number | undefined
}

/**
 * Which message ids were stored in each room, and as what. Survives the messages: retention may be shorter. In rows as the
 * log, and without an index by id, which would touch a page of its own for each random id: `IdHints` finds the place.
 */
export class MessageIds {
  readonly #insert
  readonly #bundles
  readonly #bundle
  readonly #delete
  readonly #shorten
  /** Of the rooms that were used since the start, whose ids the hints know. */
  readonly #rooms = new Map<number, Ordinals>()
  /** Of the rooms that this transaction changes, as they were before. */
  readonly #before = new Map<number, Pick<Ordinals, 'oldest' | 'newest'>>()
  readonly #hints = new IdHints()
  /** Hints to remove once it is certain. One too many is harmless, one too few is not. */
  #gone: { readonly room: number; readonly id: Uint8Array; readonly place: number }[] = []

  constructor(db: DatabaseSync) {
    this.#insert = query<[key: number, ids: Uint8Array]>(
      db,
      'INSERT INTO id_bundles (key, ids) VALUES (?, ?)',
    )
    this.#bundles = query<[from: number, end: number], BundleRow>(
      db,
      'SELECT key, ids FROM id_bundles WHERE key >= ? AND key < ? ORDER BY key',
    )
    this.#bundle = query<[from: number, end: number], BundleRow>(
      db,
      'SELECT key, ids FROM id_bundles WHERE key >= ? AND key < ? ORDER BY key LIMIT 1',
    )
    this.#delete = query<[from: number, to: number]>(db, 'DELETE FROM id_bundles WHERE key BETWEEN ? AND ?')
    this.#shorten = query<[ids: Uint8Array, key: number]>(db, 'UPDATE id_bundles SET ids = ? WHERE key = ?')
  }

  find(room: number, id: Uint8Array): Known | undefined {
    const ordinals = this.#ordinals(room)
    let known: KnownId | undefined
    const first = entryKey(room, 0)
    this.#hints.find(room, id, place => {
      const ordinal = place - first
      const isOurs = ordinal >= ordinals.oldest && ordinal <= ordinals.newest
      const there = isOurs ? this.#at(room, ordinals, ordinal) : undefined
      known = there !== undefined && Buffer.compare(there.id, id) === 0 ? there : undefined
      return known !== undefined
    })
    return known
  }

  remember(room: number, id: Uint8Array, { number, at, direct }: Known): void {
    const ordinals = this.#ordinals(room)
    this.#changes(room, ordinals)
    if (ordinals.open.length - ordinals.written === BUNDLE) this.#write(room, ordinals)
    ordinals.newest++
    ordinals.open.push({ id, number, at, direct })
    this.#hints.add(room, id, entryKey(room, ordinals.newest))
  }

  /** Forgets ids stored before a time, a bounded number of them; whether there may be more. */
  forgetBefore(room: number, time: number): boolean {
    const ordinals = this.#ordinals(room)
    if (ordinals.oldest > ordinals.newest) return false
    ordinals.oldestAt ??= this.#at(room, ordinals, ordinals.oldest)?.at
    if (ordinals.oldestAt !== undefined && ordinals.oldestAt >= time) return false
    return this.#forget(room, ordinals, ({ at }) => at < time)
  }

  /** Forgets the oldest beyond so many, a bounded number of them; whether there may be more. */
  keepNewest(room: number, count: number): boolean {
    const ordinals = this.#ordinals(room)
    const last = ordinals.newest - count
    return last >= ordinals.oldest && this.#forget(room, ordinals, (_, ordinal) => ordinal <= last)
  }

  /** Makes rows of what was remembered: before the commit. */
  flush(): void {
    for (const room of this.#before.keys()) this.#write(room, this.#ordinals(room))
  }

  committed(): void {
    for (const { room, id, place } of this.#gone) this.#hints.remove(room, id, place)
    for (const room of this.#before.keys()) {
      const ordinals = this.#ordinals(room)
      ordinals.open = []
      ordinals.written = 0
    }
    this.#endTransaction()
  }

  rolledBack(): void {
    for (const [room, before] of this.#before) {
      const { open, newest } = this.#ordinals(room)
      for (const [index, { id }] of open.entries())
        this.#hints.remove(room, id, entryKey(room, newest - open.length + 1 + index))
      this.#rooms.set(room, { ...before, open: [], written: 0, oldestAt: undefined })
    }
    this.#endTransaction()
  }

  #endTransaction(): void {
    this.#gone = []
    this.#before.clear()
  }

  #changes(room: number, { oldest, newest }: Ordinals): void {
    if (!this.#before.has(room)) this.#before.set(room, { oldest, newest })
  }

  #at(room: number, { newest, open }: Ordinals, ordinal: number): KnownId | undefined {
    const inOpen = ordinal - (newest - open.length) - 1
    if (inOpen >= 0) return open[inOpen]
    const row = this.#bundle.get(entryKey(room, ordinal), entryKey(room + 1, 0))
    return row && idAt(row.ids, ordinal - entrySeq(row.key) + countOf(row.ids) - 1)
  }

  #write(room: number, ordinals: Ordinals): void {
    const { newest, open, written } = ordinals
    if (written < open.length)
      this.#insert.run(entryKey(room, newest), encodeIds(written === 0 ? open : open.slice(written)))
    ordinals.written = open.length
  }

  #forget(room: number, ordinals: Ordinals, goes: (known: Known, ordinal: number) => boolean): boolean {
    this.flush()
    this.#changes(room, ordinals)
    const { oldest } = ordinals
    const limit = oldest + PRUNE_LIMITS.rows
    let rest: BundleRow | undefined
    for (const { key, ids } of this.#bundles.iterate(...keysOf(room))) {
      const gone = this.#countGone(
        room,
        ordinals,
        { key, ids },
        (known, ordinal) => ordinal < limit && goes(known, ordinal),
      )
      rest = gone === 0 || gone === countOf(ids) ? undefined : { key, ids: withoutFirst(ids, gone) }
      if (gone < countOf(ids)) break
    }
    ordinals.oldestAt = undefined
    this.#delete.run(entryKey(room, oldest), entryKey(room, ordinals.oldest - 1))
    if (rest !== undefined) this.#shorten.run(rest.ids, rest.key)
    return ordinals.oldest === limit
  }

  /** How many at the beginning of a row go. */
  #countGone(
    room: number,
    ordinals: Ordinals,
    { key, ids }: BundleRow,
    goes: (known: Known, ordinal: number) => boolean,
  ): number {
    const first = entrySeq(key) - countOf(ids) + 1
    for (let index = 0; ; index++) {
      const known = idAt(ids, index)
      if (known === undefined || !goes(known, first + index)) return index
      this.#gone.push({ room, id: known.id, place: entryKey(room, first + index) })
      ordinals.oldest = first + index + 1
    }
  }

  // Read when a room is first used, not at the start.
  #ordinals(room: number): Ordinals {
    const before = this.#rooms.get(room)
    if (before !== undefined) return before
    const ordinals: Ordinals = { oldest: 1, newest: 0, open: [], written: 0, oldestAt: undefined }
    for (const { key, ids } of this.#bundles.iterate(...keysOf(room))) {
      const first = entrySeq(key) - countOf(ids) + 1
      if (ordinals.newest === 0) ordinals.oldest = first
      ordinals.newest = entrySeq(key)
      for (let index = 0; index < countOf(ids); index++)
        this.#hints.add(room, bareIdAt(ids, index), entryKey(room, first + index))
    }
    this.#rooms.set(room, ordinals)
    return ordinals
  }
}

const keysOf = (room: number): [from: number, end: number] => [entryKey(room, 0), entryKey(room + 1, 0)]
