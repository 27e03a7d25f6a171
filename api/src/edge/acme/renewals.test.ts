import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { failure, ok } from '@chat-room/protocol'
import { VirtualClock } from '../../../test/support/virtual-clock.ts'
import type { ChallengeType } from './challenges.ts'
import { AcmeFailure } from './failure.ts'
import { keepRenewed, type RenewalOptions } from './renewals.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

type Attempt = { readonly at: number; readonly challenge: ChallengeType }
type Outcome = 'issued' | 'refused' | 'broken' | { readonly retryAfter: number }

/** Days of a server's life in moments: `outcomes` are those of its attempts, the last one of all that follow. */
function life(outcomes: readonly Outcome[], options: Partial<RenewalOptions> = {}) {
  const clock = new VirtualClock()
  const started = clock.now()
  const attempts: Attempt[] = []
  const said: { level: string; context: Record<string, unknown> }[] = []
  const level = (level: string) => (context: object) => void said.push({ level, context: { ...context } })
  const stop = keepRenewed({
    held: undefined,
    challenges: ['tls-alpn-01', 'http-01'],
    async renew(challenge) {
      const outcome = outcomes[Math.min(attempts.length, outcomes.length - 1)]
      attempts.push({ at: clock.now() - started, challenge })
      if (outcome === 'broken') throw new TypeError('a bug')
      if (outcome === 'issued') return ok({ notBefore: clock.now(), notAfter: clock.now() + 90 * DAY })
      const retryAfter = typeof outcome === 'object' ? outcome.retryAfter : 0
      return failure(new AcmeFailure('dns', 'no such name', { retryAfter }))
    },
    clock,
    random: () => 1,
    log: { info: level('info'), warn: level('warn'), error: level('error') },
    ...options,
  })
  return {
    attempts,
    said,
    clock,
    stop,
    started,
    async live(milliseconds: number) {
      const end = clock.now() + milliseconds
      while (clock.now() < end) {
        clock.advance(end - clock.now())
        // What was begun at that moment, to its end.
        await new Promise(resolve => setImmediate(resolve))
      }
    },
  }
}

suite('M1: a server sees to its certificate', () => {
  test('a year: the first at once, then each after two thirds of the one before', async () => {
    const server = life(['issued'])
    await server.live(365 * DAY)
    assert.deepEqual(
      server.attempts.map(({ at }) => Math.round(at / DAY)),
      [0, 60, 120, 180, 240, 300, 360],
    )
    assert.ok(server.said.every(({ level }) => level === 'info'))
    await server.stop()
  })

  test('a stored certificate is kept to its time', async () => {
    const clock = new VirtualClock()
    const server = life(['issued'], {
      held: { notBefore: clock.now() - 30 * DAY, notAfter: clock.now() + 60 * DAY },
    })
    await server.live(29 * DAY)
    assert.equal(server.attempts.length, 0)
    await server.live(2 * DAY)
    assert.equal(server.attempts.length, 1)
    await server.stop()
  })

  test('certificates that come at the end of their life are not ordered one after the other', async () => {
    const clock = new VirtualClock()
    let orders = 0
    const server = life([], {
      clock,
      async renew() {
        orders++
        // As they look to a clock that is two months fast.
        return ok({ notBefore: clock.now() - 65 * DAY, notAfter: clock.now() + 25 * DAY })
      },
    })
    for (let hour = 0; hour < 24; hour++) {
      clock.pass(HOUR)
      await new Promise(resolve => setImmediate(resolve))
    }
    assert.equal(orders, 1)
    await server.stop()
  })

  test('failures are tried again by the other challenge in turn, and what worked is kept to', async () => {
    const server = life(['refused', 'issued', 'issued', 'refused', 'refused', 'issued'])
    await server.live(190 * DAY)
    assert.deepEqual(
      server.attempts.map(({ challenge }) => challenge),
      ['tls-alpn-01', 'http-01', 'http-01', 'http-01', 'tls-alpn-01', 'http-01', 'http-01'],
    )
    await server.stop()
  })

  test('without a certificate a failure is an error; with one a warning that says until when it lasts', async () => {
    const server = life(['refused', 'issued', 'refused'])
    await server.live(61 * DAY)
    assert.deepEqual(
      server.said.slice(0, 3).map(({ level }) => level),
      ['error', 'info', 'warn'],
    )
    const [first, , third] = server.said
    assert.equal(first?.context['reason'], 'dns')
    assert.equal(first?.context['next'], new Date(server.started + 60_000).toISOString())
    assert.match(String(third?.context['until']), /^20\d\d-/)
    await server.live(40 * DAY)
    assert.equal(server.said.at(-1)?.level, 'error', 'once the certificate has expired')
    await server.stop()
  })

  test('an authority that asks for peace has it', async () => {
    const server = life([{ retryAfter: 5 * HOUR }, 'issued'])
    await server.live(DAY)
    assert.deepEqual(
      server.attempts.map(({ at }) => at),
      [0, 5 * HOUR],
    )
    await server.stop()
  })

  test('a bug in an attempt is told, and the next attempt comes', async () => {
    const server = life(['broken', 'issued'])
    await server.live(HOUR)
    assert.equal(server.attempts.length, 2)
    assert.ok(server.said[0]?.context['err'] instanceof TypeError)
    await server.stop()
  })

  test('once it is stopped nothing is begun, and what was begun is waited for', async () => {
    const begun = Promise.withResolvers<void>()
    let aborted = false
    const server = life(['issued'], {
      async renew(_, signal) {
        signal.addEventListener('abort', () => {
          aborted = true
        })
        await begun.promise
        return failure(new AcmeFailure('aborted', 'the server is ending'))
      },
    })
    await server.live(1)
    const stopped = server.stop()
    assert.ok(aborted)
    begun.resolve()
    await stopped
    assert.equal(server.clock.waiting, false)
    assert.deepEqual(server.said, [])
  })
})
