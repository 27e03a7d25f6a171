import type { Id, MailboxBounds, NewMessage, Stored } from '../../room/ports.ts'
import type { Log } from './log.ts'
import type { Mailboxes } from './mailboxes.ts'
import type { Members } from './members.ts'
import type { MessageIds } from './message-ids.ts'
import { toBlob } from './query.ts'
import type { RoomState } from './rooms.ts'

type Tables = {
  readonly ids: MessageIds
  readonly log: Log
  readonly members: Members
  readonly mailboxes: Mailboxes
}

/** What members send, stored once however often it is sent. */
export class Messages {
  readonly #ids: MessageIds
  readonly #log: Log
  readonly #members: Members
  readonly #mailboxes: Mailboxes

  constructor({ ids, log, members, mailboxes }: Tables) {
    this.#ids = ids
    this.#log = log
    this.#members = members
    this.#mailboxes = mailboxes
  }

  append(state: RoomState, kind: 'message' | 'bye', message: NewMessage): Stored {
    const id = toBlob(message.id)
    const known = this.#ids.find(state.room, id)
    if (known) return { fresh: false, seq: known.number, at: known.at }
    const seq = this.#log.append(state, kind, id, message)
    this.#ids.remember(state.room, id, { number: seq, at: message.at, direct: 0 })
    return { fresh: true, seq, at: message.at }
  }

  deliver(
    state: RoomState,
    to: Id,
    message: NewMessage,
    bounds: MailboxBounds,
  ): Stored | 'unknown-recipient' | 'mailbox-full' {
    const id = toBlob(message.id)
    // First of all: a repetition is told what it was told before, even if the recipient is gone since.
    const known = this.#ids.find(state.room, id)
    if (known) return { fresh: false, seq: known.number, at: known.at }
    const recipient = this.#members.byId(state, to)
    if (!recipient || recipient.presence === 'gone') return 'unknown-recipient'
    const sealed = toBlob(message.sealed)
    const waiting = recipient.waiting + sealed.length
    if (recipient.mailbox - recipient.cleared >= bounds.messages || waiting > bounds.bytes)
      return 'mailbox-full'
    const share = this.#mailboxes.share(state, to, message.member)
    const isShareFull =
      share.messages >= Math.floor(bounds.messages / bounds.shares) ||
      share.bytes + sealed.length > Math.floor(bounds.bytes / bounds.shares)
    if (isShareFull) return 'mailbox-full'
    const number = recipient.mailbox + 1
    this.#members.put(state, { ...recipient, mailbox: number, waiting })
    this.#mailboxes.put(state, to, number, id, message, sealed)
    this.#ids.remember(state.room, id, { number, at: message.at, direct: 1 })
    return { fresh: true, seq: number, at: message.at }
  }

  confirm(state: RoomState, id: Id, seq: number, mailbox: number): void {
    const member = this.#members.byId(state, id)
    if (!member || member.presence === 'gone') return
    const confirmed = Math.max(member.confirmed, Math.min(seq, state.head))
    const cleared = Math.max(member.cleared, Math.min(mailbox, member.mailbox))
    const freed = cleared > member.cleared ? this.#mailboxes.clear(state, id, cleared) : 0
    if (cleared > member.cleared || confirmed > member.confirmed)
      this.#members.put(state, { ...member, confirmed, cleared, waiting: member.waiting - freed })
  }

  stored(
    state: RoomState,
    ids: readonly Id[],
  ): { readonly id: Id; readonly seq?: number; readonly at: number }[] {
    return ids.flatMap(text => {
      const id = toBlob(text)
      const known = this.#ids.find(state.room, id)
      if (!known) return []
      return [{ id: text, ...(known.direct === 0 && { seq: known.number }), at: known.at }]
    })
  }
}
