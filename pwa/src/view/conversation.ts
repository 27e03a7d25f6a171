import type { TransferView } from '@chat-room/client'
import type { RoomEvent } from './room-event.ts'

/** Of an own message: in the outbox, durable on the server, with the one whom it is for, or none of these for good. */
type Delivery = 'waiting' | 'sent' | 'received' | 'failed'

export type Said = {
  readonly kind: 'said'
  readonly id: string
  readonly from: string
  /** `all`, or the alias of the one whom a DM is for. */
  readonly to: string
  readonly text: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly isOwn: boolean
  readonly delivery: Delivery
  /** When it was written, if it waited long in an outbox. */
  readonly written?: number
}

type SaidEvent = Extract<RoomEvent, { readonly type: 'said' }>

export type Entry =
  | Said
  | {
      readonly kind: 'file'
      readonly transfer: string
      readonly at: number
      readonly isOwn: boolean
      readonly isDirect: boolean
    }
  | { readonly kind: 'gap'; readonly missed: number; readonly at: number }
  | { readonly kind: 'came' | 'went'; readonly alias: string; readonly at: number }
  /** Its place is kept, so that every other entry keeps its own. */
  | { readonly kind: 'removed' }

export type Circumstances = {
  /** The own alias, once there is one. */
  readonly self: string | undefined
  readonly now: number
  /** Somebody looks at the newest messages: what comes is read. */
  readonly isAttentive: boolean
}

/** Beyond this the oldest are let go of: the device's memory is not the room's. */
const MOST = 100_000
const LET_GO = 20_000

/**
 * What was said, in order, and what became of it: every event costs the same, whether ten messages are known or fifty
 * thousand. An entry is named by its number, counted from the first one there ever was.
 */
export class Conversation {
  #entries: Entry[] = []
  #first = 0
  readonly #numberOf = new Map<string, number>()
  /** Found in an outbox before it was told as whom one is here. */
  readonly #early: SaidEvent[] = []
  #unread: { readonly first: number; count: number } | undefined
  #version = 0

  /** The number of the oldest entry that is still known. */
  get first(): number {
    return this.#first
  }

  /** One more than the number of the newest. */
  get end(): number {
    return this.#first + this.#entries.length
  }

  /** Changes whenever anything does. */
  get version(): number {
    return this.#version
  }

  /** The number of the first entry that came while nobody looked: the divider stands before it. */
  get firstUnread(): number | undefined {
    return this.#unread?.first
  }

  /** Messages of others that nobody looked at yet. */
  get unread(): number {
    return this.#unread?.count ?? 0
  }

  at(number: number): Entry | undefined {
    return this.#entries[number - this.#first]
  }

  apply(event: RoomEvent, circumstances: Circumstances): void {
    const { self, now } = circumstances
    switch (event.type) {
      case 'said': {
        if (this.#numberOf.has(event.id)) return
        if (self === undefined) {
          this.#early.push(event)
          return
        }
        // Whoever answers has read.
        this.#unread = undefined
        return this.#say(event, self)
      }
      case 'joined':
        for (const each of this.#early.splice(0)) this.#say(each, event.alias)
        return
      case 'message':
        return this.#hear(event, circumstances)
      case 'sent':
        return this.#deliver(event.id, 'sent')
      case 'undelivered':
        return this.#deliver(event.id, 'failed')
      case 'receipt':
        for (const id of event.ids) this.#deliver(id, 'received')
        return
      case 'gap':
        this.#add({ kind: 'gap', missed: event.missed, at: now })
        return
      case 'member-joined':
        this.#add({ kind: 'came', alias: event.alias, at: now })
        return
      case 'member-left':
        this.#add({ kind: 'went', alias: event.alias, at: now })
        return
      case 'file-offered':
        if (this.#numberOf.has(event.transfer)) return
        this.#name(
          event.transfer,
          this.#add({
            kind: 'file',
            transfer: event.transfer,
            at: now,
            isOwn: false,
            isDirect: event.to !== 'all',
          }),
        )
        if (event.history !== true) this.#missed(circumstances)
        return
    }
  }

  /** An own file has no offer that is told: it is noticed among the transfers. */
  noticeTransfer({ transfer, direction, with: other }: TransferView, now: number): void {
    if (this.#numberOf.has(transfer)) return
    this.#name(
      transfer,
      this.#add({ kind: 'file', transfer, at: now, isOwn: direction === 'out', isDirect: other !== 'all' }),
    )
  }

  remove(id: string): void {
    const number = this.#numberOf.get(id)
    if (number === undefined) return
    this.#numberOf.delete(id)
    this.#set(number, { kind: 'removed' })
  }

  /** Somebody looks at the newest: the count is done with, the divider stays until there is more. */
  read(): void {
    if (this.#unread === undefined || this.#unread.count === 0) return
    this.#unread.count = 0
    this.#version++
  }

  #say({ id, to, text, at }: SaidEvent, from: string): void {
    this.#name(id, this.#add({ kind: 'said', id, from, to, text, at, isOwn: true, delivery: 'waiting' }))
  }

  #hear(event: Extract<RoomEvent, { type: 'message' }>, circumstances: Circumstances): void {
    const { id, from, to, text, at, written } = event
    const isOwn = from === circumstances.self
    const known = this.#numberOf.get(id)
    if (known !== undefined) {
      // The own message as the server has it.
      const entry = this.at(known)
      if (isOwn && entry?.kind === 'said') this.#set(known, { ...entry, at, delivery: 'sent' })
      return
    }
    const said: Said = { kind: 'said', id, from, to, text, at, isOwn, delivery: 'sent' }
    this.#name(id, this.#add(written === undefined ? said : { ...said, written }))
    if (!isOwn && event.history !== true) this.#missed(circumstances)
  }

  #missed({ isAttentive }: Circumstances): void {
    if (isAttentive) return
    if (this.#unread === undefined || this.#unread.count === 0) {
      this.#unread = { first: this.end - 1, count: 1 }
    } else {
      this.#unread.count++
    }
  }

  #deliver(id: string, delivery: Delivery): void {
    const number = this.#numberOf.get(id)
    const entry = number === undefined ? undefined : this.at(number)
    if (number === undefined || entry?.kind !== 'said' || !entry.isOwn) return
    // A late "sent" takes nothing back from the one who has it.
    if (entry.delivery === 'received') return
    this.#set(number, { ...entry, delivery })
  }

  #add(entry: Entry): number {
    if (this.#entries.length === MOST) this.#letGo()
    this.#entries.push(entry)
    this.#version++
    return this.end - 1
  }

  #set(number: number, entry: Entry): void {
    if (number < this.#first) return
    this.#entries[number - this.#first] = entry
    this.#version++
  }

  #name(id: string, number: number): void {
    if (id !== '') this.#numberOf.set(id, number)
  }

  #letGo(): void {
    for (const entry of this.#entries.splice(0, LET_GO)) {
      if (entry.kind === 'said') this.#numberOf.delete(entry.id)
      if (entry.kind === 'file') this.#numberOf.delete(entry.transfer)
    }
    this.#first += LET_GO
  }
}
