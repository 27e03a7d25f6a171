import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeUtf8 } from '../bytes.ts'
import { CounterUsedError, counterNonce, createCounterCipher, LAST_COUNTER } from './counter-cipher.ts'
import { seededRandom } from './fixtures.test.ts'

const text = encodeUtf8('text')
const aad = encodeUtf8('header')
const newKey = () => crypto.subtle.importKey('raw', seededRandom(1)(32), 'AES-GCM', false, ['encrypt'])

test('a second plaintext under a used counter is refused, one after the other and at once', async () => {
  const cipher = createCounterCipher(await newKey())
  await cipher.seal(1, text, aad)
  await assert.rejects(cipher.seal(1, encodeUtf8('other'), aad), CounterUsedError)
  const settled = await Promise.allSettled(Array.from({ length: 20 }, () => cipher.seal(2, text, aad)))
  assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('a counter below the last one is refused even if it was left out', async () => {
  const cipher = createCounterCipher(await newKey())
  await cipher.seal(5, text, aad)
  for (const counter of [0, 4, 5]) await assert.rejects(cipher.seal(counter, text, aad), CounterUsedError)
})

test('a counter whose encryption failed is used up all the same', async () => {
  const decryptOnly = await crypto.subtle.importKey('raw', seededRandom(1)(32), 'AES-GCM', false, ['decrypt'])
  const cipher = createCounterCipher(decryptOnly)
  await assert.rejects(cipher.seal(1, text, aad), { name: 'InvalidAccessError' })
  await assert.rejects(cipher.seal(1, text, aad), CounterUsedError)
})

test('a key ends at 2^32 messages', async () => {
  const cipher = createCounterCipher(await newKey())
  await cipher.seal(LAST_COUNTER, text, aad)
  await assert.rejects(createCounterCipher(await newKey()).seal(2 ** 32, text, aad), RangeError)
})

test('the nonce is the counter', () => {
  assert.deepEqual(counterNonce(258), Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2))
})
