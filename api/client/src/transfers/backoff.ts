import type { Clock } from '../ports.ts'

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

  wait(callback: () => void): void {
    this.cancel()
    const pause = this.#next * this.#jitter()
    this.#next = Math.min(this.#longest, 2 * this.#next)
    this.#cancel = this.#clock.after(pause, () => {
      this.#cancel = undefined
      callback()
    })
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
