import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DiskSpace } from './disk-space.ts'

const MIB = 1024 * 1024
const GIB = 1024 * MIB

const disk = (free: number, total: number) => new DiskSpace(() => Promise.resolve({ free, total }))

test('a twentieth of the disk stays free, and at least 256 MiB', async () => {
  for (const [total, spare] of [
    [100 * GIB, 45 * GIB],
    [2 * GIB, 50 * GIB - 256 * MIB],
  ] as const) {
    assert.equal(await disk(50 * GIB, total).give(spare + 1), undefined)
    assert.ok(await disk(50 * GIB, total).give(spare))
  }
  assert.equal(await disk(100 * MIB, 2 * GIB).give(0), undefined, 'a disk that is full already')
})

test('what is promised to one file is not promised to another, until it is given back', async () => {
  const space = disk(3 * GIB, 20 * GIB)
  const first = await space.give(GIB)
  assert.equal(await space.give(GIB + 1), undefined)
  first?.release()
  first?.release()
  assert.ok(await space.give(2 * GIB))
})

test('what is promised at the same moment is counted', async () => {
  const space = disk(3 * GIB, 20 * GIB)
  const given = await Promise.all([space.give(1.5 * GIB), space.give(1.5 * GIB)])
  assert.equal(given.filter(each => each !== undefined).length, 1)
})

test('what was written is counted by the disk alone', async () => {
  let free = 3 * GIB
  const space = new DiskSpace(() => Promise.resolve({ free, total: 20 * GIB }))
  const first = await space.give(GIB)
  first?.fill(GIB)
  free -= GIB
  assert.equal(await space.give(GIB + 1), undefined)
  assert.ok(await space.give(GIB))
})
