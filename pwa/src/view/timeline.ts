import type { HistoryEntry } from '@chat-room/client'
import type { Entry } from './entries.ts'

/** A moment of the server's clock, which never runs backwards in a room, and the number in the room within it. */
type Moment = { readonly at: number; readonly seq: number }

/** What was said, and when. It is the same one for good, whatever becomes of it. */
export type Slot = { entry: Entry; at: number; seq: number }

/** In the outbox: behind all that is said meanwhile. */
export const NOT_YET: Moment = { at: Number.POSITIVE_INFINITY, seq: Number.POSITIVE_INFINITY }

/** What has no number in the room is behind all that has one. */
export const moment = (at: number, seq = 0): Moment => ({ at, seq: seq || Number.POSITIVE_INFINITY })

/** As the server told it to everyone who has it; undefined: it did not, or nobody noted that. */
export function momentOf({ event, stored }: Pick<HistoryEntry, 'event' | 'stored'>): Moment | undefined {
  if (event.type === 'message') return moment(event.at, event.to === 'all' ? event.seq : 0)
  const at = event.type === 'file-offered' ? event.at : stored?.at
  return at === undefined ? undefined : moment(at, event.type === 'said' ? stored?.seq : 0)
}

export const isBehind = (one: Moment, other: Moment): boolean =>
  one.at === other.at ? one.seq > other.seq : one.at > other.at

/**
 * All that is known of a conversation, in one order for everyone. Each has a number; those that are read later and were said
 * earlier have numbers below.
 */
export class Timeline {
  #slots: Slot[] = []
  #first = 0

  /** The number of the oldest. */
  get first(): number {
    return this.#first
  }

  /** One more than the number of the newest. */
  get end(): number {
    return this.#first + this.#slots.length
  }

  /** Of the newest that is not in the outbox. */
  get latest(): Moment {
    return this.#slots.findLast(({ at }) => at < NOT_YET.at) ?? moment(0)
  }

  at(number: number): Slot | undefined {
    return this.#slots[number - this.#first]
  }

  numberOf(slot: Slot): number {
    return this.#first + this.#slots.lastIndexOf(slot)
  }

  add(slot: Slot): void {
    const before = this.#slots.findLastIndex(each => !isBehind(each, slot))
    this.#slots.splice(before + 1, 0, slot)
  }

  move(slot: Slot, to: Moment): void {
    this.#slots.splice(this.#slots.lastIndexOf(slot), 1)
    this.add(Object.assign(slot, moment(to.at, to.seq)))
  }

  /** In front, but for what was stored later than it was told here. */
  prepend(slots: readonly Slot[]): void {
    this.#first -= slots.length
    this.#slots = [...slots, ...this.#slots].sort((one, other) =>
      isBehind(one, other) ? 1 : isBehind(other, one) ? -1 : 0,
    )
  }

  letGo(count: number): ReadonlySet<Slot> {
    this.#first += count
    return new Set(this.#slots.splice(0, count))
  }
}
