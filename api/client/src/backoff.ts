import type { Random } from './bytes.ts'
import type { Clock } from './ports.ts'

/** Of a pause: so that those whom one server lost do not all come back at once. */
export const halfOrMore = (random: Random) => (): number => 0.5 + (random(1)[0] ?? 0) / 512

/** One thing that is tried again after a pause, which doubles from `first` to `longest` milliseconds until it is reset. */
export class Backoff {
  readonly #clock: Clock
  readonly #first: number
  readonly #longest: number
  readonly #jitter: () => number
  #next: number
  #cancel: (() => void) | undefined

  /** `jitter` gives the share of a pause that is waited, from 0 to 1. */
  constructor(clock: Clock, first: number, longest: number, jitter: () => number = () => 1) {
    this.#clock = clock
    this.#first = first
    this.#longest = longest
    this.#jitter = jitter
    this.#next = first
  }

  /** The pause, in whole milliseconds. */
  wait(callback: () => void): number {
    this.cancel()
    const pause = Math.round(this.#next * this.#jitter())
    this.#next = Math.min(this.#longest, 2 * this.#next)
    this.#cancel = this.#clock.after(pause, () => {
      this.#cancel = undefined
      callback()
    })
    return pause
  }

  cancel(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  /** The next pause is the first again. */
  reset(): void {
    this.#next = this.#first
  }
}
