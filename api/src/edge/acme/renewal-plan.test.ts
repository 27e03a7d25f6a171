import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { nextAttempt, PAUSES, type RenewalState } from './renewal-plan.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const NOW = 1_800_000_000_000

const state = (more: Partial<RenewalState>): RenewalState => ({
  held: undefined,
  obtainedAt: undefined,
  failures: 0,
  failedAt: NOW,
  retryAfter: 0,
  ...more,
})
const after = (more: Partial<RenewalState>, random = 1) => nextAttempt(state(more), random) - NOW
const certificate = (life: number) => ({ notBefore: NOW, notAfter: NOW + life })

suite('M1: when a certificate is ordered', () => {
  test('at once where there is none', () => {
    assert.equal(after({}), 0)
  })

  for (const days of [6, 45, 64, 90]) {
    test(`after two thirds of a life of ${days} days`, () => {
      assert.equal(after({ held: certificate(days * DAY) }), (days * DAY * 2) / 3)
    })
  }

  test('one that is past that already is renewed at once', () => {
    const held = { notBefore: NOW - 80 * DAY, notAfter: NOW + 10 * DAY }
    assert.ok(after({ held }) < 0)
  })

  test('one that is past that already when it is obtained rests for a third of what it has left', () => {
    const fastClock = { notBefore: NOW - 65 * DAY, notAfter: NOW + 25 * DAY }
    assert.equal(after({ held: fastClock, obtainedAt: NOW }), (25 * DAY) / 3)
    const datedBack = { notBefore: NOW - 90 * MINUTE, notAfter: NOW + 30 * MINUTE }
    assert.equal(after({ held: datedBack, obtainedAt: NOW }), 10 * MINUTE)
    const ending = { notBefore: NOW - DAY, notAfter: NOW + 1 }
    assert.equal(after({ held: ending, obtainedAt: NOW }), 1_000)
  })

  test('after failures ever later, up to six hours', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 20].map(failures => after({ failures }) / MINUTE)
    assert.deepEqual(pauses, [1, 3, 9, 27, 81, 243, 360, 360])
  })

  test('at most five attempts begin within an hour, with whatever jitter', () => {
    for (const random of [0, 0.5, 1]) {
      let attempts = 0
      for (let at = 0; at < HOUR; at += after({ failures: attempts }, random)) attempts++
      assert.ok(attempts <= 5, `${attempts} attempts`)
    }
  })

  test('jitter takes away at most a quarter', () => {
    assert.equal(after({ failures: 3 }, 0), 6.75 * MINUTE)
    assert.equal(after({ failures: 3 }, 0.5), 7.875 * MINUTE)
  })

  test('four more attempts fit before the end, however close that is, but never more than one a minute', () => {
    assert.equal(after({ failures: 9, held: certificate(4 * HOUR) }), HOUR)
    assert.equal(after({ failures: 9, held: certificate(MINUTE) }), PAUSES.first)
    const expired = { notBefore: NOW - 90 * DAY, notAfter: NOW - DAY }
    assert.equal(after({ failures: 9, held: expired }), PAUSES.longest)
  })

  test('not before the authority wants it', () => {
    assert.equal(after({ failures: 1, retryAfter: DAY }), DAY)
    assert.equal(after({ failures: 9, retryAfter: 1 }), PAUSES.longest)
  })
})
