import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  concat,
  decodeBase64Url,
  decodeUtf8,
  encodeBase64Url,
  encodeU32,
  encodeU64,
  encodeUtf8,
  equalBytes,
  readU32,
  readU64,
} from './bytes.ts'
import { seededRandom } from './crypto/fixtures.test.ts'

describe('base64url', () => {
  test('encodes as the platform does, for every length up to 200 and for 16 KiB', () => {
    const random = seededRandom(7)
    for (const length of [...Array(200).keys(), 16_384]) {
      const bytes = random(length)
      const text = encodeBase64Url(bytes)
      assert.equal(text, Buffer.from(bytes).toString('base64url'))
      assert.deepEqual(decodeBase64Url(text), bytes)
    }
  })

  test('encodes a view, not the buffer behind it', () => {
    assert.equal(encodeBase64Url(Uint8Array.of(1, 2, 3, 4).subarray(1, 3)), 'AgM')
  })

  for (const [why, text] of [
    ['padding', 'AAAA=='],
    ['padding', 'AA=='],
    ['the other alphabet', 'ab+/'],
    ['white space', 'AAA '],
    ['a line feed', 'AA\nA'],
    ['a letter beyond Latin 1 whose low byte is in the alphabet', 'AAA\u0141'],
    ['an impossible length', 'A'],
    ['an impossible length', 'AAAAA'],
    ['unused bits that are set, one byte left', 'AB'],
    ['unused bits that are set, two bytes left', 'AAB'],
    ['a bad character in the rest', 'AAAA!A'],
    ['a bad last character', 'AAAAA!'],
  ] as const) {
    test(`refuses ${why}: ${JSON.stringify(text)}`, () => assert.equal(decodeBase64Url(text), undefined))
  }

  test('refuses every character outside the alphabet, at every place', () => {
    const alphabet = /[A-Za-z0-9_-]/
    for (let code = 0; code < 0x250; code += 1) {
      const character = String.fromCharCode(code)
      if (alphabet.test(character)) continue
      for (let at = 0; at < 7; at += 1) {
        const text = `${'A'.repeat(at)}${character}${'A'.repeat(6 - at)}`
        assert.equal(decodeBase64Url(text), undefined, JSON.stringify(text))
      }
    }
  })
})

describe('numbers', () => {
  test('are big-endian and go both ways', () => {
    assert.deepEqual(encodeU32(0x01020304), Uint8Array.of(1, 2, 3, 4))
    assert.deepEqual(encodeU64(2 ** 32 + 5), Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 5))
    assert.equal(readU32(concat(Uint8Array.of(9), encodeU32(2 ** 32 - 1)), 1), 2 ** 32 - 1)
    assert.equal(readU64(encodeU64(Number.MAX_SAFE_INTEGER)), Number.MAX_SAFE_INTEGER)
  })

  test('that do not fit are bugs; eight bytes above 2^53 are not a number', () => {
    for (const value of [-1, 0.5, Number.NaN, 2 ** 32]) assert.throws(() => encodeU32(value), RangeError)
    assert.throws(() => encodeU64(2 ** 53), RangeError)
    assert.equal(readU64(Uint8Array.of(0, 32, 0, 0, 0, 0, 0, 0)), undefined)
  })
})

test('UTF-8 that is not well-formed is no text, and a byte order mark is kept', () => {
  for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
    assert.equal(decodeUtf8(Uint8Array.from(bytes)), undefined)
  }
  const marked = '\ufeffa'
  assert.equal(decodeUtf8(encodeUtf8(marked)), marked)
})

test('bytes are equal when all of them are', () => {
  assert.ok(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2)))
  assert.ok(!equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3)))
  assert.ok(!equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0)))
  assert.ok(equalBytes(new Uint8Array(), new Uint8Array()))
})
