import type { HistoryPage, KeptEvent } from '@chat-room/client'
import { type Delivery, type Entry, entryOf, idOf, type SharedFile } from './entries.ts'
import type { RoomEvent } from './room-event.ts'
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

/**
 * What was said, in order, and what became of it: every event costs the same, whether ten messages are known or fifty
 * thousand. An entry is named by its number, which never changes: those read later and said earlier have numbers below.
 */
export class Conversation {
  #entries: Entry[] = []
  #first = 0
  readonly #numberOf = new Map<string, number>()
  /** Told before it was told as whom one is here. */
  readonly #early: RoomEvent[] = []
  readonly #unread = new Unread()
  #hasEarlier = true
  #version = 0

  /** The number of the oldest entry that is known. */
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

  get firstUnread(): number | undefined {
    return this.#unread.first
  }

  get unread(): number {
    return this.#unread.count
  }

  /** The place before which there may be more to read; undefined: there is nothing more. */
  get earlierThan(): number | undefined {
    if (!this.#hasEarlier || this.#entries.length >= MOST) return undefined
    return this.#oldestPlace()
  }

  at(number: number): Entry | undefined {
    return this.#entries[number - this.#first]
  }

  fileOf(transfer: string): SharedFile | undefined {
    const entry = this.at(this.#numberOf.get(transfer) ?? Number.NaN)
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
        else if (this.#hear(event, self, now)) this.#unread.answered()
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
        if (isOwn && this.#knows(event)) return this.#deliver(event.id, 'sent', event.at)
        const isNew = this.#hear(event, self ?? '', now)
        if (isNew && !isOwn) this.#unread.came(this.end - 1, event.history === true, isAttentive)
        return
      }
      case 'sent':
        return this.#deliver(event.id, 'sent')
      case 'undelivered':
        return this.#deliver(event.id, 'failed')
      case 'receipt':
        for (const id of event.ids) this.#deliver(id, 'received', undefined, event.from)
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
    this.#first -= older.length
    for (const [index, { event }] of older.entries()) this.#name(event, this.#first + index)
    this.#entries = [...older.map(each => entryOf(each, self)), ...this.#entries]
    this.#version++
  }

  remove(id: string): void {
    const number = this.#numberOf.get(id)
    if (number === undefined) return
    this.#numberOf.delete(id)
    this.#set(number, { kind: 'removed' })
  }

  read(): void {
    if (this.#unread.count === 0) return
    this.#unread.read()
    this.#version++
  }

  #remember(page: HistoryPage, self: string): void {
    this.prepend(page, self)
    // Nothing that was said since is old to whoever had this before the eyes.
    if (page.entries.length > 0) this.#unread.wasAway()
  }

  /** Whether it was not known. */
  #hear(event: KeptEvent, self: string, now: number): boolean {
    if (this.#knows(event)) return false
    this.#name(event, this.#add(entryOf({ event, at: now }, self)))
    return true
  }

  /** `by`: only if it was said to this one. */
  #deliver(id: string, delivery: Delivery, at?: number, by?: string): void {
    const number = this.#numberOf.get(id)
    const entry = number === undefined ? undefined : this.at(number)
    if (number === undefined || entry?.kind !== 'said' || !entry.isOwn) return
    if (by !== undefined && entry.to !== by) return
    // A late "sent" takes nothing back from the one who has it.
    const reached = entry.delivery === 'received' ? 'received' : delivery
    this.#set(number, { ...entry, delivery: reached, at: at ?? entry.at })
  }

  #add(entry: Entry): number {
    if (this.#entries.length >= MOST) this.#letGo()
    this.#entries.push(entry)
    this.#version++
    return this.end - 1
  }

  #set(number: number, entry: Entry): void {
    if (number < this.#first) return
    this.#entries[number - this.#first] = entry
    this.#version++
  }

  /** An id alone is the server's to choose, and hides nothing else. */
  #knows(event: KeptEvent): boolean {
    const id = idOf(event)
    const entry = id === undefined ? undefined : this.at(this.#numberOf.get(id) ?? Number.NaN)
    if (entry?.kind !== 'said' || !('text' in event)) return entry?.kind === 'file' && 'transfer' in event
    if (entry.text !== event.text || (entry.to === 'all') !== (event.to === 'all')) return false
    if (event.type === 'said' || event.own) return entry.isOwn
    return entry.from === event.from && entry.seq === event.seq && entry.at === event.at
  }

  /** The first of an id keeps it: nothing is ever said about the others. */
  #name(event: KeptEvent, number: number): void {
    const id = idOf(event)
    if (id !== undefined && !this.#numberOf.has(id)) this.#numberOf.set(id, number)
  }

  #oldestPlace(): number | undefined {
    for (const entry of this.#entries) {
      if ('place' in entry && entry.place !== undefined) return entry.place
    }
    return undefined
  }

  #letGo(): void {
    this.#entries.splice(0, LET_GO)
    this.#first += LET_GO
    for (const [id, number] of this.#numberOf) if (number < this.#first) this.#numberOf.delete(id)
    this.#hasEarlier = true
  }
}
