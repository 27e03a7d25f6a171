import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SeededRandom } from '../../../test/support/seeded-random.ts'
import { SegmentSet } from './segment-set.ts'

test('nextMissing is the first one that is not there, wherever it is asked from', () => {
  const seed = 0x5e7
  const random = new SeededRandom(seed)
  for (const length of [0, 1, 7, 8, 9, 16, 41]) {
    for (let round = 0; round < 50; round += 1) {
      const set = new SegmentSet(length)
      const there = new Set<number>()
      // From almost none to almost all: whole bytes are skipped only where they are full.
      for (let index = 0; index < length; index += 1) {
        if (random.below(50) >= round) continue
        there.add(index)
        assert.equal(set.add(index), true)
      }
      for (let from = 0; from <= length; from += 1) {
        let expected = from
        while (there.has(expected)) expected += 1
        assert.equal(set.nextMissing(from), expected, `seed ${seed}: ${length} long, from ${from}`)
      }
      assert.deepEqual([set.size, set.full], [there.size, there.size === length])
    }
  }
})

test('what is out of range is never there, and what is added twice or taken out counts once', () => {
  const set = new SegmentSet(9)
  assert.deepEqual([set.add(9), set.has(9), set.has(8)], [false, false, false])
  assert.deepEqual([set.add(8), set.add(8), set.size], [true, false, 1])
  set.delete(8)
  set.delete(8)
  assert.deepEqual([set.has(8), set.size, set.nextMissing(8)], [false, 0, 8])
})
