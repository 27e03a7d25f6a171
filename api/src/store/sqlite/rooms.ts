import type { DatabaseSync } from 'node:sqlite'
import type { Claim } from '../../room/ports.ts'
import { fromBlob, type Query, query, toBlob } from './query.ts'

/** Where a room's log stands. `pruned` and `total`: its sealed bytes before `oldest`, and up to `head`, ever. */
export type RoomState = {
  readonly room: number
  oldest: number
  pruned: number
  head: number
  total: number
  latest: number
  /** When the oldest entry came; undefined while nobody has looked. */
  oldestAt: number | undefined
}

type RoomRow = Omit<RoomState, 'oldestAt'> & {
  readonly log: Uint8Array
  readonly creation: Uint8Array
  readonly record: Uint8Array
  readonly wrap: Uint8Array
  readonly epoch: number
  readonly profile: number
}

// The key of an entry is its room's number times 2^33 plus its own, a double without loss: a million rooms, each with
// eight thousand million entries in its life.
const ENTRIES_PER_ROOM = 2 ** 33
const ROOMS = 2 ** 20

export const entryKey = (room: number, seq: number): number => room * ENTRIES_PER_ROOM + seq
export const entrySeq = (key: number): number => key % ENTRIES_PER_ROOM

/** Claims, and the standing of each log, which is kept in memory for the rooms in use. */
export class Rooms {
  readonly #states = new Map<string, RoomState>()
  readonly #insert
  readonly #read: Query<[name: string], RoomRow>
  readonly #newest
  readonly #save
  readonly #names

  constructor(db: DatabaseSync) {
    this.#insert = query<
      [string, Uint8Array, Uint8Array, Uint8Array, Uint8Array, epoch: number, profile: number]
    >(
      db,
      `INSERT INTO rooms (name, log, creation, record, wrap, epoch, profile, oldest, pruned, head, total, latest)
       VALUES (?, ?, ?, ?, ?, ?, ?, 1, 0, 0, 0, 0) ON CONFLICT (name) DO NOTHING`,
    )
    this.#read = query(db, 'SELECT * FROM rooms WHERE name = ?')
    this.#newest = query<[from: number, to: number], { key: number; total: number; at: number }>(
      db,
      'SELECT key, total, at FROM entry_bundles WHERE key BETWEEN ? AND ? ORDER BY key DESC LIMIT 1',
    )
    this.#save = query<
      [oldest: number, pruned: number, head: number, total: number, latest: number, room: number]
    >(db, 'UPDATE rooms SET oldest = ?, pruned = ?, head = ?, total = ?, latest = ? WHERE room = ?')
    this.#names = query<[], { name: string }>(db, 'SELECT name FROM rooms ORDER BY room')
  }

  insert(name: string, claim: Claim, log: string): boolean {
    const { changes, lastInsertRowid } = this.#insert.run(
      name,
      toBlob(log),
      toBlob(claim.creation),
      toBlob(claim.record),
      toBlob(claim.wrap),
      claim.epoch,
      claim.profile,
    )
    const inserted = changes === 1
    if (inserted && lastInsertRowid >= ROOMS) throw new Error('a store cannot hold more rooms')
    return inserted
  }

  read(name: string): { readonly claim: Claim; readonly log: string } | undefined {
    const row = this.#read.get(name)
    if (!row) return undefined
    const claim = {
      creation: fromBlob(row.creation),
      record: fromBlob(row.record),
      wrap: fromBlob(row.wrap),
      epoch: row.epoch,
      profile: row.profile,
    }
    return { claim, log: fromBlob(row.log) }
  }

  /** The live state, to be changed in step with the log. */
  state(name: string): RoomState {
    let state = this.#states.get(name)
    if (!state) {
      state = this.#load(name)
      this.#states.set(name, state)
    }
    return state
  }

  /** Makes the state durable where no entry tells it: after pruning. */
  save(state: RoomState): void {
    this.#save.run(state.oldest, state.pruned, state.head, state.total, state.latest, state.room)
  }

  rolledBack(): void {
    this.#states.clear()
  }

  names(): string[] {
    return this.#names.all().map(row => row.name)
  }

  #load(name: string): RoomState {
    const row = this.#read.get(name)
    if (!row) throw new Error(`room ${name} is not claimed`)
    const { room, oldest, pruned, head, total, latest } = row
    const newest = this.#newest.get(entryKey(room, oldest), entryKey(room + 1, 0) - 1)
    const standing = newest
      ? { head: entrySeq(newest.key), total: newest.total, latest: newest.at }
      : { head, total, latest }
    return { room, oldest, pruned, ...standing, oldestAt: undefined }
  }
}
