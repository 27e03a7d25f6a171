import { suite, test } from 'node:test'
import { drill } from './drill.ts'
import { describePlan, planOf } from './schedule.ts'

/**
 * A few of those that `faults.slow.ts` plays: each of the three is killed, and at 85 a receiver dies before it has noted its
 * buffer.
 */
const SEEDS = [30, 53, 85]

suite('M9, M14: a file arrives whole, once and at little cost, whatever breaks', () => {
  for (const plan of SEEDS.map(planOf)) {
    test(describePlan(plan), async t => {
      const { extra, seconds } = await drill(plan)
      t.diagnostic(`${extra} bytes beyond the file in ${seconds.toFixed(1)} s`)
    })
  }
})
