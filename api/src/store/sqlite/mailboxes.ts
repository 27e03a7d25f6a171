import type { DatabaseSync } from 'node:sqlite'
import type { DirectEntry } from '@chat-room/protocol'
import type { Id, NewMessage, Undelivered } from '../../room/ports.ts'
import { PageBudget } from '../page-budget.ts'
import type { Member } from './members.ts'
import { fromBlob, query, toBlob } from './query.ts'
import type { RoomState } from './rooms.ts'

type MailRow = {
  readonly number: number
  readonly at: number
  readonly id: Uint8Array
  readonly sender: Uint8Array
  readonly session: Uint8Array
  readonly sealed: Uint8Array
}

/** Direct messages that wait for their recipients. The numbers are kept with the member. */
export class Mailboxes {
  readonly #insert
  readonly #after
  readonly #ids
  readonly #delete

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
  }

  put(state: RoomState, recipient: Id, number: number, id: Uint8Array, message: NewMessage): void {
    this.#insert.run(
      state.room,
      toBlob(recipient),
      number,
      message.at,
      id,
      toBlob(message.member),
      toBlob(message.session),
      toBlob(message.sealed),
    )
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

  clear(state: RoomState, recipient: Id, through: number): void {
    this.#delete.run(state.room, toBlob(recipient), through)
  }

  /** Empties the mailbox of a member that goes: what its senders must be told. */
  abandon(state: RoomState, recipient: Member): Undelivered[] {
    const member = toBlob(recipient.member)
    const undelivered = this.#ids
      .all(state.room, member)
      .map(({ id, sender }) => ({ id: fromBlob(id), from: fromBlob(sender), to: recipient.member }))
    this.#delete.run(state.room, member, recipient.mailbox)
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
