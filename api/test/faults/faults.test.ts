import { suite, test } from 'node:test'
import { drill } from './drill.ts'
import { describePlan, planOf } from './schedule.ts'

/** A few small ones of those that `faults.slow.ts` plays. */
const SEEDS = [40, 43, 60, 68, 85, 98]

suite('M9, M14: a file arrives whole, once and at little cost, whatever breaks', () => {
  for (const plan of SEEDS.map(planOf)) {
    test(describePlan(plan), async t => {
      const { extra, seconds } = await drill(plan)
      t.diagnostic(`${extra} bytes beyond the file in ${seconds.toFixed(1)} s`)
    })
  }
})
