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

test('a time beyond what timers count is waited for in parts', t => {
  const longest = 2 ** 31 - 1
  const { mock } = t.mock.method(globalThis, 'setTimeout')
  for (const milliseconds of [2 ** 31, 2 ** 53, Number.POSITIVE_INFINITY])
    systemClock.after(milliseconds, () => {})()
  assert.deepEqual(
    mock.calls.map(({ arguments: [, milliseconds] }) => milliseconds),
    [longest, longest, longest],
  )
})
