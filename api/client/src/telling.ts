import type { Body, DirectEntry, LogEntry } from '@chat-room/protocol'
import type { ClientEvent } from './events.ts'
import type { Outgoing } from './outbox.ts'
import type { Receipts } from './receipts.ts'
import type { KnownMember } from './roster.ts'
import type { Transfers } from './transfers/transfers.ts'

export type TellingDeps = {
  /** The reader's own member id and alias. */
  readonly id: string
  readonly alias: string
  readonly receipts: Receipts
  readonly transfers: Transfers
  readonly epoch: () => number
  emit(event: ClientEvent): void
}

/** Something that was said, verified: by whom, and whether that was before this connection. */
type Said<Entry> = {
  readonly entry: Entry
  readonly member: KnownMember
  readonly body: Body
  readonly history: boolean
}

/** What verified bodies mean to whoever looks on: events, offers, receipts. */
export class Telling {
  readonly #deps: TellingDeps

  constructor(deps: TellingDeps) {
    this.#deps = deps
  }

  /** It goes into the outbox, or is found there. */
  own({ id, recipient, body }: Outgoing, now: number): void {
    if (body.kind !== 'text') return
    const to = recipient.to === 'all' ? 'all' : recipient.alias
    this.#deps.emit({ type: 'said', id, to, text: body.text, at: body.written ?? now })
  }

  group(said: Said<LogEntry>): void {
    const { body } = said
    if (body.kind === 'text') this.#text(said, body, 'all', said.entry.seq)
    if (body.kind === 'offer') this.#offer(said, body, 'all')
    // Who has left is told by presence: the signed bye is what makes its chain complete. Receipts are for one member.
  }

  direct(said: Said<DirectEntry>): void {
    const { entry, member, body } = said
    const { emit, id, alias, receipts } = this.#deps
    if (body.kind === 'receipt') return emit({ type: 'receipt', from: member.alias, ids: body.ids })
    if (body.kind === 'text') this.#text(said, body, alias, entry.mailbox)
    if (body.kind === 'offer') this.#offer(said, body, 'you')
    if (body.kind !== 'bye' && member.id !== id) receipts.shown(member.id, entry.id)
  }

  #text(
    { entry, member, history }: Said<LogEntry | DirectEntry>,
    { text, written }: Extract<Body, { readonly kind: 'text' }>,
    to: string,
    seq: number,
  ): void {
    this.#deps.emit({
      type: 'message',
      id: entry.id ?? '',
      from: member.alias,
      to,
      text,
      seq,
      at: entry.at,
      ...(history ? { history } : {}),
      ...(written === undefined ? {} : { written }),
    })
  }

  #offer(
    { member, history }: Said<LogEntry | DirectEntry>,
    offer: Extract<Body, { readonly kind: 'offer' }>,
    to: 'all' | 'you',
  ): void {
    const { id, transfers, epoch } = this.#deps
    if (member.id === id) return
    const { identity: sender, alias } = member
    transfers.offered(offer, { sender, alias, epoch: epoch(), to, history })
  }
}
