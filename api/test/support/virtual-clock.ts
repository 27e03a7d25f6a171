import type { Clock } from '@chat-room/client'

type Timer = { readonly at: number; readonly order: number; readonly callback: () => void }

/** Time that stands still until a test moves it. */
export class VirtualClock implements Clock {
  #now: number
  #order = 0
  #timers: Timer[] = []

  constructor(start = 1_800_000_000_000) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, order: this.#order++, callback }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter(each => each !== timer)
    }
  }

  /** Whether something will happen by itself. */
  get waiting(): boolean {
    return this.#timers.length > 0
  }

  /** Moves to the next timer, at most `limit` milliseconds ahead, and lets it ring. */
  advance(limit = Number.POSITIVE_INFINITY): void {
    const end = this.#now + limit
    const [next] = this.#timers.toSorted((a, b) => a.at - b.at || a.order - b.order)
    if (next === undefined || next.at > end) {
      if (Number.isFinite(end)) this.#now = end
      return
    }
    this.#timers = this.#timers.filter(each => each !== next)
    this.#now = Math.max(this.#now, next.at)
    next.callback()
  }

  /** Moves this far, and lets every timer on the way ring. */
  pass(milliseconds: number): void {
    const end = this.#now + milliseconds
    while (this.#now < end) this.advance(end - this.#now)
  }
}
