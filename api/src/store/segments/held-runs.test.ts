import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed } from '../../../test/support/for-each-seed.ts'
import { SeededRandom } from '../../../test/support/seeded-random.ts'
import { runsOf } from '../../relay/runs.ts'
import { HeldRuns } from './held-runs.ts'

const ascending = (indices: Iterable<number>): number[] => [...indices].sort((a, b) => a - b)

test('whatever comes and goes, runs are those of what is held', () =>
  forEachSeed(async seed => {
    const random = new SeededRandom(seed)
    const held = new Set<number>(Array.from({ length: random.below(20) }, () => random.below(40)))
    const runs = new HeldRuns(held)
    for (let step = 0; step < 200; step++) {
      assert.deepEqual(runs.first(100), runsOf(ascending(held)))
      const index = random.below(40)
      if (random.chance(0.5)) {
        held.add(index)
        runs.add(index)
      } else {
        held.delete(index)
        runs.delete(index)
      }
    }
    const most = random.below(5)
    assert.deepEqual(runs.first(most), runsOf(ascending(held)).slice(0, most))
  }))

test('indices of 32 bits are told apart', () => {
  const runs = new HeldRuns([2 ** 32 - 1, 0, 2 ** 31])
  runs.add(2 ** 32)
  assert.deepEqual(runs.first(9), [
    [0, 1],
    [2 ** 31, 1],
    [2 ** 32 - 1, 2],
  ])
})
