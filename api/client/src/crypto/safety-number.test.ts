import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { hex, ROOM, testIdentity } from './fixtures.test.ts'
import { type SafetyNumber, safetyNumber } from './safety-number.ts'

const identity = async (seed: number) => (await testIdentity(seed)).public
const text = (number: SafetyNumber) => number.map(({ bytes }) => hex(bytes)).join(' ')

test('a safety number is one for both, another for each pair, room and epoch, and what it is said to be', async () => {
  const [ann, ben, eve] = [await identity(1), await identity(2), await identity(3)]
  const number = await safetyNumber(ROOM, 1, ann, ben)
  const seenByBen = await safetyNumber(ROOM, 1, ben, ann)
  assert.equal(text(seenByBen), text(number))
  assert.deepEqual(
    seenByBen.map(({ isOwn }) => isOwn),
    number.map(({ isOwn }) => !isOwn),
  )
  const others = [
    await safetyNumber(ROOM, 1, ann, eve),
    await safetyNumber(ROOM, 2, ann, ben),
    await safetyNumber('other', 1, ann, ben),
    // The keys behind an id, and not only the id, are compared.
    await safetyNumber(ROOM, 1, ann, { ...ben, sealingKey: eve.sealingKey }),
  ]
  assert.equal(new Set([number, ...others].map(text)).size, 5)
  const expected = [ann, ben].map(({ memberId, signingKey, sealingKey }) =>
    createHash('sha256')
      .update(`chat/v1/safety|${ROOM}|`)
      .update(Uint8Array.of(0, 0, 0, 1))
      .update(memberId)
      .update(signingKey)
      .update(sealingKey)
      .digest('hex'),
  )
  assert.equal(text(number), expected.sort().join(' '))
})

test('whoever stands between two changes no half of his own choice alone: each is of one person’s keys', async () => {
  const [ann, ben, eve] = [await identity(1), await identity(2), await identity(3)]
  const own = (number: SafetyNumber) => number.find(({ isOwn }) => isOwn)
  const theirs = (number: SafetyNumber) => number.find(({ isOwn }) => !isOwn)
  const withBen = await safetyNumber(ROOM, 1, ann, ben)
  const withEve = await safetyNumber(ROOM, 1, ann, eve)
  assert.deepEqual(own(withEve), own(withBen))
  assert.notDeepEqual(theirs(withEve), theirs(withBen))
  assert.deepEqual(theirs(await safetyNumber(ROOM, 1, ben, eve)), theirs(withEve))
})
