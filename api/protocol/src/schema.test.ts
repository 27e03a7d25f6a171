import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import * as v from 'valibot'
import { audience, bytes, bytesBetween, count, id16 } from './schema.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

test('P6: one text for each value, and none for what is no whole number of bytes', () => {
  for (let length = 1; length <= 9; length++) {
    for (const last of ALPHABET) {
      const text = `${'x'.repeat(length - 1)}${last}`
      const decoded = Buffer.from(text, 'base64url')
      const canonical = decoded.toString('base64url') === text
      assert.equal(v.is(bytesBetween(1, 100), text), canonical, text)
      assert.equal(v.is(bytes(decoded.length), text), canonical, text)
    }
  }
})

test('P6, P15: sizes hold to the byte, whatever the number', () => {
  for (let size = 1; size <= 100; size++) {
    const [less, exact, more] = [size - 1, size, size + 1].map(n =>
      Buffer.alloc(n, 0xff).toString('base64url'),
    )
    assert.deepEqual(
      [less, exact, more].map(text => v.is(bytes(size), text)),
      [false, true, false],
    )
    assert.deepEqual(
      [less, exact, more].map(text => v.is(bytesBetween(size, size), text)),
      [false, true, false],
    )
  }
})

test('P6: an id is 16 bytes', () => {
  assert.ok(v.is(id16, Buffer.alloc(16, 0xff).toString('base64url')))
  for (const size of [0, 15, 17, 32]) assert.ok(!v.is(id16, Buffer.alloc(size).toString('base64url')))
})

test('P6: numbers', () => {
  for (const good of [0, 1, 2 ** 53 - 1]) assert.ok(v.is(count, good))
  for (const bad of [-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, '1', null]) {
    assert.ok(!v.is(count, bad), String(bad))
  }
})

test('P44, P46: everyone or one member', () => {
  for (const good of ['all', 'A'.repeat(22)]) assert.ok(v.is(audience, good))
  for (const bad of ['All', 'everyone', '', 'alice', ['all']]) assert.ok(!v.is(audience, bad))
})
