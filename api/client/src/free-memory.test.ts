import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freeMemory } from './free-memory.ts'

test('the whole memory that a view lies in is given back at once, and giving it back again does nothing', () => {
  const frame = new Uint8Array(256 * 1024).fill(7)
  const ciphertext = frame.subarray(21)
  freeMemory(ciphertext)
  assert.equal(frame.length, 0)
  assert.equal(ciphertext.length, 0)
  freeMemory(ciphertext)
  freeMemory(new Uint8Array(0))
})
