import assert from 'node:assert/strict'
import { test } from 'node:test'
import { id, SEGMENT, WINDOW } from '../../test/relay-rig.ts'
import { MemorySegmentStore } from '../store/segments/memory-segment-store.ts'
import { runsOf } from './runs.ts'
import { createTransfer, type Transfer } from './transfer.ts'
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

/** What is wanted now, and what is held then. */
function plan(transfer: Transfer, wanted: ReadonlySet<number> = NONE) {
  const want = planWants(transfer, wanted, 0)
  return { want, held: [...transfer.stored.indices()].sort((a, b) => a - b) }
}

async function store(transfer: Transfer, indices: readonly number[]): Promise<void> {
  for (const index of indices) {
    await transfer.stored.write(index, new Uint8Array(SEGMENT))
    transfer.outside?.note(index)
  }
}

test('P72: places in a full window are given up by what lies behind first, then by what is needed last', async () => {
  const transfer = await transferHolding([...upTo(4, 60), ...upTo(12, 3)])
  transfer.base = 20
  transfer.frontier = 22
  assert.deepEqual(plan(transfer, new Set([20, 21])), { want: upTo(14, 22), held: [60, 61] })
})

test('P72: what is in the window stays, and only what lacks is wanted', async () => {
  const transfer = await transferHolding([20, 22, ...upTo(14, 50)])
  transfer.base = 20
  assert.deepEqual(plan(transfer), { want: [21, ...upTo(13, 23)], held: [20, 22] })
})

test('P72: a window that moves on gives up what it leaves behind, and one that jumps what it left', async () => {
  const transfer = await transferHolding([...upTo(12, 20), ...upTo(4, 60)])
  transfer.base = 20
  assert.deepEqual(plan(transfer), { want: upTo(4, 32), held: upTo(12, 20) })
  await store(transfer, upTo(4, 32))
  transfer.base = 23
  assert.deepEqual(plan(transfer), { want: [36, 37, 38], held: upTo(13, 23) })
  await store(transfer, [36, 37, 38])
  transfer.base = 90
  assert.deepEqual(plan(transfer), { want: upTo(11, 90), held: upTo(5, 23) })
})

test('P72: wherever a window goes, it is filled, and never more than its places are held', async () => {
  const transfer = await transferHolding([])
  for (const base of [0, 3, 9, 2, 40, 41, 60, 85, 0, 5]) {
    if (base < transfer.base) transfer.frontier = base
    transfer.base = base
    for (let { want } = plan(transfer); want.length > 0; { want } = plan(transfer)) {
      await store(transfer, want)
      assert.ok(transfer.stored.count <= WINDOW)
    }
    for (const index of upTo(Math.min(WINDOW, 101 - base), base))
      assert.ok(transfer.stored.lengthOf(index), `${index} lacks in the window at ${base}`)
  }
})

test('nothing is dropped for a segment of an earlier window that has yet to arrive', async () => {
  const transfer = await transferHolding(upTo(12, 20))
  transfer.base = 20
  for (const index of upTo(4)) transfer.writing.add(index)
  assert.deepEqual(plan(transfer), { want: [], held: upTo(12, 20) })
})

test('several at a time are wanted, unless nothing is under way', async () => {
  const transfer = await transferHolding([])
  transfer.slides = false
  for (const index of upTo(13)) transfer.writing.add(index)
  assert.deepEqual(plan(transfer).want, [])
  transfer.writing.delete(12)
  assert.deepEqual(plan(transfer).want, [12, 13, 14, 15])
})

test('what was wanted in vain is wanted before the rest, and alone if the rest is here', async () => {
  const transfer = await transferHolding(upTo(60))
  transfer.slides = false
  assert.deepEqual(plan(transfer).want, upTo(WINDOW, 60))
  for (const index of [63, 5]) transfer.gaps.add(index)
  transfer.stored.drop(5)
  assert.deepEqual(plan(transfer).want, [5, 63, ...upTo(WINDOW - 2, 76)])
  assert.equal(transfer.gaps.size, 0)
})

test('runs join neighbours', () => {
  assert.deepEqual(runsOf([]), [])
  assert.deepEqual(runsOf([0, 1, 2, 5, 7, 8]), [
    [0, 3],
    [5, 1],
    [7, 2],
  ])
})
