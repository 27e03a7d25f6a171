/** From when to when a certificate is good, epoch milliseconds. */
export type Validity = { readonly notBefore: number; readonly notAfter: number }

export type RenewalState = {
  /** Of the certificate there is. */
  readonly held: Validity | undefined
  /** When that was obtained; undefined: before this process began. */
  readonly obtainedAt: number | undefined
  /** Failed attempts since then. */
  readonly failures: number
  readonly failedAt: number
  /** Milliseconds from then that the authority asked to be left alone for. */
  readonly retryAfter: number
}

/** Pauses between attempts, in milliseconds. */
export type Pauses = { readonly first: number; readonly longest: number }

// Let's Encrypt takes five refusals of a name in an hour; of these, five fall into the first and one into the next.
export const PAUSES: Pauses = { first: 60_000, longest: 6 * 3_600_000 }
const GROWTH = 3
/** Certificates live ever shorter, some for six days: never a fixed number of days before the end. */
const RENEW_AT = 2 / 3
/** Of the life that a certificate has left when it is obtained, this much passes before the next is ordered. */
const LEFT_ALONE = 1 / 3
const LEAST_PAUSE = 1_000
/** However close the end is, this many more attempts fit before it. */
const ATTEMPTS_LEFT = 4

/** When a certificate is to be renewed if all goes well. */
const renewalTime = ({ notBefore, notAfter }: Validity): number =>
  notBefore + (notAfter - notBefore) * RENEW_AT

/**
 * A certificate may come late in its life: by a clock that is weeks fast, or from an authority that dates it back. The next would
 * be no younger, and each were ordered as soon as the one before is there.
 */
const restingTime = ({ notAfter }: Validity, obtainedAt: number): number =>
  obtainedAt + Math.max((notAfter - obtainedAt) * LEFT_ALONE, LEAST_PAUSE)

/**
 * When to order next: at once without a certificate, at two thirds of the life of the one there is, and after
 * failures ever later, with jitter, so that servers that failed together do not come back together.
 *
 * @param random From 0 to 1.
 */
export function nextAttempt(
  { held, obtainedAt, failures, failedAt, retryAfter }: RenewalState,
  random: number,
  { first, longest }: Pauses = PAUSES,
): number {
  if (failures === 0) {
    if (held === undefined) return failedAt
    const rested = obtainedAt === undefined ? 0 : restingTime(held, obtainedAt)
    return Math.max(renewalTime(held), rested)
  }
  const left =
    held === undefined || held.notAfter <= failedAt ? Number.POSITIVE_INFINITY : held.notAfter - failedAt
  const most = Math.max(first, Math.min(longest, left / ATTEMPTS_LEFT))
  const pause = Math.min(first * GROWTH ** (failures - 1), most)
  return failedAt + Math.max(pause * (0.75 + random / 4), retryAfter)
}
