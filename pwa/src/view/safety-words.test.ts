import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { safetyWords } from './safety-words.ts'

const text = await readFile(new URL('./passphrase-words.txt', import.meta.url), 'utf8')
const words = text.trim().split(/\s+/)

test('the digits of the number are the words, in the base of the list', () => {
  const list = Array.from({ length: 7_776 }, (_, index) => `w${index}`)
  const fingerprint = new Uint8Array(32)
  assert.deepEqual(safetyWords(fingerprint, list), Array(6).fill('w0'))
  fingerprint.set([1, 0], 30)
  assert.deepEqual(safetyWords(fingerprint, list), ['w256', 'w0', 'w0', 'w0', 'w0', 'w0'])
  // 7 776 = 0x1e60
  fingerprint.set([0x1e, 0x60], 30)
  assert.deepEqual(safetyWords(fingerprint, list), ['w0', 'w1', 'w0', 'w0', 'w0', 'w0'])
})

test('of the shipped list, the same six for the same keys, and others for any other', () => {
  const one = crypto.getRandomValues(new Uint8Array(32))
  const said = safetyWords(one, words)
  assert.equal(said.length, 6)
  assert.deepEqual(safetyWords(one.slice(), words), said)
  for (let byte = 0; byte < 32; byte++) {
    const other = one.slice()
    other[byte] = (other[byte] ?? 0) ^ 1
    assert.notDeepEqual(safetyWords(other, words), said, `byte ${byte}`)
  }
})
