import type { HistoryPage, KeptEvent } from '@chat-room/client'
import { type Delivery, type Entry, entryOf, idOf, type Said, type SharedFile } from './entries.ts'
import type { RoomEvent } from './room-event.ts'
import { moment, momentOf, NOT_YET, type Slot, Timeline } from './timeline.ts'
import { Unread } from './unread.ts'

export type Circumstances = {
  /** The own alias, once there is one. */
  readonly self: string | undefined
  readonly now: number
  /** Somebody looks at the newest messages: what comes is read. */
  readonly isAttentive: boolean
}

/** Beyond this the oldest are let go of, and read again from what the device keeps if somebody wants them. */
const MOST = 100_000
const LET_GO = 20_000

/** Whoever looks at the newest sees so many: what belongs further up is not read by that. */
const SEEN = 20

type OwnSlot = Slot & { readonly entry: Said | SharedFile }

/**
 * What was said, and what became of it: every event costs the same, whether ten messages are known or fifty thousand. It
 * stands where the server's clock and numbers put it, so that all see one order; what waits to be sent stands at the end.
 */
export class Conversation {
  readonly #timeline = new Timeline()
  readonly #slotOf = new Map<string, Slot>()
  /** Told before it was told as whom one is here. */
  readonly #early: RoomEvent[] = []
  readonly #unread = new Unread()
  #hasEarlier = true

  /** The number of the oldest entry that is known. */
  get first(): number {
    return this.#timeline.first
  }

  /** One more than the number of the newest. */
  get end(): number {
    return this.#timeline.end
  }

  get firstUnread(): number | undefined {
    const { first } = this.#unread
    return first && this.#timeline.numberOf(first)
  }

  get unread(): number {
    return this.#unread.count
  }

  /** The place before which there may be more to read; undefined: there is nothing more. */
  get earlierThan(): number | undefined {
    if (!this.#hasEarlier || this.end - this.first >= MOST) return undefined
    return this.#oldestPlace()
  }

  at(number: number): Entry | undefined {
    return this.#timeline.at(number)?.entry
  }

  /** Stays the same when others come in between. */
  keyAt(number: number): unknown {
    return this.#timeline.at(number)
  }

  fileOf(transfer: string): SharedFile | undefined {
    const entry = this.#slotOf.get(transfer)?.entry
    return entry?.kind === 'file' ? entry : undefined
  }

  apply(event: RoomEvent, circumstances: Circumstances): void {
    const { self, now, isAttentive } = circumstances
    switch (event.type) {
      case 'history':
      case 'said':
      case 'file-said':
        if (self === undefined) this.#early.push(event)
        else if (event.type === 'history') this.#remember(event, self)
        else this.#say(event, self, now)
        return
      case 'joined':
        for (const each of this.#early.splice(0)) this.apply(each, { ...circumstances, self: event.alias })
        return
      case 'connection':
        if (event.state !== 'online' && self !== undefined) this.#unread.wasAway()
        return
      case 'message':
      case 'file-offered': {
        const isOwn = event.type === 'message' && event.own === true
        // The own message as the server has it.
        if (isOwn && this.#knows(event)) return this.#store(event.id, event)
        const slot = this.#hear(event, self ?? '', now)
        if (slot === undefined || isOwn) return
        const isSeen = isAttentive && this.end - this.#timeline.numberOf(slot) <= SEEN
        return this.#unread.came(slot, event.history === true, isSeen)
      }
      case 'sent':
        return this.#store(event.id, event)
      case 'file-stored':
        return this.#store(event.transfer, { at: event.at })
      case 'file-ended':
        return this.#giveUp(event.transfer)
      case 'undelivered':
        this.#giveUp(event.id)
        return this.#deliver(event.id, 'failed')
      case 'receipt':
        for (const id of event.ids) this.#deliver(id, 'received', event.from)
        return
      case 'gap':
        this.#hear(event, self ?? '', now)
        return
      case 'member-joined':
        this.#add({ kind: 'came', alias: event.alias, at: now })
        return
      case 'member-left':
        this.#add({ kind: 'went', alias: event.alias, at: now })
        return
      case 'new-key':
        this.#add({ kind: 'new-key', alias: event.alias, at: now })
        return
    }
  }

  /** Puts a page in front. */
  prepend({ entries, more }: HistoryPage, self: string): void {
    const oldest = this.#oldestPlace() ?? Number.POSITIVE_INFINITY
    const older = entries.filter(({ place, event }) => place < oldest && !this.#knows(event))
    this.#hasEarlier = more
    let last: ReturnType<typeof momentOf>
    const slots = older.map(known => {
      const entry = entryOf(known, self)
      last = momentOf(known) ?? last ?? moment(entry.at)
      const slot = { ...last, entry }
      this.#name(known.event, slot)
      return slot
    })
    this.#timeline.prepend(slots)
  }

  remove(id: string): void {
    const slot = this.#slotOf.get(id)
    if (slot === undefined) return
    this.#slotOf.delete(id)
    slot.entry = { kind: 'removed' }
  }

  read(): void {
    if (this.#unread.count === 0) return
    this.#unread.read()
  }

  #remember(page: HistoryPage, self: string): void {
    this.prepend(page, self)
    // Nothing that was said since is old to whoever had this before the eyes.
    if (page.entries.length > 0) this.#unread.wasAway()
  }

  #say(event: KeptEvent, self: string, now: number): void {
    // An earlier page left it in the outbox.
    const known = this.#own(idOf(event))
    if (known !== undefined) return this.#timeline.move(known, NOT_YET)
    this.#hear(event, self, now, NOT_YET)
    this.#unread.answered()
  }

  /** Undefined: it was known. */
  #hear(event: KeptEvent, self: string, now: number, at = momentOf({ event })): Slot | undefined {
    if (this.#knows(event)) return undefined
    const slot = this.#add(entryOf({ event, at: now }, self), at)
    this.#name(event, slot)
    return slot
  }

  /** The server has it: it takes the place in which all others see it. */
  #store(id: string, { at, seq, written }: { at: number; seq?: number; written?: number }): void {
    const slot = this.#own(id)
    if (slot === undefined) return
    const late = written === undefined ? {} : { written }
    slot.entry = slot.entry.kind === 'said' ? { ...slot.entry, at, ...late } : { ...slot.entry, at }
    this.#timeline.move(slot, moment(at, seq))
    this.#deliver(id, 'sent')
  }

  /** It is sent no more, and stays among what was said by then. */
  #giveUp(id: string): void {
    const slot = this.#own(id)
    if (slot?.at === NOT_YET.at) this.#timeline.move(slot, this.#timeline.latest)
  }

  /** `by`: only if it was said to this one. */
  #deliver(id: string, delivery: Delivery, by?: string): void {
    const slot = this.#own(id)
    const entry = slot?.entry
    if (slot === undefined || entry?.kind !== 'said') return
    if (by !== undefined && entry.to !== by) return
    // A late "sent" takes nothing back from the one who has it.
    slot.entry = { ...entry, delivery: entry.delivery === 'received' ? 'received' : delivery }
  }

