/**
 * Why an order came to nothing. Thrown below `obtain` alone, which turns it into a value: every one of some twenty
 * requests may end so.
 */
export class AcmeFailure extends Error {
  override readonly name = 'AcmeFailure'
  /** The last part of the problem's type (RFC 8555 section 6.7), or one of ours. */
  readonly reason: string
  /** Milliseconds that the authority asks to be left alone for. */
  readonly retryAfter: number

  constructor(reason: string, message: string, options: { retryAfter?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.reason = reason
    this.retryAfter = options.retryAfter ?? 0
  }
}

/** The last part of a problem's type, where it is a word as RFC 8555 has them: it is logged, and an authority may send anything. */
export const reasonOf = (type = ''): string | undefined => /(?:^|:)([A-Za-z]{1,64})$/.exec(type)?.[1]
