import type { Body, BodyOf, DirectEntry, LogEntry, Offer } from '@chat-room/protocol'
import { decodeBase64Url } from './bytes.ts'
import type { ClientEvent, KeptEvent } from './events.ts'
import type { Outgoing } from './outbox.ts'
import type { Receipts } from './receipts.ts'
import type { KnownMember } from './roster.ts'
import type { Origin } from './transfers/offered-file.ts'

export type TellingDeps = {
  /** The reader's own member id and alias. */
  readonly id: string
  readonly alias: string
  readonly receipts: Receipts
  readonly epoch: () => number
  /** As `Transfers.offered`; `at`: when it was stored. */
  offered(offer: Offer, origin: Origin, at: number): void
  /** Whether this file came to an end on this device, in an earlier process. */
  isOver(transfer: string): boolean
  emit(event: ClientEvent): void
}

/** Something that was said, verified: by whom, and whether that was before this connection. */
export type Said<Entry> = {
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
    const to = recipient.to === 'all' ? 'all' : recipient.alias
    const at = body.written ?? now
    if (body.kind === 'text') this.#deps.emit({ type: 'said', id, to, text: body.text, at })
    if (body.kind === 'offer') this.#deps.emit({ type: 'file-said', to, at, ...fileFacts(body) })
  }

  /** What was said to everyone before anything that was told, as it would have been told then. */
  earlier(said: Said<LogEntry>): KeptEvent | undefined {
    const { body, entry, member } = said
    if (body.kind === 'text') return this.#textEvent(said, body, 'all', entry.seq)
    if (body.kind !== 'offer') return undefined
    const { at } = entry
    return member.id === this.#deps.id
      ? { type: 'file-said', to: 'all', at, ...fileFacts(body) }
      : { type: 'file-offered', from: member.alias, to: 'all', at, history: true, ...fileFacts(body) }
  }

  /** The same offer, for those who may want it. */
  earlierOffer(said: Said<LogEntry>): void {
    if (said.body.kind === 'offer') this.#offer(said, said.body, 'all')
  }

  group(said: Said<LogEntry>): void {
    const { body } = said
    const { emit } = this.#deps
    if (body.kind === 'text') emit(this.#textEvent(said, body, 'all', said.entry.seq))
    if (body.kind === 'offer') this.#offer(said, body, 'all')
    // Who has left is told by presence: the signed bye is what makes its chain complete. Receipts are for one member.
  }

  direct(said: Said<DirectEntry>): void {
    const { entry, member, body } = said
    const { emit, id, alias, receipts } = this.#deps
    if (body.kind === 'receipt') return emit({ type: 'receipt', from: member.alias, ids: body.ids })
    if (body.kind === 'text') emit(this.#textEvent(said, body, alias, entry.mailbox))
    if (body.kind === 'offer') this.#offer(said, body, 'you')
    if (body.kind !== 'bye' && member.id !== id) receipts.shown(member.id, entry.id)
  }

  #textEvent(
    { entry, member, history }: Said<LogEntry | DirectEntry>,
    { text, written }: BodyOf<'text'>,
    to: string,
    seq: number,
  ): KeptEvent {
    return {
      type: 'message',
      id: entry.id ?? '',
      from: member.alias,
      to,
      text,
      seq,
      at: entry.at,
      ...(member.id === this.#deps.id ? { own: true } : {}),
      ...(history ? { history } : {}),
      ...(written === undefined ? {} : { written }),
    }
  }

  #offer({ entry, member, history }: Said<LogEntry | DirectEntry>, offer: Offer, to: 'all' | 'you'): void {
    const { id, offered, epoch, isOver } = this.#deps
    if (member.id === id || isOver(offer.transfer)) return
    const { identity: sender, alias } = member
    offered(offer, { sender, alias, epoch: epoch(), to, history }, entry.at)
  }
}

function fileFacts({ transfer, name, size, folder, preview }: Offer) {
  const picture = preview === undefined ? undefined : decodeBase64Url(preview)
  return {
    transfer,
    name,
    size,
    ...(folder && { folder: folder.path }),
    ...(picture && { preview: picture }),
  }
}