  #own(id: string | undefined): OwnSlot | undefined {
    const slot = this.#slotOf.get(id ?? '')
    return slot && 'isOwn' in slot.entry && slot.entry.isOwn ? (slot as OwnSlot) : undefined
  }

  #add(entry: Entry, at = this.#timeline.latest): Slot {
    if (this.end - this.first >= MOST) this.#letGo()
    const slot = { ...at, entry }
    this.#timeline.add(slot)
    return slot
  }

  /** An id alone is the server's to choose, and hides nothing else. */
  #knows(event: KeptEvent): boolean {
    const id = idOf(event)
    const entry = this.#slotOf.get(id ?? '')?.entry
    if (entry?.kind !== 'said' || !('text' in event)) return entry?.kind === 'file' && 'transfer' in event
    if (entry.text !== event.text || (entry.to === 'all') !== (event.to === 'all')) return false
    if (event.type === 'said' || event.own) return entry.isOwn
    return entry.from === event.from && entry.seq === event.seq && entry.at === event.at
  }

  /** The first of an id keeps it: nothing is ever said about the others. */
  #name(event: KeptEvent, slot: Slot): void {
    const id = idOf(event)
    if (id !== undefined && !this.#slotOf.has(id)) this.#slotOf.set(id, slot)
  }

  #oldestPlace(): number | undefined {
    for (let number = this.first; number < this.end; number++) {
      const entry = this.at(number)
      if (entry !== undefined && 'place' in entry && entry.place !== undefined) return entry.place
    }
    return undefined
  }

  #letGo(): void {
    const gone = this.#timeline.letGo(LET_GO)
    for (const [id, slot] of this.#slotOf) if (gone.has(slot)) this.#slotOf.delete(id)
    this.#hasEarlier = true
  }
}
