import type { DatabaseSync } from 'node:sqlite'
import { PRUNE_LIMITS } from '../prune-limits.ts'
import { bareIdAt, countOf, encodeIds, idAt, type Known, type KnownId, withoutFirst } from './id-bundle.ts'
import { IdHints } from './id-hints.ts'
import type { Log } from './log.ts'
import { query } from './query.ts'
import { entryKey, entrySeq } from './rooms.ts'

/** What one row holds at most. */
const BUNDLE = 128

/** `logged`: the number of the newest log entry whose id was known by then. */
type BundleRow = { readonly key: number; readonly ids: Uint8Array; readonly logged: number }

/** Ids have ordinals, which count up in each room without holes. */
type Ordinals = {
  oldest: number
  newest: number
  /** The number of the newest log entry that has one. */
  logged: number
  /** The newest ones: those without a row, and how many of them got one in this transaction. */
  open: KnownId[]
  written: number
  /** Whether the log does not have all of those without a row. */
  isUnlogged: boolean
  /** When the oldest one was stored; undefined while nobody has looked. */
  oldestAt: number | undefined
}

/** As a transaction found them. */
type Before = Pick<Ordinals, 'oldest' | 'newest' | 'logged' | 'isUnlogged'> & { readonly open: number }

/**
 * Which message ids were stored in each room, and as what. Survives the messages: retention may be shorter. In rows as the
 * log, and without an index by id, which would touch a page of its own for each random id: `IdHints` finds the place.
 *
 * The newest ids get a row when there are enough of them, when one of them is a direct message's, and before the log drops
 * any: until then the log has them. The newest row tells where in the log they begin, and is therefore kept, even empty.
 */
export class MessageIds {
  readonly #log: Log
  readonly #insert
  readonly #bundles
  readonly #bundle
  readonly #delete
  readonly #shorten
  /** Of the rooms that were used since the start, whose ids the hints know. */
  readonly #rooms = new Map<number, Ordinals>()
  /** Of the rooms that this transaction changes, as they were before. */
  readonly #before = new Map<number, Before>()
  readonly #hints = new IdHints()
  /** Hints to remove once it is certain. One too many is harmless, one too few is not. */
  #gone: { readonly room: number; readonly id: Uint8Array; readonly place: number }[] = []

