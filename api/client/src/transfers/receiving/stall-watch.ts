import type { Clock } from '../../ports.ts'

/** After which something that does not get further stalls, in milliseconds. */
const PATIENCE = 10_000

/** Notices that something does not get further: one timer, however often it does. */
export class StallWatch {
  readonly #clock: Clock
  readonly #stalled: () => void
  /** Whether it could get further just now. */
  readonly #counts: () => boolean
  #moved = 0
  #cancel: (() => void) | undefined

  constructor(clock: Clock, counts: () => boolean, stalled: () => void) {
    this.#clock = clock
    this.#counts = counts
    this.#stalled = stalled
  }

  /** It gets further, or may from now on. */
  moved(): void {
    this.#moved = this.#clock.now()
    if (this.#cancel === undefined) this.#wait(PATIENCE)
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #wait(milliseconds: number): void {
    this.#cancel = this.#clock.after(milliseconds, () => this.#look())
  }

  #look(): void {
    this.#cancel = undefined
    if (!this.#counts()) return
    const left = this.#moved + PATIENCE - this.#clock.now()
    if (left > 0) this.#wait(left)
    else this.#stalled()
  }
}
