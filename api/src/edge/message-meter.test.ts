import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MessageMeter } from './message-meter.ts'

test('what is earned is not waited for, and never makes more than a burst', () => {
  const meter = new MessageMeter({ burst: 3, perSecond: 10 })
  const count = (times: number) => Array.from({ length: times }, () => meter.count(1_000))
  assert.deepEqual(count(4), [0, 0, 0, 100])
  meter.earn(1)
  assert.deepEqual(count(1), [100])
  meter.earn(1_000)
  assert.deepEqual(count(4), [0, 0, 0, 100])
})

test('a burst costs nothing; then each message costs its share of a second', () => {
  const meter = new MessageMeter({ burst: 3, perSecond: 10 })
  const count = (times: number, now: number) => Array.from({ length: times }, () => meter.count(now))
  assert.deepEqual(count(5, 1_000), [0, 0, 0, 100, 200])
  assert.deepEqual(count(2, 1_200), [100, 200], 'who waits as long as told stays at the rate')
  assert.deepEqual(count(4, 9_000), [0, 0, 0, 100], 'a long silence earns one burst')
})
