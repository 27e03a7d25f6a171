import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '@chat-room/protocol'
import { encodeUtf8 } from '../bytes.ts'
import { openEphemeral, sealEphemeral } from './ephemeral.ts'
import { errorOf, flipped, ROOM, seededRandom, testRoomKeys, unwrap } from './fixtures.test.ts'

const random = seededRandom(41)
const memberId = random(16)
const body = encodeUtf8('{"kind":"typing","typing":true}')
const keys = await testRoomKeys()

test('an ephemeral message comes back and is within its limit', async () => {
  const sealed = await sealEphemeral(keys, memberId, body, random)
  assert.ok(sealed.length <= LIMITS.ephemeralBytes)
  assert.deepEqual(unwrap(await openEphemeral(keys, memberId, sealed)), body)
})

test('it is bound to sender, room and epoch, and any changed byte is refused', async () => {
  const sealed = await sealEphemeral(keys, memberId, body, random)
  assert.equal(errorOf(await openEphemeral(keys, random(16), sealed)), 'damaged')
  assert.equal(errorOf(await openEphemeral(await testRoomKeys(1, 'other'), memberId, sealed)), 'damaged')
  const nextEpoch = await testRoomKeys(1, ROOM, 2)
  assert.equal(errorOf(await openEphemeral(nextEpoch, memberId, sealed)), 'wrong-epoch')
  for (const changed of flipped(sealed)) assert.ok(!(await openEphemeral(keys, memberId, changed)).ok)
  for (const length of [0, 1, 33, sealed.length - 1]) {
    assert.equal(errorOf(await openEphemeral(keys, memberId, sealed.subarray(0, length))), 'malformed')
  }
})
