import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { test } from 'node:test'
import { systemClock } from './clock.ts'

test('a callback never comes before its time is over', async () => {
  for (let round = 0; round < 400; round++) {
    const start = performance.now()
    await new Promise<void>(resolve => systemClock.after(2, resolve))
    assert.ok(performance.now() - start >= 2, `round ${round}`)
  }
})

test('a cancelled callback does not come', async () => {
  systemClock.after(1, () => assert.fail('it was cancelled'))()
  await new Promise<void>(resolve => systemClock.after(5, resolve))
})