  constructor(db: DatabaseSync, log: Log) {
    this.#log = log
    this.#insert = query<[key: number, ids: Uint8Array, logged: number]>(
      db,
      'INSERT INTO id_bundles (key, ids, logged) VALUES (?, ?, ?)',
    )
    this.#bundles = query<[from: number, end: number], BundleRow>(
      db,
      'SELECT key, ids, logged FROM id_bundles WHERE key >= ? AND key < ? ORDER BY key',
    )
    this.#bundle = query<[from: number, end: number], BundleRow>(
      db,
      'SELECT key, ids, logged FROM id_bundles WHERE key >= ? AND key < ? ORDER BY key LIMIT 1',
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
    if (isEnough(ordinals)) this.#write(room, ordinals)
    if (direct === 1) ordinals.isUnlogged = true
    this.#add(room, ordinals, { id, number, at, direct })
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

  /** Makes rows of what the log does not have, or has long enough: before the commit. */
  flush(): void {
    for (const room of this.#before.keys()) {
      const ordinals = this.#ordinals(room)
      if (ordinals.isUnlogged || isEnough(ordinals)) this.#write(room, ordinals)
    }
  }

  /** Makes rows of all there are: before the log drops any of them. */
  settle(room: number): void {
    const ordinals = this.#ordinals(room)
    this.#changes(room, ordinals)
    this.#write(room, ordinals)
  }

  committed(): void {
    for (const { room, id, place } of this.#gone) this.#hints.remove(room, id, place)
    for (const room of this.#before.keys()) {
      const ordinals = this.#ordinals(room)
      ordinals.open.splice(0, ordinals.written)
      ordinals.written = 0
    }
    this.#endTransaction()
  }

  rolledBack(): void {
    for (const [room, { open: kept, ...before }] of this.#before) {
      const { open } = this.#ordinals(room)
      for (const [index, { id }] of open.splice(kept).entries())
        this.#hints.remove(room, id, entryKey(room, before.newest + 1 + index))
      this.#rooms.set(room, { ...before, open, written: 0, oldestAt: undefined })
    }
    this.#endTransaction()
  }

  #endTransaction(): void {
    this.#gone = []
    this.#before.clear()
  }

  #changes(room: number, { oldest, newest, logged, isUnlogged, open }: Ordinals): void {
    if (this.#before.has(room)) return
    this.#before.set(room, { oldest, newest, logged, isUnlogged, open: open.length })
  }

  #add(room: number, ordinals: Ordinals, known: KnownId): void {
    ordinals.newest++
    if (known.direct === 0) ordinals.logged = known.number
    // It may stay for long: a view would keep all the memory that it shares with others.
    ordinals.open.push({ ...known, id: new Uint8Array(known.id) })
    this.#hints.add(room, known.id, entryKey(room, ordinals.newest))
  }

  #at(room: number, { newest, open }: Ordinals, ordinal: number): KnownId | undefined {
    const inOpen = ordinal - (newest - open.length) - 1
    if (inOpen >= 0) return open[inOpen]
    const row = this.#bundle.get(entryKey(room, ordinal), entryKey(room + 1, 0))
    return row && idAt(row.ids, ordinal - entrySeq(row.key) + countOf(row.ids) - 1)
  }

  #write(room: number, ordinals: Ordinals): void {
    const { newest, logged, open, written } = ordinals
    if (written < open.length)
      this.#insert.run(entryKey(room, newest), encodeIds(written === 0 ? open : open.slice(written)), logged)
    ordinals.written = open.length
    ordinals.isUnlogged = false
  }

  #forget(room: number, ordinals: Ordinals, goes: (known: Known, ordinal: number) => boolean): boolean {
    this.settle(room)
    const { newest } = ordinals
    const limit = ordinals.oldest + PRUNE_LIMITS.rows
    let rest: { readonly key: number; readonly ids: Uint8Array } | undefined
    for (const { key, ids } of this.#bundles.iterate(...keysOf(room))) {
      const gone = this.#countGone(
        room,
        ordinals,
        { key, ids },
        (known, ordinal) => ordinal < limit && goes(known, ordinal),
      )
      const isKept = gone < countOf(ids) || entrySeq(key) === newest
      rest = isKept && gone > 0 ? { key, ids: withoutFirst(ids, gone) } : undefined
      if (gone < countOf(ids)) break
    }
    ordinals.oldestAt = undefined
    this.#delete.run(entryKey(room, 0), entryKey(room, Math.min(ordinals.oldest, newest) - 1))
    if (rest !== undefined) this.#shorten.run(rest.ids, rest.key)
    return ordinals.oldest === limit
  }

  /** How many at the beginning of a row go. */
  #countGone(
    room: number,
    ordinals: Ordinals,
    { key, ids }: Pick<BundleRow, 'key' | 'ids'>,
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
    const ordinals: Ordinals = {
      oldest: 1,
      newest: 0,
      logged: 0,
      open: [],
      written: 0,
      isUnlogged: false,
      oldestAt: undefined,
    }
    for (const { key, ids, logged } of this.#bundles.iterate(...keysOf(room))) {
      const first = entrySeq(key) - countOf(ids) + 1
      if (ordinals.newest === 0) ordinals.oldest = first
      ordinals.newest = entrySeq(key)
      ordinals.logged = logged
      for (let index = 0; index < countOf(ids); index++)
        this.#hints.add(room, bareIdAt(ids, index), entryKey(room, first + index))
    }
    for (const { id, seq, at } of this.#log.idsAfter(room, ordinals.logged))
      this.#add(room, ordinals, { id, number: seq, at, direct: 0 })
    this.#rooms.set(room, ordinals)
    return ordinals
  }
}

const isEnough = ({ open, written }: Ordinals): boolean => open.length - written >= BUNDLE

const keysOf = (room: number): [from: number, end: number] => [entryKey(room, 0), entryKey(room + 1, 0)]
