import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '../../../../test/support/virtual-clock.ts'
import { StallWatch } from './stall-watch.ts'

function watching() {
  const clock = new VirtualClock()
  const seen = { stalled: 0, counts: true }
  const watch = new StallWatch(
    clock,
    () => seen.counts,
    () => {
      seen.stalled += 1
    },
  )
  watch.moved()
  return { clock, seen, watch }
}

test('what does not get further for ten seconds stalls, once', () => {
  const { clock, seen } = watching()
  clock.pass(9_999)
  assert.equal(seen.stalled, 0)
  clock.pass(60_000)
  assert.equal(seen.stalled, 1)
  assert.equal(clock.waiting, false)
})

test('what gets further now and then does not, and costs one timer', () => {
  const { clock, seen, watch } = watching()
  let timers = 0
  const after = clock.after.bind(clock)
  clock.after = (milliseconds, callback) => {
    timers += 1
    return after(milliseconds, callback)
  }
  for (let n = 0; n < 1_000; n += 1) {
    clock.pass(100)
    watch.moved()
  }
  assert.equal(seen.stalled, 0)
  assert.ok(timers <= 11, `${timers} timers in 100 s`)
})

test('where it could not get further nobody watches, until it may again', () => {
  const { clock, seen, watch } = watching()
  seen.counts = false
  clock.pass(60_000)
  assert.equal(clock.waiting, false)
  seen.counts = true
  watch.moved()
  clock.pass(9_999)
  assert.equal(seen.stalled, 0)
  clock.pass(1)
  assert.equal(seen.stalled, 1)
})
