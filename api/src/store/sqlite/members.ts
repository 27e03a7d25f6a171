import type { DatabaseSync } from 'node:sqlite'
import type { Id, StoredPresence } from '../../room/ports.ts'
import { PRUNE_LIMITS } from '../prune-limits.ts'
import { KnownMembers } from './known-members.ts'
import { fromBlob, type Query, query, toBlob } from './query.ts'
import type { RoomState } from './rooms.ts'

const PRESENCES = ['here', 'away', 'gone'] as const satisfies readonly StoredPresence[]

export type Member = {
  readonly member: Id
  readonly tag: string
  readonly session: Id
  readonly presence: StoredPresence
  readonly since: number
  /** Newest number of its mailbox, and the newest that was deleted: what lies between waits. */
  readonly mailbox: number
  readonly cleared: number
  /** Sealed bytes that wait in it. */
  readonly waiting: number
  /** Newest number of the log that it is known to have. */
  readonly confirmed: number
  /** Hash of its resume secret; undefined once that is void for good. */
  readonly secret: string | undefined
  /** When that was last seen. */
  readonly seen: number
}

type MemberRow = {
  readonly member: Uint8Array
  readonly tag: Uint8Array
  readonly session: Uint8Array
  readonly presence: number
  readonly since: number
  readonly mailbox: number
  readonly cleared: number
  readonly confirmed: number
  readonly secret: Uint8Array | null
  readonly seen: number
  readonly waiting: number
}

/** Members of all rooms, the gone among them. `presence < 2` is spelt as in the index `held_tag`, which it uses. */
export class Members {
  readonly #byId: Query<[room: number, member: Uint8Array], MemberRow>
  readonly #bySecret: Query<[room: number, secret: Uint8Array], MemberRow>
  readonly #holder: Query<[room: number, tag: Uint8Array], MemberRow>
  readonly #present: Query<[room: number], MemberRow>
  readonly #staleGone: Query<[room: number, seen: number, limit: number], MemberRow>
  readonly #count
  readonly #put
  readonly #delete
  readonly #known = new KnownMembers<Member>()

  constructor(db: DatabaseSync) {
    this.#byId = query(db, 'SELECT * FROM members WHERE room = ? AND member = ?')
    this.#bySecret = query(db, 'SELECT * FROM members WHERE room = ? AND secret = ?')
    this.#holder = query(db, 'SELECT * FROM members WHERE room = ? AND tag = ? AND presence < 2')
    this.#present = query(db, 'SELECT * FROM members INDEXED BY held_tag WHERE room = ? AND presence < 2')
    this.#staleGone = query(
      db,
      'SELECT * FROM members WHERE room = ? AND seen < ? AND presence = 2 ORDER BY seen LIMIT ?',
    )
    this.#count = query<[room: number], { count: number }>(
      db,
      'SELECT count(*) AS count FROM members INDEXED BY held_tag WHERE room = ? AND presence < 2',
    )
    this.#put = query<
      [
        room: number,
        member: Uint8Array,
        tag: Uint8Array,
        session: Uint8Array,
        presence: number,
        since: number,
        mailbox: number,
        cleared: number,
        confirmed: number,
        secret: Uint8Array | null,
        seen: number,
        waiting: number,
      ]
    >(
      db,
      `INSERT INTO members VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (room, member) DO UPDATE SET
         tag = excluded.tag, session = excluded.session, presence = excluded.presence, since = excluded.since,
         mailbox = excluded.mailbox, cleared = excluded.cleared, confirmed = excluded.confirmed,
         secret = excluded.secret, seen = excluded.seen, waiting = excluded.waiting`,
    )
    this.#delete = query<[room: number, member: Uint8Array]>(
      db,
      'DELETE FROM members WHERE room = ? AND member = ?',
    )
  }

  byId(state: RoomState, member: Id): Member | undefined {
    const known = this.#known.byId(state.room, member)
    return known ?? this.#learn(state, this.#byId.get(state.room, toBlob(member)))
  }

  /** Who holds this secret, if that was seen since `notBefore`; without one, whoever has it, void or not. */
  bySecret(state: RoomState, secret: string, notBefore = 0): Member | undefined {
    const found =
      this.#known.bySecret(state.room, secret) ??
      this.#learn(state, this.#bySecret.get(state.room, toBlob(secret)))
    return found && (found.presence === 'here' || found.seen >= notBefore) ? found : undefined
  }

  /** M5: the one present or away member that has this tag. */
  holder(state: RoomState, tag: string): Member | undefined {
    return toMember(this.#holder.get(state.room, toBlob(tag)))
  }

  present(state: RoomState): Member[] {
    return this.#present.all(state.room).map(row => toMember(row))
  }

  count(state: RoomState): number {
    return this.#count.get(state.room)?.count ?? 0
  }

  /** Gone members whose secrets were not seen since `notBefore`, a bounded number of them. */
  staleGone(state: RoomState, notBefore: number): Member[] {
    return this.#staleGone.all(state.room, notBefore, PRUNE_LIMITS.rows).map(row => toMember(row))
  }

  put(state: RoomState, member: Member): void {
    this.#put.run(
      state.room,
      toBlob(member.member),
      toBlob(member.tag),
      toBlob(member.session),
      PRESENCES.indexOf(member.presence),
      member.since,
      member.mailbox,
      member.cleared,
      member.confirmed,
      member.secret === undefined ? null : toBlob(member.secret),
      member.seen,
      member.waiting,
    )
    this.#known.learn(state.room, member)
  }

  setPresence(state: RoomState, id: Id, presence: 'here' | 'away', at: number): void {
    const member = this.byId(state, id)
    if (!member || member.presence === 'gone') return
    const since = member.presence === presence ? member.since : at
    // It was connected until now, or is from now on: its secret is in use.
    this.put(state, { ...member, presence, since, seen: at })
  }

  forget(state: RoomState, member: Id): void {
    this.#delete.run(state.room, toBlob(member))
    this.#known.forget(state.room, member)
  }

  rolledBack(): void {
    this.#known.forgetAll()
  }

  #learn(state: RoomState, row: MemberRow | undefined): Member | undefined {
    const member = toMember(row)
    if (member) this.#known.learn(state.room, member)
    return member
  }
}

function toMember(row: MemberRow): Member
function toMember(row: MemberRow | undefined): Member | undefined
function toMember(row: MemberRow | undefined): Member | undefined {
  return (
    row && {
      member: fromBlob(row.member),
      tag: fromBlob(row.tag),
      session: fromBlob(row.session),
      presence: PRESENCES[row.presence] as StoredPresence,
      since: row.since,
      mailbox: row.mailbox,
      cleared: row.cleared,
      confirmed: row.confirmed,
      secret: row.secret ? fromBlob(row.secret) : undefined,
      seen: row.seen,
      waiting: row.waiting,
    }
  )
}
