import { createHash, randomBytes } from 'node:crypto'
import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js'

export type BucketRate = {
  /** Tokens of a full bucket. */
  readonly burst: number
  readonly perMinute: number
}

/** Buckets there can be. Keys share them by a keyed hash: a flood of addresses takes no more memory than this. */
const SLOTS = 1 << 16
/** Node's longest timer, about 25 days: a record of the library that is to live longer would vanish at once. */
const LONGEST = 2 ** 31 - 1

/**
 * One token bucket per key, full at first and refilled evenly.
 *
 * The library counts in fixed windows; its records, however, expire, and a bucket is nothing but a time: that at which it is
 * full again (the "theoretical arrival time" of ATM's GCRA). So a record's expiry is the bucket, a full bucket has
 * no record, and waiting times are exact to the millisecond.
 *
 * Which keys share a bucket is secret and drawn anew by each process, so that nobody can empty another's on purpose.
 */
export class TokenBuckets {
  readonly #interval: number
  readonly #depth: number
  readonly #records = new RateLimiterMemory({ points: 1, duration: 1 })
  readonly #salt = randomBytes(16)
  /** Reading and writing a record are two steps of the library: one caller at a time. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor({ burst, perMinute }: BucketRate) {
    this.#interval = 60_000 / perMinute
    this.#depth = Math.min(burst * this.#interval, LONGEST)
  }

  /** Takes a token; or takes nothing and tells in how many milliseconds there is one. */
  take(key: string): Promise<number> {
    return this.#change(key, untilFull => {
      const wait = untilFull + this.#interval - this.#depth
      return wait > 0
        ? { untilFull, answer: Math.ceil(wait) }
        : { untilFull: untilFull + this.#interval, answer: 0 }
    })
  }

  giveBack(key: string): Promise<void> {
    return this.#change(key, untilFull => ({ untilFull: untilFull - this.#interval, answer: undefined }))
  }

  #change<T>(key: string, step: (untilFull: number) => { untilFull: number; answer: T }): Promise<T> {
    const slot = this.#slot(key)
    const changed = this.#turn.then(async () => {
      const before = Math.max((await this.#records.get(slot))?.msBeforeNext ?? 0, 0)
      const { untilFull, answer } = step(before)
      if (untilFull <= 0) await this.#records.delete(slot)
      else if (untilFull !== before) await this.#records.set(slot, 1, untilFull / 1_000)
      return answer
    })
    this.#turn = changed
    return changed
  }

  /** Nobody sees what comes out, so that a secret before the key does, at a tenth of the cost of an HMAC. */
  #slot(key: string): number {
    return createHash('sha256').update(this.#salt).update(key).digest().readUInt32BE() % SLOTS
  }
}
