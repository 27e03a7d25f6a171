import { failure, type Result } from '@chat-room/protocol'
import type { ChallengeType } from './challenges.ts'
import { AcmeFailure } from './failure.ts'
import { nextAttempt, PAUSES, type Pauses, type Validity } from './renewal-plan.ts'

export type RenewalClock = {
  now(): number
  /** Calls back after so many milliseconds, unless the function it returns is called before. */
  after(milliseconds: number, callback: () => void): () => void
}

type Log = Record<'info' | 'warn' | 'error', (context: object, message: string) => void>

export type RenewalOptions = {
  /** The certificate there is. */
  readonly held: Validity | undefined
  /** In the order of preference: after a failure the next one is tried, and one that worked is kept to. */
  readonly challenges: readonly [ChallengeType, ...ChallengeType[]]
  /** Orders a certificate, keeps it and puts it to use. */
  readonly renew: (challenge: ChallengeType, signal: AbortSignal) => Promise<Result<Validity, AcmeFailure>>
  readonly clock: RenewalClock
  /** From 0 to 1. */
  readonly random: () => number
  readonly log: Log
  readonly pauses?: Pauses
}

/** Timers are looked at anew at least this often: clocks are set, and machines sleep. */
const LOOK_EVERY = 3_600_000

/** Sees to it that there always is a certificate that is good. The returned function ends that. */
export function keepRenewed(options: RenewalOptions): () => Promise<void> {
  const { challenges, clock, log, pauses = PAUSES } = options
  const stopping = new AbortController()
  let { held } = options
  let obtainedAt: number | undefined
  let failures = 0
  let failedAt = clock.now()
  let retryAfter = 0
  let preferred = 0
  let cancel = () => {}
  let running: Promise<void> = Promise.resolve()

  function plan(): number {
    const at = nextAttempt({ held, obtainedAt, failures, failedAt, retryAfter }, options.random(), pauses)
    schedule(at)
    return at
  }

  function schedule(at: number): void {
    if (stopping.signal.aborted) return
    const wait = at - clock.now()
    cancel = clock.after(Math.min(Math.max(wait, 0), LOOK_EVERY), () => {
      if (clock.now() < at) schedule(at)
      else running = attempt()
    })
  }

  async function attempt(): Promise<void> {
    const challenge = challenges[preferred % challenges.length] ?? challenges[0]
    const renewed = await options.renew(challenge, stopping.signal).catch(unforeseen)
    if (stopping.signal.aborted) return
    if (renewed.ok) {
      held = renewed.value
      obtainedAt = clock.now()
      failures = 0
      const renewal = iso(plan())
      log.info({ challenge, until: iso(held.notAfter), renewal }, 'a certificate was obtained')
      return
    }
    const { error } = renewed
    failures++
    preferred++
    failedAt = clock.now()
    retryAfter = error.retryAfter
    const next = iso(plan())
    const { reason, message: why, cause } = error
    const unknown = reason === UNFORESEEN ? { err: cause } : {}
    const told = { challenge, reason, why, attempts: failures, next, ...unknown }
    if (held !== undefined && held.notAfter > failedAt) {
      log.warn(
        { ...told, until: iso(held.notAfter) },
        'the certificate could not be renewed; the old one stays',
      )
    } else {
      log.error(told, 'no certificate could be obtained, and nobody can enter until there is one')
    }
  }

  plan()
  return async () => {
    stopping.abort()
    cancel()
    await running
  }
}

const UNFORESEEN = 'unforeseen'

/** A bug in here must not end the room, which has its certificate; but it has to be seen. */
const unforeseen = (cause: unknown) =>
  failure(new AcmeFailure(UNFORESEEN, 'the order failed for a reason of our own', { cause }))

const iso = (time: number): string => new Date(time).toISOString()
