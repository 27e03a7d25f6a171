import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { encodeUtf8 } from '../bytes.ts'
import { seededRandom } from './fixtures.test.ts'
import { isPaddedLength, MAX_BODY_BYTES, pad, paddedFileSize, padText, unpad, unpadText } from './padding.ts'

describe('a padded body', () => {
  test('comes back, and shows its length in steps of 256 bytes', () => {
    const random = seededRandom(1)
    for (const [length, padded] of [
      [0, 256],
      [1, 256],
      [254, 256],
      [255, 512],
      [510, 512],
      [511, 768],
      [MAX_BODY_BYTES, 65_792],
    ] as const) {
      const body = random(length)
      const bytes = pad(body)
      assert.equal(bytes.length, padded)
      assert.ok(isPaddedLength(bytes.length))
      assert.deepEqual(unpad(bytes), body)
    }
  })

  test('longer than two bytes can tell is a bug', () => {
    assert.throws(() => pad(new Uint8Array(MAX_BODY_BYTES + 1)), RangeError)
  })

  test('has one form: padding that is not zero, too long, too short or cut is refused', () => {
    const body = Uint8Array.of(1, 2, 3)
    for (let at = 5; at < 256; at += 1) {
      const bytes = pad(body)
      bytes[at] = 1
      assert.equal(unpad(bytes), undefined)
    }
    const tooLong = new Uint8Array(512)
    tooLong.set(pad(body))
    const lying = new Uint8Array(256).fill(0xff, 0, 2)
    for (const bytes of [tooLong, lying, new Uint8Array(), new Uint8Array(255), new Uint8Array(66_048)]) {
      assert.equal(unpad(bytes), undefined)
    }
  })
})

test('a padded text shows nothing of its length and has one form', () => {
  for (const text of ['', 'a', 'ä'.repeat(64)]) {
    const padded = padText(encodeUtf8(text), 129)
    assert.equal(padded.length, 129)
    assert.deepEqual(unpadText(padded), encodeUtf8(text))
  }
  const stained = padText(encodeUtf8('a'), 129)
  stained[128] = 1
  assert.equal(unpadText(stained), undefined)
  assert.equal(unpadText(new Uint8Array(129).fill(200)), undefined)
  assert.equal(unpadText(new Uint8Array()), undefined)
  assert.throws(() => padText(new Uint8Array(129), 129), RangeError)
})

test('a file grows by an eighth at most, and its padded size keeps few bits', () => {
  assert.equal(paddedFileSize(0), 4096)
  assert.equal(paddedFileSize(4096), 4096)
  assert.equal(paddedFileSize(4097), 4352)
  assert.equal(paddedFileSize(2 ** 30), 2 ** 30)
  assert.equal(paddedFileSize(2 ** 30 + 1), 2 ** 30 + 2 ** 25)
  for (let size = 4097; size < 2 ** 46; size = Math.ceil(size * 1.37)) {
    const padded = paddedFileSize(size)
    assert.ok(padded >= size && padded <= size * 1.125, `${size} became ${padded}`)
    assert.equal(paddedFileSize(padded), padded)
  }
})
