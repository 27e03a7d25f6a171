import { test } from 'node:test'
import { fuzzTransfers } from './transfers-rig/fuzz-transfers.ts'

// The same seeds at every run: `transfers-fuzz.slow.ts` plays others. SEED=17 plays the seventeenth alone.
const only = process.env['SEED']
const [first, count] = only === undefined ? [1, 12] : [Number(only), 1]

for (let seed = first; seed < first + count; seed += 1) {
  test(`through drops, restarts, pauses and damage everything arrives (seed ${seed})`, () =>
    fuzzTransfers(seed))
}
