import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ROOM, seededRandom, testRoomKeys } from './fixtures.test.ts'
import { importRoomKeys, SessionClaimedError } from './room-keys.ts'

const member = seededRandom(1)(16)
const session = seededRandom(2)(16)
const iv = new Uint8Array(12)

test('importing a root key overwrites its bytes', async () => {
  const rootKey = seededRandom(3)(32)
  await importRoomKeys(rootKey, ROOM, 1)
  assert.deepEqual(rootKey, new Uint8Array(32))
})

test('no key can be exported, and a session key reads or writes, never both', async () => {
  const keys = await testRoomKeys()
  const opening = await keys.openingKey(member, session)
  const sealing = await keys.claimSealingKey(member, session)
  for (const key of [keys.hello, keys.roomInfo, keys.ephemeral, opening, sealing]) {
    assert.equal(key.extractable, false)
    await assert.rejects(crypto.subtle.exportKey('raw', key))
  }
  await assert.rejects(crypto.subtle.encrypt({ name: 'AES-GCM', iv }, opening, iv))
  await assert.rejects(crypto.subtle.decrypt({ name: 'AES-GCM', iv }, sealing, new Uint8Array(16)))
})

test('a session gets its sealing key once: two sealers would use one counter twice', async () => {
  const keys = await testRoomKeys()
  const claims = [keys.claimSealingKey(member, session), keys.claimSealingKey(member, session.slice())]
  const settled = await Promise.allSettled(claims)
  assert.deepEqual(
    settled.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  )
  await assert.rejects(keys.claimSealingKey(member, session), SessionClaimedError)
  await keys.claimSealingKey(member, seededRandom(9)(16))
})

test('an alias tag depends on skeleton, root key and room', async () => {
  const tags = new Set<string>()
  for (const [seed, room, skeleton] of [
    [1, 'main', 'aian'],
    [1, 'main', 'bob'],
    [2, 'main', 'aian'],
    [1, 'other', 'aian'],
  ] as const) {
    const tag = await (await testRoomKeys(seed, room)).aliasTag(skeleton)
    assert.equal(tag.length, 16)
    tags.add(tag.join())
  }
  assert.equal(tags.size, 4)
})

test('a room id that could be mistaken for a longer label is refused', async () => {
  for (const roomId of ['', 'a|b', 'A', 'x'.repeat(65)]) {
    await assert.rejects(testRoomKeys(1, roomId), RangeError)
  }
})
