export type MessageRate = {
  readonly burst: number
  readonly perSecond: number
}

/** A token bucket for one socket, kept as the time at which it is full again, as in `TokenBuckets`. */
export class MessageMeter {
  readonly #interval: number
  readonly #depth: number
  #fullAt = 0

  constructor({ burst, perSecond }: MessageRate) {
    this.#interval = 1_000 / perSecond
    this.#depth = burst * this.#interval
  }

  /** Counts one message, and tells for how many milliseconds no more should be read. */
  count(now: number): number {
    this.#fullAt = Math.max(this.#fullAt, now) + this.#interval
    return Math.max(0, Math.ceil(this.#fullAt - now - this.#depth))
  }

  /** So many more may be said; never more at once than the burst. */
  earn(messages: number): void {
    this.#fullAt -= messages * this.#interval
  }
}
