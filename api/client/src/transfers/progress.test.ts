import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '../../../test/support/virtual-clock.ts'
import { Progress } from './progress.ts'

test('progress is told at most five times a second, and always at its end', () => {
  const clock = new VirtualClock()
  const told: number[] = []
  const file = { transfer: 'AAAAAAAAAAAAAAAAAAAAAA', direction: 'in', size: 1_000 } as const
  const progress = new Progress(
    clock,
    event => told.push('received' in event ? event.received : Number.NaN),
    file,
  )
  for (let step = 0; step < 100; step += 1) {
    progress.advance(10)
    clock.advance(10)
  }
  progress.finish()
  assert.deepEqual(told, [10, 210, 410, 610, 810, 1_000])
})
