import { isBehind, type Slot } from './timeline.ts'

/** What came while nobody looked: how much of it, and where it begins. */
export class Unread {
  #first: Slot | undefined
  #count = 0
  #knowsMore = false
  #isCatchingUp = false

  /** The first that came while nobody looked: the divider stands before it. */
  get first(): Slot | undefined {
    return this.#first
  }

  /** Messages of others that nobody looked at yet. */
  get count(): number {
    return this.#count
  }

  /** From here on what is told as history is what was missed: nobody has seen it, whoever looks now. */
  wasAway(): void {
    this.#knowsMore = true
    this.#isCatchingUp = false
  }

  /** What comes in one catch-up has one divider, even if its beginning has been read before its end is here. */
  came(slot: Slot, isHistory: boolean, isAttentive: boolean): void {
    if (isHistory ? !this.#knowsMore : isAttentive) return
    const goesOn = this.#count > 0 || (isHistory && this.#isCatchingUp)
    if (!goesOn || this.#first === undefined || isBehind(this.#first, slot)) this.#first = slot
    this.#count++
    this.#isCatchingUp = isHistory
  }

  /** Somebody looks at the newest: the count is done with, the divider stays until there is more. */
  read(): void {
    this.#count = 0
  }

  /** Whoever answers has read. */
  answered(): void {
    this.#first = undefined
    this.#count = 0
    this.#isCatchingUp = false
  }
}
