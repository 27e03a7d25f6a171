import assert from 'node:assert/strict'
import { test } from 'node:test'
import { around, earlier, kept, later, newest, WINDOW } from './message-window.ts'

const known = { first: 0, end: 50_000 }

test('of fifty thousand messages a few hundred are drawn, wherever one is', () => {
  let window = newest(known)
  assert.deepEqual(window, { first: 50_000 - WINDOW, end: 50_000 })
  for (let step = 0; step < 600; step++) {
    window = earlier(window, known)
    assert.equal(window.end - window.first, WINDOW)
  }
  assert.equal(window.first, 0)
  for (let step = 0; step < 600; step++) window = later(window, known)
  assert.equal(window.end, 50_000)
})

test('an earlier window overlaps the one before it: what is before the eyes stays drawn', () => {
  const before = newest(known)
  const after = earlier(before, known)
  assert.equal(after.end > before.first, true)
})

test('whoever reads further up keeps the window while more is said', () => {
  const window = earlier(newest(known), known)
  assert.deepEqual(kept(window, { first: 0, end: 50_500 }), window)
})

test('what is let go of leaves the window', () => {
  assert.equal(kept({ first: 10, end: 310 }, { first: 20_000, end: 50_000 }).first, 20_000)
})

test('few messages are all drawn', () => {
  assert.deepEqual(newest({ first: 0, end: 7 }), { first: 0, end: 7 })
  assert.deepEqual(around(3, { first: 0, end: 7 }), { first: 0, end: 7 })
})
