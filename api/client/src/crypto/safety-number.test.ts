import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { hex, ROOM, testIdentity } from './fixtures.test.ts'
import { safetyNumber } from './safety-number.ts'

const identity = async (seed: number) => (await testIdentity(seed)).public

test('a safety number is one for both, another for each pair, room and epoch, and what it is said to be', async () => {
  const [ann, ben, eve] = [await identity(1), await identity(2), await identity(3)]
  const number = await safetyNumber(ROOM, 1, ann, ben)
  assert.equal(hex(await safetyNumber(ROOM, 1, ben, ann)), hex(number))
  const others = [
    await safetyNumber(ROOM, 1, ann, eve),
    await safetyNumber(ROOM, 2, ann, ben),
    await safetyNumber('other', 1, ann, ben),
    // The keys behind an id, and not only the id, are compared.
    await safetyNumber(ROOM, 1, ann, { ...ben, sealingKey: eve.sealingKey }),
  ]
  assert.equal(new Set([number, ...others].map(hex)).size, 5)
  const sorted = [ann, ben].sort((a, b) => Buffer.compare(a.memberId, b.memberId))
  const hash = createHash('sha256')
    .update(`chat/v1/safety|${ROOM}|`)
    .update(Uint8Array.of(0, 0, 0, 1))
  for (const { memberId, signingKey, sealingKey } of sorted) {
    hash.update(memberId).update(signingKey).update(sealingKey)
  }
  assert.equal(hex(number), hash.digest('hex'))
})
