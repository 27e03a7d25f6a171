import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { fuzzTransfers } from './transfers-rig/fuzz-transfers.ts'

// Others at every run: SEED=17 begins at the seventeenth.
const first = Number(process.env['SEED'] ?? randomInt(2 ** 31))
const COUNT = 300

for (let seed = first; seed < first + COUNT; seed += 1) {
  test(`through drops, restarts, pauses and damage everything arrives (seed ${seed})`, () =>
    fuzzTransfers(seed))
}
