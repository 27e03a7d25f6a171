import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReadChunks } from './read-chunks.ts'

const chunkOf = (byte: number) => Buffer.allocUnsafeSlow(16_384).fill(byte)

test('what was read is given back when a message behind it was handed out; the newest chunk is kept', () => {
  const chunks = new ReadChunks()
  const [first, second] = [chunkOf(1), chunkOf(2)]
  chunks.read(first)
  chunks.read(second)
  chunks.spent()
  assert.deepEqual([first.length, second.length], [0, 16_384])
  chunks.read(chunkOf(3))
  chunks.spent()
  assert.equal(second.length, 0)
})

test('a message that is a chunk, or lies in one, outlives it; one apart is not copied', () => {
  const chunks = new ReadChunks()
  const chunk = chunkOf(1)
  chunks.read(chunk)
  const whole = chunks.apart(chunk)
  const part = chunks.apart(chunk.subarray(4, 100) as Buffer<ArrayBuffer>)
  const apart = chunkOf(2)
  assert.equal(chunks.apart(apart), apart)
  chunks.read(chunkOf(3))
  chunks.spent()
  assert.equal(chunk.length, 0)
  assert.ok(chunkOf(1).equals(whole))
  assert.ok(chunkOf(1).subarray(0, 96).equals(part))
})

test('memory that others share is left alone', () => {
  const chunks = new ReadChunks()
  const memory = chunkOf(1)
  chunks.read(memory.subarray(100))
  chunks.read(chunkOf(2))
  chunks.spent()
  assert.equal(memory.length, 16_384)
})
