import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Bytes, concat, encodeUtf8 } from '../bytes.ts'
import { appendLink, beginChain } from './chain.ts'
import { createDirectSealer, openDirectMessage } from './direct-message.ts'
import { errorOf, flipped, ROOM, seededRandom, testIdentity, unwrap } from './fixtures.test.ts'
import type { Identity } from './identity.ts'
import { importPublicIdentity } from './identity.ts'
import { label } from './labels.ts'
import { hpkeOpen, hpkeSeal } from './x-wing.ts'

const place = { roomId: ROOM, epoch: 1 }
const alice = await testIdentity(1)
const bob = await testIdentity(2)
const carol = await testIdentity(3)
const sessionId = seededRandom(4)(16)
const body = encodeUtf8('for Bob')

const sealerFor = async (recipient: Identity, sender = alice) =>
  unwrap(await createDirectSealer(place, sender, sessionId, recipient.public))
const seal = async (recipient = bob): Promise<Bytes> =>
  unwrap(await (await sealerFor(recipient)).seal(body)).sealed

test('M11: a DM reaches its recipient and nobody else, the sender included', async () => {
  const sealer = await sealerFor(bob)
  const text = seededRandom(5)(254)
  const message = unwrap(await sealer.seal(text))
  assert.equal(message.sealed.length, 1517)
  const opened = unwrap(await openDirectMessage(place, bob, alice.public, message.sealed))
  assert.deepEqual(opened.body, text)
  assert.deepEqual(opened.sessionId, sessionId)
  assert.deepEqual(opened.hash, message.hash)
  for (const other of [alice, carol]) {
    assert.equal(errorOf(await openDirectMessage(place, other, alice.public, message.sealed)), 'damaged')
  }
})

test('DMs of one session to one member are a chain, also when sealed at once', async () => {
  const sealer = await sealerFor(bob)
  const results = await Promise.all(Array.from({ length: 5 }, () => sealer.seal(body)))
  const opened = await Promise.all(
    results.map(async result =>
      unwrap(await openDirectMessage(place, bob, alice.public, unwrap(result).sealed)),
    ),
  )
  const [first, ...others] = opened
  assert.ok(first)
  let chain = beginChain(first)
  for (const link of others) {
    const judged = unwrap(appendLink(chain, link))
    assert.equal(judged.gap, undefined)
    chain = judged.chain
  }
  assert.equal(errorOf(appendLink(chain, first)), 'replayed')
})

test('any changed byte of a DM is refused', async () => {
  const message = await seal()
  for (const changed of flipped(message, 120)) {
    assert.ok(!(await openDirectMessage(place, bob, alice.public, changed)).ok)
  }
  for (const bytes of [new Uint8Array(), message.subarray(1), concat(message, new Uint8Array(1))]) {
    assert.equal(errorOf(await openDirectMessage(place, bob, alice.public, bytes)), 'malformed')
  }
})

test('a DM of another room, epoch or sender is refused', async () => {
  const message = await seal()
  const inRoom = { roomId: 'other', epoch: 1 }
  assert.equal(errorOf(await openDirectMessage(inRoom, bob, alice.public, message)), 'damaged')
  const later = { roomId: ROOM, epoch: 2 }
  assert.equal(errorOf(await openDirectMessage(later, bob, alice.public, message)), 'wrong-epoch')
  assert.equal(errorOf(await openDirectMessage(place, bob, carol.public, message)), 'bad-signature')
})

test('a recipient cannot pass a DM on as if it had been meant for another', async () => {
  const message = await seal()
  const header = message.subarray(0, 5)
  const info = (to: Identity) => concat(label('dm', ROOM), to.public.memberId)
  const content = await hpkeOpen(bob.sealingPair, message.subarray(5), info(bob), header)
  assert.ok(content)
  const again = await hpkeSeal(carol.sealingPair.publicKey, content, info(carol), header)
  const forwarded = concat(header, again)
  assert.equal(errorOf(await openDirectMessage(place, carol, alice.public, forwarded)), 'bad-signature')
})

test('a recipient whose key is none is an error before anything is sealed', async () => {
  const broken = unwrap(await importPublicIdentity(bob.public.signingKey, new Uint8Array(1216).fill(0xff)))
  assert.equal(errorOf(await createDirectSealer(place, alice, sessionId, broken)), 'unusable-key')
})
