import assert from 'node:assert/strict'
import { test } from 'node:test'
import { id, SEGMENT, WINDOW } from '../../test/relay-rig.ts'
import { MemorySegmentStore } from '../store/segments/memory-segment-store.ts'
import { runsOf } from './runs.ts'
import { createTransfer } from './transfer.ts'
import { planWants } from './wants.ts'

const NONE: ReadonlySet<number> = new Set()

const upTo = (count: number, first = 0): number[] => Array.from({ length: count }, (_, at) => first + at)

/** A transfer of 100 segments that holds these, with room for a window, and a sender. */
async function transferHolding(held: readonly number[]) {
  const size = 100 * SEGMENT
  const facts = { transfer: id(), room: 'main', sender: id(), to: 'all', size, segmentSize: SEGMENT }
  const stored = new MemorySegmentStore().create({ ...facts, secretHash: '', created: 0 })
  for (const index of held) await stored.write(index, new Uint8Array(SEGMENT))
  const transfer = createTransfer(stored, 0)
  transfer.slots = WINDOW
  transfer.slides = true
  return transfer
}

test('places in a full window are given up by what lies behind first, then by what is needed last', async () => {
  const transfer = await transferHolding([...upTo(4, 40), ...upTo(12, 3)])
  transfer.base = 20
  const { drop, want } = planWants(transfer, NONE, 0)
  assert.deepEqual(want, upTo(WINDOW, 20))
  assert.deepEqual(drop, [...upTo(12, 3).reverse(), 43, 42, 41, 40])
})

test('what is in the window stays, and only what lacks is wanted', async () => {
  const transfer = await transferHolding([20, 22, ...upTo(14, 50)])
  transfer.base = 20
  const { drop, want } = planWants(transfer, NONE, 0)
  assert.deepEqual(want, [21, ...upTo(13, 23)])
  assert.deepEqual(drop, upTo(14, 50).reverse())
})

test('nothing is dropped for a segment of an earlier window that has yet to arrive', async () => {
  const transfer = await transferHolding(upTo(12, 20))
  transfer.base = 20
  for (const index of upTo(4)) transfer.writing.add(index)
  assert.deepEqual(planWants(transfer, NONE, 0), { drop: [], want: [] })
})

test('several at a time are wanted, unless nothing is under way', async () => {
  const transfer = await transferHolding([])
  transfer.slides = false
  for (const index of upTo(13)) transfer.writing.add(index)
  assert.deepEqual(planWants(transfer, NONE, 0).want, [])
  transfer.writing.delete(12)
  assert.deepEqual(planWants(transfer, NONE, 0).want, [12, 13, 14, 15])
})

test('runs join neighbours', () => {
  assert.deepEqual(runsOf([]), [])
  assert.deepEqual(runsOf([0, 1, 2, 5, 7, 8]), [
    [0, 3],
    [5, 1],
    [7, 2],
  ])
})
