import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maskInPlace } from './binary-frame.ts'

/** What RFC 6455 says, to the letter: 5.2 of the header, 5.3 of the mask. */
function read(header: Uint8Array, masked: Uint8Array) {
  const view = Buffer.from(header)
  const short = (view[1] ?? 0) & 0x7f
  const keyAt = short < 126 ? 2 : short === 126 ? 4 : 10
  const length = keyAt === 2 ? short : keyAt === 4 ? view.readUInt16BE(2) : Number(view.readBigUInt64BE(2))
  const key = view.subarray(keyAt)
  return {
    first: view[0],
    isMasked: ((view[1] ?? 0) & 0x80) !== 0,
    length,
    key,
    message: masked.map((byte, at) => byte ^ (key[at % 4] ?? 0)),
  }
}

test('RFC 6455 5.2, 5.3: a binary message is one frame, masked where it lies, of any length', () => {
  for (const length of [0, 1, 2, 3, 4, 5, 7, 8, 125, 126, 127, 65_535, 65_536, 65_539]) {
    const message = Uint8Array.from({ length }, (_, at) => at * 7)
    const masked = message.slice()
    const frame = read(maskInPlace(masked), masked)
    assert.deepEqual([frame.first, frame.isMasked, frame.length], [0x82, true, length])
    assert.equal(frame.key.length, 4)
    assert.deepEqual(frame.message, message, `${length} bytes`)
  }
})

test('RFC 6455 5.3: no frame has the key of another', () => {
  const keys = Array.from({ length: 20 }, () =>
    Buffer.from(maskInPlace(new Uint8Array(1))).toString('hex', 2),
  )
  assert.equal(new Set(keys).size, keys.length)
})
