import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LIMITS } from '@chat-room/protocol'
import { type Bytes, concat } from '../bytes.ts'
import { createSegmentOpener, createSegmentSealer, type FileShape, fileShape } from './file-stream.ts'
import { errorOf, flipped, hex, ROOM, seededRandom, unwrap } from './fixtures.test.ts'

const file = { roomId: ROOM, fileId: seededRandom(1)(16), key: seededRandom(2)(32) }
const contentOf = (size: number): Bytes => seededRandom(size + 3)(size)

const partOf = (content: Bytes, shape: FileShape, index: number): Bytes => {
  const { start, end } = shape.plaintextRange(index)
  return content.subarray(start, end)
}

async function sealAll(content: Bytes, shape: FileShape, headroom = 0): Promise<Bytes[]> {
  const sealer = await createSegmentSealer(file, shape)
  const indexes = Array.from({ length: shape.segmentCount }, (_, index) => index)
  // From the end: the order does not matter.
  const sealed = await Promise.all(
    indexes
      .toReversed()
      .map(async index => unwrap(await sealer.seal(index, partOf(content, shape, index), headroom))),
  )
  return sealed.toReversed()
}

describe('a file', () => {
  for (const size of [0, 1, 4095, 4096, 4097, 4352, 10_000, 65_536]) {
    test(`of ${size} bytes comes back whole from segments opened in any order`, async () => {
      const content = contentOf(size)
      const shape = fileShape(size, 1024)
      const sealed = await sealAll(content, shape)
      assert.equal(
        sealed.reduce((sum, segment) => sum + segment.length, 0),
        shape.ciphertextSize,
      )
      const opener = await createSegmentOpener(file, shape)
      const opened: Bytes[] = []
      for (let index = shape.segmentCount - 1; index >= 0; index -= 1) {
        assert.equal(opener.digests.has(index), false)
        opened[index] = unwrap(await opener.open(index, sealed[index] as Bytes))
      }
      assert.ok(opener.digests.complete())
      assert.equal(hex(concat(...opened)), hex(content))
    })
  }

  test('is cut into segments of 256 KiB on the wire, and its size shows padded alone', () => {
    for (const size of [2 ** 20, 2 ** 20 + 1, 2 ** 30, 100 * 2 ** 30]) {
      const shape = fileShape(size)
      assert.equal(shape.sealedLength(0), LIMITS.segmentBytes)
      assert.equal(shape.segmentCount, Math.ceil(shape.ciphertextSize / LIMITS.segmentBytes))
      assert.ok(fileShape(size - 1).ciphertextSize <= shape.ciphertextSize)
    }
    assert.equal(fileShape(0).ciphertextSize, fileShape(4000).ciphertextSize)
    assert.equal(fileShape(1_000_001).ciphertextSize, fileShape(1_010_000).ciphertextSize)
  })

  test('of a size that cannot be is a bug', () => {
    for (const size of [-1, 0.5, Number.NaN, 2 ** 53]) assert.throws(() => fileShape(size), RangeError)
    assert.throws(() => fileShape(2 ** 50, 1024), RangeError)
    assert.throws(() => fileShape(1, 56), RangeError)
  })

  test('leaves room for a frame header and writes behind it', async () => {
    const content = contentOf(5000)
    const shape = fileShape(5000, 1024)
    const [plain, framed] = [await sealAll(content, shape), await sealAll(content, shape, 21)]
    for (const [index, frame] of framed.entries()) {
      assert.deepEqual(frame.subarray(0, 21), new Uint8Array(21))
      assert.equal(hex(frame.subarray(21)), hex(plain[index] as Bytes))
    }
  })
})

describe('a segment', async () => {
  const content = contentOf(5000)
  const shape = fileShape(5000, 1024)
  const sealed = await sealAll(content, shape)
  const opener = await createSegmentOpener(file, shape)

  test('with any changed byte is refused', async () => {
    for (const index of [0, 2, shape.segmentCount - 1]) {
      for (const changed of flipped(sealed[index] as Bytes)) {
        assert.equal(errorOf(await opener.open(index, changed)), 'damaged')
      }
    }
  })

  test("in another's place, past the end, cut or grown is refused", async () => {
    const [, second, third] = sealed as [Bytes, Bytes, Bytes]
    assert.equal(errorOf(await opener.open(1, third)), 'damaged')
    assert.equal(errorOf(await opener.open(1, second.subarray(1))), 'wrong-size')
    assert.equal(errorOf(await opener.open(1, concat(second, new Uint8Array(1)))), 'wrong-size')
    assert.equal(errorOf(await opener.open(shape.segmentCount, second)), 'no-such-segment')
  })

  test('of another file, room or key is refused', async () => {
    for (const other of [
      { ...file, fileId: seededRandom(9)(16) },
      { ...file, roomId: 'other' },
      { ...file, key: seededRandom(9)(32) },
    ]) {
      const stranger = await createSegmentOpener(other, shape)
      for (const index of [0, 1]) {
        assert.equal(errorOf(await stranger.open(index, sealed[index] as Bytes)), 'damaged')
      }
    }
  })

  test('of a file that was made shorter or longer is refused at its end', async () => {
    const longer = await createSegmentOpener(file, fileShape(10_000, 1024))
    const last = shape.segmentCount - 1
    assert.ok(!(await longer.open(last, sealed[last] as Bytes)).ok)
    const shorter = await createSegmentOpener(file, fileShape(4096, 1024))
    assert.ok(!(await shorter.open(last - 1, sealed[last - 1] as Bytes)).ok)
  })
})

describe('sealing again', () => {
  const shape = fileShape(5000, 1024)
  const content = contentOf(5000)
  const part = partOf(content, shape, 1)
  const changed = part.slice()
  changed[7] = 255 - (changed[7] as number)

  test('the same bytes gives the same segment; a second plaintext under its nonce never leaves', async () => {
    const sealer = await createSegmentSealer(file, shape)
    const first = unwrap(await sealer.seal(1, part))
    assert.equal(hex(unwrap(await sealer.seal(1, part.slice()))), hex(first))
    assert.equal(errorOf(await sealer.seal(1, changed)), 'source-changed')
    assert.equal(hex(unwrap(await sealer.seal(1, part))), hex(first))
  })

  test('of two plaintexts at once one leaves', async () => {
    const sealer = await createSegmentSealer(file, shape)
    const results = await Promise.all([sealer.seal(1, part), sealer.seal(1, changed)])
    assert.deepEqual(results.map(({ ok }) => ok).toSorted(), [false, true])
  })

  test('after a restart is held to what was sealed before it', async () => {
    const before = await createSegmentSealer(file, shape)
    unwrap(await before.seal(1, part))
    const after = await createSegmentSealer(file, shape, before.digests.bytes.slice())
    assert.equal(errorOf(await after.seal(1, changed)), 'source-changed')
    unwrap(await after.seal(1, part))
    assert.equal(after.digests.has(1), true)
    assert.equal(after.digests.has(2), false)
    await assert.rejects(createSegmentSealer(file, shape, new Uint8Array(16)), RangeError)
  })

  test("takes exactly the segment's bytes", async () => {
    const sealer = await createSegmentSealer(file, shape)
    assert.equal(errorOf(await sealer.seal(1, part.subarray(1))), 'wrong-size')
  })
})
