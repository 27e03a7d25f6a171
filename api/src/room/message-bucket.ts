/** Messages: so many at once, then so many a second. */
export type MessageRate = { readonly burst: number; readonly perSecond: number }

/** Of a connection that has not joined: enough to enter by hand and to fail a few times. */
const BEFORE_JOIN: MessageRate = { burst: 32, perSecond: 4 }

/** What may be read together with the message that emptied a bucket, and a client's window sent again. */
const OVERDRAFT = 256

/**
 * How much may be said. A token a message; who has none left is read no more until there is one again. It belongs to whoever
 * speaks, not to a socket: another connection begins with what the one before left.
 */
export class MessageBucket {
  readonly #rate: MessageRate
  #tokens: number
  #at: number

  private constructor(rate: MessageRate, tokens: number, now: number) {
    this.#rate = rate
    this.#tokens = tokens
    this.#at = now
  }

  /** Of a member that was here before this process. */
  static full(rate: MessageRate, now: number): MessageBucket {
    return new MessageBucket(rate, rate.burst, now)
  }

  /** Of a connection that has not joined: never more than a member may say. */
  static beforeJoin({ burst, perSecond }: MessageRate, now: number): MessageBucket {
    const rate = {
      burst: Math.min(burst, BEFORE_JOIN.burst),
      perSecond: Math.min(perSecond, BEFORE_JOIN.perSecond),
    }
    return MessageBucket.full(rate, now)
  }

  /** For a newcomer: what its connection has left, and from now on a member's rate. To leave and join anew gains nothing. */
  promoted(rate: MessageRate, now: number): MessageBucket {
    this.#refill(now)
    return new MessageBucket(rate, this.#tokens, now)
  }

  /** A member's connection said more than it may before it came: that is the member's debt. */
  charge(connection: MessageBucket, now: number): void {
    this.#refill(now)
    connection.#refill(now)
    this.#tokens += Math.min(0, connection.#tokens)
  }

  /** Takes a token for a message: milliseconds to wait before the next one, or `flooding` where no waiting helps. */
  take(now: number): number | 'flooding' {
    this.#refill(now)
    this.#tokens--
    return this.#tokens < -(this.#rate.burst + OVERDRAFT) ? 'flooding' : this.wait
  }

  /** Milliseconds until what was taken is refilled, as of the last call. */
  get wait(): number {
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens * 1000) / this.#rate.perSecond)
  }

  #refill(now: number): void {
    const { burst, perSecond } = this.#rate
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) * perSecond) / 1000)
    this.#at = now
  }
}
