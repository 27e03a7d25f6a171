import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Speed } from './speed.ts'

test('a speed is that of the last five seconds, and falls by time alone', () => {
  const speed = new Speed()
  assert.equal(speed.at(0), undefined)
  speed.note(0, 0)
  assert.equal(speed.at(499), undefined, 'too short to tell')
  for (let at = 200; at <= 20_000; at += 200) speed.note(at * 2, at)
  assert.equal(Math.round(speed.at(20_000) ?? 0), 2_000)
  for (let at = 20_200; at <= 30_000; at += 200) speed.note(40_000 + (at - 20_000) / 2, at)
  assert.equal(Math.round(speed.at(30_000) ?? 0), 500, 'what was before does not count')
  const falling = [31_000, 33_000, 35_000, 36_000].map(now => speed.at(now) ?? Number.NaN)
  assert.deepEqual(
    falling.toSorted((a, b) => b - a),
    falling,
  )
  assert.equal(speed.at(100_000), 0)
})
