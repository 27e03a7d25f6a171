import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '../../test/support/virtual-clock.ts'
import { Backoff } from './backoff.ts'

const FIRST = 100
const LONGEST = 350

/** How long it waits now. */
function pauseOf(clock: VirtualClock, backoff: Backoff): number {
  const begun = clock.now()
  let rang = false
  backoff.wait(() => {
    rang = true
  })
  while (!rang) clock.advance(1)
  return clock.now() - begun
}

test('pauses double up to the longest, and begin with the first again after a reset', () => {
  const clock = new VirtualClock()
  const backoff = new Backoff(clock, FIRST, LONGEST)
  assert.deepEqual(
    [1, 2, 3, 4].map(() => pauseOf(clock, backoff)),
    [FIRST, 2 * FIRST, LONGEST, LONGEST],
  )
  backoff.reset()
  assert.equal(pauseOf(clock, backoff), FIRST)
})

test('its share of a pause is waited, and the next one doubles all the same', () => {
  const clock = new VirtualClock()
  const backoff = new Backoff(clock, FIRST, LONGEST, () => 0.5)
  assert.deepEqual([pauseOf(clock, backoff), pauseOf(clock, backoff)], [FIRST / 2, FIRST])
})

test('one thing waits: the next takes its place, and who cancels hears nothing', () => {
  const clock = new VirtualClock()
  const backoff = new Backoff(clock, FIRST, LONGEST)
  const heard: string[] = []
  backoff.wait(() => heard.push('old'))
  backoff.wait(() => heard.push('new'))
  clock.advance(2 * FIRST)
  clock.advance(2 * FIRST)
  assert.deepEqual(heard, ['new'])
  backoff.wait(() => heard.push('cancelled'))
  backoff.cancel()
  assert.equal(clock.waiting, false)
})
