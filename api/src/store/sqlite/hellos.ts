import type { DatabaseSync } from 'node:sqlite'
import type { Hello } from '@chat-room/protocol'
import { PageBudget } from '../page-budget.ts'
import { PRUNE_LIMITS } from '../prune-limits.ts'
import type { Log } from './log.ts'
import { fromBlob, query, toBlob } from './query.ts'
import { entryKey, type RoomState } from './rooms.ts'

type HelloRow = {
  readonly session: Uint8Array
  readonly member: Uint8Array
  readonly at: number
  readonly tag: Uint8Array
  readonly sealed: Uint8Array
}

/** What members announced themselves with. It outlives its log entry as long as it may be needed to verify others. */
export class Hellos {
  readonly #log: Log
  readonly #insert
  readonly #ofSession
  readonly #end
  readonly #forget

  constructor(db: DatabaseSync, log: Log) {
    this.#log = log
    this.#insert = query<
      [
        key: number,
        room: number,
        session: Uint8Array,
        member: Uint8Array,
        at: number,
        tag: Uint8Array,
        sealed: Uint8Array,
      ]
    >(db, 'INSERT INTO hellos (key, room, session, member, at, tag, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)')
    // Nothing keeps a hostile member from announcing another's session: of each member that did, the newest hello.
    this.#ofSession = query<[room: number, session: Uint8Array], HelloRow>(
      db,
      `SELECT session, member, at, tag, sealed, max(key) FROM hellos
       WHERE room = ? AND session = ? GROUP BY member ORDER BY max(key)`,
    )
    this.#end = query<[ended: number, room: number, session: Uint8Array, member: Uint8Array]>(
      db,
      'UPDATE hellos SET ended = ? WHERE room = ? AND session = ? AND member = ? AND ended IS NULL',
    )
    this.#forget = query<[room: number, oldest: number, limit: number]>(
      db,
      `DELETE FROM hellos WHERE key IN (
         SELECT key FROM hellos WHERE room = ? AND ended < ? AND ended IS NOT NULL ORDER BY ended LIMIT ?)`,
    )
  }

  /** Into the log, too: its number there. */
  append(state: RoomState, hello: Hello): number {
    const seq = this.#log.appendHello(state, hello)
    this.#insert.run(
      entryKey(state.room, seq),
      state.room,
      toBlob(hello.session),
      toBlob(hello.member),
      hello.at,
      toBlob(hello.tag),
      toBlob(hello.sealed),
    )
    return seq
  }

  /** Nothing more can come from this session. */
  end(state: RoomState, session: string, member: string): void {
    this.#end.run(state.head, state.room, toBlob(session), toBlob(member))
  }

  read(
    state: RoomState,
    sessions: readonly string[],
    bytes: number,
  ): { readonly hellos: Hello[]; readonly missing: string[] } {
    const hellos: Hello[] = []
    const missing: string[] = []
    const budget = new PageBudget(bytes)
    let full = false
    for (const session of sessions) {
      const rows = this.#ofSession.all(state.room, toBlob(session))
      if (rows.length === 0) missing.push(session)
      for (const row of rows) {
        full ||= !budget.take(row.sealed.length)
        if (!full) hellos.push(toHello(row))
      }
    }
    return { hellos, missing }
  }

  /** Deletes hellos that no retained entry can need, a bounded number of them; whether there may be more. */
  forgetEnded(state: RoomState): boolean {
    const { changes } = this.#forget.run(state.room, state.oldest, PRUNE_LIMITS.rows)
    return changes === PRUNE_LIMITS.rows
  }
}

const toHello = (row: HelloRow): Hello => ({
  member: fromBlob(row.member),
  session: fromBlob(row.session),
  tag: fromBlob(row.tag),
  at: row.at,
  sealed: fromBlob(row.sealed),
})
