import assert from 'node:assert/strict'
import { test } from 'node:test'
import { takeMemory } from './frame-memory.ts'

test('no byte is given to two, whatever the sizes', () => {
  const sizes = Array.from({ length: 500 }, (_, n) => (n * 7919) % 20_000)
  const taken = sizes.map((size, n) => takeMemory(size).fill(n & 0xff))
  for (const [n, memory] of taken.entries()) {
    assert.equal(memory.length, sizes[n])
    assert.ok(memory.every(byte => byte === (n & 0xff)))
  }
})

test('who has a large one keeps nobody else’s', () => {
  assert.equal(takeMemory(60_000).buffer.byteLength, 60_000)
})
