import { encodeBase64Url, type Random } from '../bytes.ts'
import { ID_BYTES } from '../crypto/room-keys.ts'
import type { ClientEvent, HistoryEntry, KeptEvent } from '../events.ts'
import type { Clock, HistoryStore } from '../ports.ts'
import { type Change, changesBy, idOf, isKept, isSame } from './kept-events.ts'
import { openEntry, sealEntry } from './sealed-record.ts'

/** A page of a view: what is opened before anything is shown. */
const PAGE = 200

/** Entries that a device keeps of a room: some 50 MB. The oldest go first, so many at a time. */
const MOST = 100_000
const DROPPED_AT_ONCE = 1_000

export type HistoryDeps = {
  readonly store: HistoryStore
  readonly key: CryptoKey
  /** The room's address. */
  readonly room: string
  readonly clock: Clock
  readonly random: Random
  /** Nothing more can be kept. */
  failed(error: unknown): void
}

type KeptPage = {
  readonly entries: readonly HistoryEntry[]
  readonly isAll: boolean
  readonly isFull: boolean
}

type Draft = { readonly id: string; entry: HistoryEntry; isHeld: boolean }

/**
 * What was said here, as this device keeps it: one writer, which puts what is told together in one go, in its order, with what
 * became of it since. What an earlier process told is known by its id, and not told twice.
 */
export class History {
  readonly #deps: HistoryDeps
  /** The newest page, as it was found; `more`: there are older ones. */
  readonly newest: { readonly entries: readonly HistoryEntry[]; readonly more: boolean }
  #next: number
  /** By place: told, and not put. */
  readonly #drafts = new Map<number, Draft>()
  /** By id: of what was put. */
  #changes = new Map<string, Change[]>()
  /** By id: what was looked up, and the files told by this process. */
  readonly #known = new Map<string, HistoryEntry>()
  #turn: Promise<void> | undefined
  #hasEnded = false

  static async open(deps: HistoryDeps): Promise<History> {
    const records = await deps.store.page(undefined, PAGE)
    return new History(
      deps,
      await openAll(deps, records),
      records.at(-1)?.place ?? -1,
      records.length === PAGE,
    )
  }

  private constructor(deps: HistoryDeps, entries: readonly HistoryEntry[], last: number, more: boolean) {
    this.#deps = deps
    this.newest = { entries, more }
    // A place below zero is left to what comes from before.
    this.#next = Math.max(last, -1) + 1
  }

  /**
   * The event as views get it: with its place, if it is kept. Undefined: an earlier process told it. `lasting`: what is said
   * here is put when that has resolved, since what is kept as said must be in the outbox, or have been.
   */
  keep(event: ClientEvent, lasting: () => Promise<void>): ClientEvent | undefined {
    if (!isKept(event)) {
      for (const [id, change] of changesBy(event)) this.change(id, change)
      return event
    }
    const id = idOf(event) ?? this.#newId()
    const known = this.#known.get(id)
    if (known !== undefined && isSame(known.event, event)) return undefined
    const entry = this.#entryOf(event, this.#next++)
    const isHeld = event.type === 'said' || event.type === 'file-said'
    const draft = { id, entry, isHeld }
    this.#drafts.set(entry.place, draft)
    if ('transfer' in event) this.#known.set(id, entry)
    if (isHeld) this.#release(draft, lasting).catch(this.#deps.failed)
    this.#begin()
    return entry.event
  }

  /** The newest that is kept under this id is another one now. */
  change(id: string, change: Change): void {
    for (const draft of this.#drafts.values()) {
      if (draft.id !== id) continue
      draft.entry = change(draft.entry)
      draft.isHeld = false
      this.#begin()
      return
    }
    const waiting = this.#changes.get(id)
    if (waiting === undefined) this.#changes.set(id, [change])
    else waiting.push(change)
    this.#begin()
  }

  /** Afterwards it is known which of these were told by an earlier process. */
  async look(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    await this.flushed()
    const { store, key, room } = this.#deps
    for (const record of await store.find(ids)) {
      const entry = await openEntry(key, room, record)
      if (entry !== undefined) this.#known.set(record.id, entry)
    }
  }

