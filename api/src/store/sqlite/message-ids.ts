import type { DatabaseSync } from 'node:sqlite'
import { PRUNE_LIMITS } from '../prune-limits.ts'
import { IdHints } from './id-hints.ts'
import { query } from './query.ts'

type Known = { readonly number: number; readonly at: number; readonly direct: 0 | 1 }

const CHUNK_ROWS = 4096
/** Place 8, room 4, id 16. */
const ROW_BYTES = 28

/** Which message ids were stored, and as what, in all rooms. Survives the messages: retention may be shorter. */
export class MessageIds {
  readonly #db: DatabaseSync
  readonly #read
  readonly #insert
  readonly #oldest
  readonly #delete
  readonly #newestOrdinal
  readonly #oldestOrdinal
  readonly #deleteThrough
  /** Of the rooms in use. */
  readonly #newest = new Map<number, number>()
  #hints: IdHints | undefined
  #deleted = false

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#read = query<[place: number, room: number, id: Uint8Array], Known>(
      db,
      'SELECT number, at, direct FROM message_ids WHERE place = ? AND room = ? AND id = ?',
    )
    this.#insert = query<
      [room: number, id: Uint8Array, number: number, at: number, direct: 0 | 1, ordinal: number]
    >(db, 'INSERT INTO message_ids (room, id, number, at, direct, ordinal) VALUES (?, ?, ?, ?, ?, ?)')
    this.#oldest = query<[limit: number], { place: number; at: number }>(
      db,
      'SELECT place, at FROM message_ids ORDER BY place LIMIT ?',
    )
    this.#delete = query<[place: number]>(db, 'DELETE FROM message_ids WHERE place <= ?')
    this.#newestOrdinal = query<[room: number], { ordinal: number }>(
      db,
      'SELECT ordinal FROM message_ids WHERE room = ? ORDER BY ordinal DESC LIMIT 1',
    )
    this.#oldestOrdinal = query<[room: number], { ordinal: number }>(
      db,
      'SELECT ordinal FROM message_ids WHERE room = ? ORDER BY ordinal LIMIT 1',
    )
    this.#deleteThrough = query<
      [room: number, from: number, through: number],
      { place: number; id: Uint8Array }
    >(db, 'DELETE FROM message_ids WHERE room = ? AND ordinal BETWEEN ? AND ? RETURNING place, id')
  }

  find(room: number, id: Uint8Array): Known | undefined {
    let known: Known | undefined
    this.#loaded().find(room, id, place => {
      known = this.#read.get(place, room, id)
      return known !== undefined
    })
    return known
  }

  remember(room: number, id: Uint8Array, stored: Known): void {
    const hints = this.#loaded()
    const ordinal = this.#newestOf(room) + 1
    const { number, at, direct } = stored
    const { lastInsertRowid } = this.#insert.run(room, id, number, at, direct, ordinal)
    this.#newest.set(room, ordinal)
    hints.add(room, id, lastInsertRowid)
  }

  /** Forgets ids stored before a time, a bounded number of them; whether there may be more. */
  forgetBefore(time: number): boolean {
    let forgotten = 0
    let last = 0
    for (const { place, at } of this.#oldest.iterate(PRUNE_LIMITS.rows)) {
      if (at >= time) break
      last = place
      forgotten++
    }
    if (forgotten === 0) return false
    this.#delete.run(last)
    this.#deleted = true
    this.#loaded().forgetBefore(last + 1)
    return forgotten === PRUNE_LIMITS.rows
  }

  /** Forgets the oldest of a room beyond so many, a bounded number of them; whether there may be more. */
  keepNewest(room: number, count: number): boolean {
    const oldest = this.#oldestOrdinal.get(room)?.ordinal
    if (oldest === undefined) return false
    const last = Math.min(this.#newestOf(room) - count, oldest + PRUNE_LIMITS.rows - 1)
    if (last < oldest) return false
    this.#deleted = true
    const hints = this.#loaded()
    for (const { place, id } of this.#deleteThrough.all(room, oldest, last)) hints.remove(room, id, place)
    return last === oldest + PRUNE_LIMITS.rows - 1
  }

  #newestOf(room: number): number {
    const newest = this.#newest.get(room) ?? this.#newestOrdinal.get(room)?.ordinal ?? 0
    this.#newest.set(room, newest)
    return newest
  }

  /** A hint too many is harmless, one too few is not: what was deleted may be there again. */
  rolledBack(): void {
    if (this.#deleted) this.#hints = undefined
    this.#deleted = false
    this.#newest.clear()
  }

  // Read when first needed, not at the start: a second or two for a million ids.
  #loaded(): IdHints {
    this.#hints ??= this.#load()
    return this.#hints
  }

  // A row a time would take ten times as long, nearly all of it in making objects.
  #load(): IdHints {
    const chunks = query<[after: number, limit: number], { last: number | null; hex: string }>(
      this.#db,
      `SELECT max(place) AS last, group_concat(printf('%016x%08x', place, room) || hex(id), '') AS hex
       FROM (SELECT place, room, id FROM message_ids WHERE place > ? ORDER BY place LIMIT ?)`,
    )
    const hints = new IdHints()
    for (let after: number | null = 0; after !== null; ) {
      const chunk = chunks.get(after, CHUNK_ROWS)
      const rows = Buffer.from(chunk?.hex ?? '', 'hex')
      for (let row = 0; row < rows.length; row += ROW_BYTES) {
        const place = rows.readUIntBE(row + 2, 6)
        hints.add(rows.readUInt32BE(row + 8), rows.subarray(row + 12, row + ROW_BYTES), place)
      }
      after = chunk?.last ?? null
    }
    return hints
  }
}
