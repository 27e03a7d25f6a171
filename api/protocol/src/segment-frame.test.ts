import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import { decodeSegmentFrame, encodeSegmentFrame, SEGMENT_HEADER_BYTES } from './segment-frame.ts'
import { segmentCount, segmentLength } from './segment-messages.ts'

const transfer = Uint8Array.from({ length: 16 }, (_, at) => at + 1)
const ciphertext = Uint8Array.of(0xaa, 0xbb)

test('P65: version, transfer, index, ciphertext', () => {
  const frame = encodeSegmentFrame({ transfer, index: 0x01020304, ciphertext })
  assert.equal(Buffer.from(frame).toString('hex'), '010102030405060708090a0b0c0d0e0f1001020304aabb')
})

test('P65: what is encoded is decoded, wherever in a buffer it lies', () => {
  for (const index of [0, 1, 2 ** 31, 2 ** 32 - 1]) {
    const frame = encodeSegmentFrame({ transfer, index, ciphertext })
    const shifted = Buffer.concat([Buffer.of(9, 9, 9), frame]).subarray(3)
    for (const each of [frame, shifted]) {
      const decoded = decodeSegmentFrame(each)
      assert.ok(decoded.ok)
      assert.deepEqual([...decoded.value.transfer], [...transfer])
      assert.deepEqual([...decoded.value.ciphertext], [...ciphertext])
      assert.equal(decoded.value.index, index)
      assert.equal(decoded.value.ciphertext.buffer, each.buffer, 'a view')
    }
  }
})

test('P66: cut anywhere in its header, or of another version, it is none', () => {
  const frame = encodeSegmentFrame({ transfer, index: 1, ciphertext })
  for (let length = 0; length <= SEGMENT_HEADER_BYTES; length++) {
    assert.deepEqual(decodeSegmentFrame(frame.subarray(0, length)), { ok: false, error: 'too-short' })
  }
  for (let version = 0; version < 256; version++) {
    frame[0] = version
    assert.equal(decodeSegmentFrame(frame).ok, version === 1)
  }
})

test('P63: segments and their lengths add up to the size', () => {
  const segmentSize = 65_536
  for (const size of [1, segmentSize - 1, segmentSize, segmentSize + 1, 10 * segmentSize]) {
    const count = segmentCount(size, segmentSize)
    const lengths = Array.from({ length: count }, (_, index) => segmentLength(index, size, segmentSize))
    assert.equal(
      lengths.reduce((sum, length) => sum + length),
      size,
    )
    assert.ok(lengths.every(length => length > 0 && length <= segmentSize))
  }
})
