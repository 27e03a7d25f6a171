import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { LIMITS, SEGMENT_HEADER_BYTES } from '@chat-room/protocol'
import { BufferPool } from './buffer-pool.ts'
import { FRONT_BYTES } from './server-frame.ts'

const frameOf = (size: number): number => SEGMENT_HEADER_BYTES + size

suite('the pool of buffers for frames', () => {
  for (const size of [LIMITS.segmentBytesMin, LIMITS.segmentBytes, LIMITS.segmentBytesMax])
    test(`a frame of ${size} bytes has its length, room before it, and memory that was used before`, () => {
      const pool = new BufferPool()
      const first = pool.take(frameOf(size))
      assert.equal(first.length, frameOf(size))
      assert.ok(first.byteOffset >= FRONT_BYTES)
      pool.giveBack(first)
      const second = pool.take(frameOf(size) - 1)
      assert.equal(second.buffer, first.buffer)
      assert.equal(second.length, frameOf(size) - 1)
      assert.notEqual(pool.take(frameOf(size)).buffer, first.buffer, 'it has one owner')
    })

  test('a view of a frame takes its buffer back, too', () => {
    const pool = new BufferPool()
    const frame = pool.take(frameOf(LIMITS.segmentBytes))
    pool.giveBack(frame.subarray(0, 10))
    assert.equal(pool.take(frameOf(LIMITS.segmentBytes)).buffer, frame.buffer)
  })

  test('what waits to be used again is bounded', () => {
    const pool = new BufferPool(1_000_000)
    const frames = Array.from({ length: 20 }, () => pool.take(frameOf(LIMITS.segmentBytes)))
    for (const frame of frames) pool.giveBack(frame)
    assert.ok(pool.freeBytes > 700_000 && pool.freeBytes <= 1_000_000)
  })

  test('what is small, or came from elsewhere, is not kept', () => {
    const pool = new BufferPool()
    const small = pool.take(100)
    assert.deepEqual([small.length, small.byteOffset >= FRONT_BYTES], [100, true])
    pool.giveBack(small)
    const size = pool.take(frameOf(LIMITS.segmentBytes)).buffer.byteLength
    pool.giveBack(new Uint8Array(size))
    assert.equal(pool.freeBytes, 0)
  })

  test('a frame that came from elsewhere is copied before something is put in front of it', () => {
    const pool = new BufferPool()
    const own = pool.take(100)
    assert.equal(pool.withFront(own), own)
    const neighbours = new Uint8Array(200).fill(7)
    const strange = neighbours.subarray(50, 150)
    const copy = pool.withFront(strange)
    assert.deepEqual(copy, new Uint8Array(strange))
    assert.notEqual(copy.buffer, neighbours.buffer)
  })

  test('no frame is larger than the largest segment', () => {
    assert.throws(() => new BufferPool().take(2 * LIMITS.segmentBytesMax), RangeError)
  })
})
