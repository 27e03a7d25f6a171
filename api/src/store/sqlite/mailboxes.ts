import type { DatabaseSync } from 'node:sqlite'
import type { DirectEntry } from '@chat-room/protocol'
import type { Id, NewMessage, Undelivered } from '../../room/ports.ts'
import { PageBudget } from '../page-budget.ts'
import type { Member } from './members.ts'
import { fromBlob, type Query, query, toBlob } from './query.ts'
import type { RoomState } from './rooms.ts'

type MailRow = {
  readonly number: number
  readonly at: number
  readonly id: Uint8Array
  readonly sender: Uint8Array
  readonly session: Uint8Array
  readonly sealed: Uint8Array
}

/** What one sender has in one mailbox. */
type Share = { readonly messages: number; readonly bytes: number }

/**
 * Direct messages that wait for their recipients, and how much of each mailbox each sender takes. Numbers and sums of whole
 * mailboxes are kept with the member.
 */
export class Mailboxes {
  readonly #insert
  readonly #after
  readonly #ids
  readonly #delete
  readonly #share: Query<[room: number, member: Uint8Array, sender: Uint8Array], Share>
  readonly #addToShare
  readonly #sharesThrough
  readonly #dropEmptyShares

  constructor(db: DatabaseSync) {
    this.#insert = query<
      [
        room: number,
        member: Uint8Array,
        number: number,
        at: number,
        id: Uint8Array,
        sender: Uint8Array,
        session: Uint8Array,
        sealed: Uint8Array,
      ]
    >(db, 'INSERT INTO mail VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
    this.#after = query<[room: number, member: Uint8Array, after: number], MailRow>(
      db,
      `SELECT number, at, id, sender, session, sealed FROM mail
       WHERE room = ? AND member = ? AND number > ? ORDER BY number`,
    )
    this.#ids = query<[room: number, member: Uint8Array], { id: Uint8Array; sender: Uint8Array }>(
      db,
      'SELECT id, sender FROM mail WHERE room = ? AND member = ? ORDER BY number',
    )
    this.#delete = query<[room: number, member: Uint8Array, through: number]>(
      db,
      'DELETE FROM mail WHERE room = ? AND member = ? AND number <= ?',
    )
    this.#share = query(
      db,
      'SELECT messages, bytes FROM mail_shares WHERE room = ? AND member = ? AND sender = ?',
    )
    this.#addToShare = query<
      [room: number, member: Uint8Array, sender: Uint8Array, messages: number, bytes: number]
    >(
      db,
      `INSERT INTO mail_shares VALUES (?, ?, ?, ?, ?) ON CONFLICT (room, member, sender) DO UPDATE SET
         messages = messages + excluded.messages, bytes = bytes + excluded.bytes`,
    )
    this.#sharesThrough = query<
      [room: number, member: Uint8Array, through: number],
      Share & { readonly sender: Uint8Array }
    >(
      db,
      `SELECT sender, count(*) AS messages, sum(length(sealed)) AS bytes FROM mail
       WHERE room = ? AND member = ? AND number <= ? GROUP BY sender`,
    )
    this.#dropEmptyShares = query<[room: number, member: Uint8Array]>(
      db,
      'DELETE FROM mail_shares WHERE room = ? AND member = ? AND messages = 0',
    )
  }

  share(state: RoomState, recipient: Id, sender: Id): Share {
    return this.#share.get(state.room, toBlob(recipient), toBlob(sender)) ?? { messages: 0, bytes: 0 }
  }

  put(
    state: RoomState,
    recipient: Id,
    number: number,
    id: Uint8Array,
    message: NewMessage,
    sealed: Uint8Array,
  ): void {
    const member = toBlob(recipient)
    const sender = toBlob(message.member)
    this.#insert.run(state.room, member, number, message.at, id, sender, toBlob(message.session), sealed)
    this.#addToShare.run(state.room, member, sender, 1, sealed.length)
  }

  page(
    state: RoomState,
    recipient: Id,
    after: number,
    bytes: number,
  ): { readonly entries: DirectEntry[]; readonly done: boolean } {
    const entries: DirectEntry[] = []
    const budget = new PageBudget(bytes)
    for (const row of this.#after.iterate(state.room, toBlob(recipient), after)) {
      if (!budget.take(row.sealed.length)) return { entries, done: false }
      entries.push(toDirectEntry(row))
    }
    return { entries, done: true }
  }

  /** Deletes what lies there up to this number: so many sealed bytes. */
  clear(state: RoomState, recipient: Id, through: number): number {
    const member = toBlob(recipient)
    let freed = 0
    for (const { sender, messages, bytes } of this.#sharesThrough.all(state.room, member, through)) {
      this.#addToShare.run(state.room, member, sender, -messages, -bytes)
      freed += bytes
    }
    this.#dropEmptyShares.run(state.room, member)
    this.#delete.run(state.room, member, through)
    return freed
  }

  /** Empties the mailbox of a member that goes: what its senders must be told. */
  abandon(state: RoomState, recipient: Member): Undelivered[] {
    const undelivered = this.#ids
      .all(state.room, toBlob(recipient.member))
      .map(({ id, sender }) => ({ id: fromBlob(id), from: fromBlob(sender), to: recipient.member }))
    this.clear(state, recipient.member, recipient.mailbox)
    return undelivered
  }
}

const toDirectEntry = (row: MailRow): DirectEntry => ({
  mailbox: row.number,
  at: row.at,
  id: fromBlob(row.id),
  member: fromBlob(row.sender),
  session: fromBlob(row.session),
  sealed: fromBlob(row.sealed),
})
