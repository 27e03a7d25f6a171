import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { errorOf, flipped, hex, ROOM, seededRandom, unwrap } from './fixtures.test.ts'
import { openBackKey, sealBackKey, unwrapRoomKey, wrapRoomKey } from './room-key-wrap.ts'

const random = seededRandom(11)
const exportKey = random(64)
const rootKey = { epoch: 3, bytes: random(32) }

describe('wrap', async () => {
  const wrap = await wrapRoomKey(exportKey, ROOM, rootKey, random)

  test('is 97 bytes and opens with the same export key', async () => {
    assert.equal(wrap.length, 97)
    assert.deepEqual(unwrap(await unwrapRoomKey(exportKey, ROOM, wrap)), rootKey)
  })

  test('says so when it belongs to another key or room: it commits to its key', async () => {
    assert.equal(errorOf(await unwrapRoomKey(random(64), ROOM, wrap)), 'wrong-key')
    assert.equal(errorOf(await unwrapRoomKey(exportKey, 'other', wrap)), 'wrong-key')
  })

  test('any changed byte is refused, with the reason that its place gives', async () => {
    const reasons = new Set<string>()
    let at = 0
    for (const changed of flipped(wrap)) {
      const reason = errorOf(await unwrapRoomKey(exportKey, ROOM, changed))
      const expected = at === 0 ? 'malformed' : at >= 5 && at < 37 ? 'wrong-key' : 'damaged'
      assert.equal(reason, expected, `byte ${at}`)
      reasons.add(reason)
      at += 1
    }
    assert.equal(at, 97)
    assert.equal(reasons.size, 3)
  })

  test('another length is malformed', async () => {
    for (const length of [0, 96]) {
      assert.equal(errorOf(await unwrapRoomKey(exportKey, ROOM, wrap.subarray(0, length))), 'malformed')
    }
    assert.equal(errorOf(await unwrapRoomKey(exportKey, ROOM, new Uint8Array(98).fill(1))), 'malformed')
  })
})

describe('back key', async () => {
  const previous = random(32)
  const back = await sealBackKey(rootKey, previous, ROOM, random)

  test('gives the epoch before', async () => {
    const opened = unwrap(await openBackKey(rootKey, back, ROOM))
    assert.deepEqual({ ...opened, bytes: hex(opened.bytes) }, { epoch: 2, bytes: hex(previous) })
  })

  test('opens with its own epoch and room alone', async () => {
    assert.equal(errorOf(await openBackKey({ epoch: 4, bytes: rootKey.bytes }, back, ROOM)), 'malformed')
    assert.equal(errorOf(await openBackKey({ epoch: 3, bytes: random(32) }, back, ROOM)), 'damaged')
    assert.equal(errorOf(await openBackKey(rootKey, back, 'other')), 'damaged')
  })

  test('any changed byte is refused', async () => {
    for (const changed of flipped(back)) assert.ok(!(await openBackKey(rootKey, changed, ROOM)).ok)
  })
})
