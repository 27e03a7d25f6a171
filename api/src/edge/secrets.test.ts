import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashSecret, randomBytes } from './secrets.ts'

test('random bytes are base64url of the length asked for, and never the same', () => {
  for (const length of [1, 16, 32]) assert.equal(Buffer.from(randomBytes(length), 'base64url').length, length)
  assert.match(randomBytes(256), /^[\w-]+$/)
  assert.equal(new Set(Array.from({ length: 1_000 }, () => randomBytes(16))).size, 1_000)
})

test('a secret is hashed as bytes, by SHA-256 (FIPS 180-4, "abc")', () => {
  const secret = Buffer.from('abc').toString('base64url')
  const expected = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  assert.equal(hashSecret(secret), Buffer.from(expected, 'hex').toString('base64url'))
})
