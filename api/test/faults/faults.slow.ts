import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { drill } from './drill.ts'
import { describePlan, planOf } from './schedule.ts'
import { seedsOf } from './seeds.ts'

/** What has not begun by then is not played, and that is a failure: in milliseconds. */
const PATIENCE = 40 * 60_000

// FAULT_SEEDS=17 plays the seventeenth alone, FAULT_SEEDS=1-50 the first half.
const seeds = seedsOf(process.env['FAULT_SEEDS'] ?? '1-100')

suite('M9, M14: a file arrives whole, once and at little cost, whatever breaks', () => {
  const began = performance.now()
  for (const plan of seeds.map(planOf)) {
    test(describePlan(plan), async t => {
      assert.ok(performance.now() - began < PATIENCE, 'not played: out of time; FAULT_SEEDS chooses fewer')
      const { extra, seconds } = await drill(plan)
      t.diagnostic(`${extra} bytes beyond the file in ${seconds.toFixed(1)} s`)
    })
  }
})