  /** What is kept of these. */
  async find(ids: readonly string[]): Promise<readonly HistoryEntry[]> {
    await this.look(ids)
    return ids.flatMap(id => this.#known.get(id) ?? [])
  }

  /** Whether this file came to an end here. */
  isOver(transfer: string): boolean {
    return this.#known.get(transfer)?.outcome !== undefined
  }

  /** In front of everything: what the server had from before, in its order. Those known already are left out. */
  async prepend(events: readonly KeptEvent[], before: number): Promise<readonly HistoryEntry[]> {
    const ids = events.map(event => idOf(event) ?? this.#newId())
    await this.look(ids)
    const fresh = events.flatMap((event, at) => {
      const id = ids[at] ?? ''
      const known = this.#known.get(id)
      return known !== undefined && isSame(known.event, event) ? [] : [{ id, event }]
    })
    const end = Math.min(before, this.#next, ...this.#drafts.keys())
    const entries = fresh.map(({ event }, at) => this.#entryOf(event, end - fresh.length + at))
    for (const [at, entry] of entries.entries()) {
      const id = fresh[at]?.id ?? ''
      this.#drafts.set(entry.place, { id, entry, isHeld: false })
      if ('transfer' in entry.event) this.#known.set(id, entry)
    }
    this.#begin()
    await this.flushed()
    return entries
  }

  /**
   * Up to so many from before that place, in their order. `isAll`: there are no others on this device; `isFull`: there were, and
   * the oldest went.
   */
  async page(before: number, count: number): Promise<KeptPage> {
    await this.flushed()
    const records = await this.#deps.store.page(before, count)
    const isFull = this.#next - (records[0]?.place ?? before) >= MOST
    return { entries: await openAll(this.#deps, records), isAll: records.length < count, isFull }
  }

  /** Resolves when everything told so far is put; rejects if it cannot be. */
  async flushed(): Promise<void> {
    // What is told in this very turn belongs to it.
    await undefined
    // The one that runs may have begun before; the one that follows takes all that is there.
    await this.#turn
    await this.#turn
  }

  /** Nothing is left of it, and nothing is kept any more. */
  async clear(): Promise<void> {
    this.#hasEnded = true
    await this.#turn
    await this.#deps.store.clear()
  }

  async #release(draft: Draft, lasting: () => Promise<void>): Promise<void> {
    // It is put into the outbox by whoever tells it, right after these words.
    await undefined
    await lasting()
    draft.isHeld = false
    this.#begin()
  }

  #newId(): string {
    return encodeBase64Url(this.#deps.random(ID_BYTES))
  }

  #entryOf(event: KeptEvent, place: number): HistoryEntry {
    const at = 'at' in event ? event.at : this.#deps.clock.now()
    return { place, event: { ...event, place }, at }
  }

  #begin(): void {
    if (this.#turn !== undefined || this.#hasEnded) return
    const isDue = this.#changes.size > 0 || [...this.#drafts.values()].some(({ isHeld }) => !isHeld)
    if (!isDue) return
    this.#turn = this.#write().then(
      () => {
        this.#turn = undefined
        this.#begin()
      },
      error => {
        this.#hasEnded = true
        this.#deps.failed(error)
        throw error
      },
    )
    // Whoever waits for it hears of it; that nobody does is no error of its own.
    this.#turn.catch(() => undefined)
  }

  async #write(): Promise<void> {
    // What comes in one go is put in one go.
    await undefined
    const drafts = [...this.#drafts.values()].filter(({ isHeld }) => !isHeld)
    for (const { entry } of drafts) this.#drafts.delete(entry.place)
    const changes = this.#changes
    this.#changes = new Map()
    const { store, key, room, random } = this.#deps
    const found = await store.find([...changes.keys(), ...drafts.map(({ id }) => id)])
    const taken = new Set(found.map(({ id }) => id))
    const records = drafts.map(({ id, entry }) => {
      // Ids of others are theirs to choose: no two records have the same.
      const own = taken.has(id) ? this.#newId() : id
      taken.add(own)
      return sealEntry(key, random, { room, id: own }, entry)
    })
    for (const record of found) {
      const waiting = changes.get(record.id)
      const entry = waiting && (await openEntry(key, room, record))
      if (entry === undefined) continue
      const changed = waiting?.reduce((before, change) => change(before), entry) ?? entry
      if (changed === entry) continue
      if (this.#known.has(record.id)) this.#known.set(record.id, changed)
      records.push(sealEntry(key, random, { room, id: record.id }, changed))
    }
    if (records.length > 0) await store.put(await Promise.all(records))
    const places = drafts.map(({ entry }) => entry.place)
    if (places.some(place => place > MOST && place % DROPPED_AT_ONCE === 0))
      await store.dropBefore(this.#next - MOST)
  }
}

async function openAll(
  { key, room }: HistoryDeps,
  records: Awaited<ReturnType<HistoryStore['page']>>,
): Promise<readonly HistoryEntry[]> {
  const opened = await Promise.all(records.map(record => openEntry(key, room, record)))
  return opened.filter(entry => entry !== undefined).filter(({ isSaidAgain }) => !isSaidAgain)
}
