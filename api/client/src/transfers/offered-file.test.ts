import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS, windowOf } from '@chat-room/protocol'
import { segmentBytesFor, shapeOf } from './offered-file.ts'

const MIB = 1024 * 1024

test('a file of 256 MiB or more is cut into the largest segments, a smaller one into those of our usual size', () => {
  assert.equal(segmentBytesFor(0), LIMITS.segmentBytes)
  assert.equal(segmentBytesFor(256 * MIB - 1), LIMITS.segmentBytes)
  assert.equal(segmentBytesFor(256 * MIB), LIMITS.segmentBytesMax)
  assert.equal(segmentBytesFor(2 ** 40), LIMITS.segmentBytesMax)
})

test('of either size 4 MiB are wanted at once', () => {
  for (const size of [1, 256 * MIB]) {
    const segmentSize = segmentBytesFor(size)
    assert.equal(windowOf(segmentSize) * segmentSize, 4 * MIB)
  }
})

test('1 TiB has digests of 16 MiB, 3 TiB fit, and what would need more memory does not', () => {
  const shape = (size: number) => shapeOf({ size, segmentSize: segmentBytesFor(size) })
  const { segmentCount = 0 } = shape(2 ** 40) ?? {}
  assert.ok(segmentCount >= MIB && segmentCount * 16 < 17 * MIB)
  assert.ok(shape(3 * 2 ** 40))
  assert.equal(shape(4 * 2 ** 40), undefined)
})
