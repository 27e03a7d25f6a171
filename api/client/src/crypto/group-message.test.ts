import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Bytes, concat, encodeUtf8 } from '../bytes.ts'
import { appendLink, beginChain } from './chain.ts'
import { counterNonce } from './counter-cipher.ts'
import {
  errorOf,
  flipped,
  hex,
  ROOM,
  seededRandom,
  testIdentity,
  testRoomKeys,
  unwrap,
} from './fixtures.test.ts'
import { createGroupOpener, createGroupSealer, readGroupHeader } from './group-message.ts'
import { MAX_BODY_BYTES } from './padding.ts'
import { SessionClaimedError } from './room-keys.ts'

const alice = await testIdentity(1)
const bob = await testIdentity(2)
const sessionId = seededRandom(3)(16)
const body = encodeUtf8('hello, everyone')

async function sealed(count = 1): Promise<Bytes[]> {
  const sealer = await createGroupSealer(await testRoomKeys(), alice, sessionId)
  const bodies = Array.from({ length: count }, (_, n) => encodeUtf8(`message ${n}`))
  return (await Promise.all(bodies.map(one => sealer.seal(one)))).map(result => unwrap(result).sealed)
}

describe('a group message', () => {
  test('of 200 bytes takes 397, names its place and comes back', async () => {
    const keys = await testRoomKeys()
    const sealer = await createGroupSealer(keys, alice, sessionId)
    const text = seededRandom(4)(200)
    const message = unwrap(await sealer.seal(text))
    assert.equal(message.sealed.length, 397)
    assert.deepEqual(readGroupHeader(message.sealed), { epoch: 1, sessionId, counter: 1 })
    const opened = unwrap(await (await createGroupOpener(keys, alice.public, sessionId)).open(message.sealed))
    assert.deepEqual(opened.body, text)
    assert.deepEqual(opened.hash, message.hash)
    assert.equal(opened.counter, 1)
  })

  test('may be empty or as long as its two length bytes tell', async () => {
    const keys = await testRoomKeys()
    const sealer = await createGroupSealer(keys, alice, sessionId)
    const opener = await createGroupOpener(keys, alice.public, sessionId)
    for (const text of [new Uint8Array(), seededRandom(4)(MAX_BODY_BYTES)]) {
      assert.deepEqual(unwrap(await opener.open(unwrap(await sealer.seal(text)).sealed)).body, text)
    }
    await assert.rejects(sealer.seal(new Uint8Array(MAX_BODY_BYTES + 1)), RangeError)
  })

  test('any changed byte is refused', async () => {
    const [message] = await sealed()
    const opener = await createGroupOpener(await testRoomKeys(), alice.public, sessionId)
    for (const changed of flipped(message as Bytes)) assert.ok(!(await opener.open(changed)).ok)
  })

  test('cut, grown, empty or with a counter out of range is malformed', async () => {
    const [message] = (await sealed()) as [Bytes]
    const opener = await createGroupOpener(await testRoomKeys(), alice.public, sessionId)
    const counters = [0n, 2n ** 32n, 2n ** 64n - 1n].map(counter => {
      const changed = message.slice()
      new DataView(changed.buffer).setBigUint64(21, counter)
      return changed
    })
    for (const bytes of [
      new Uint8Array(),
      message.subarray(0, 29),
      message.subarray(0, message.length - 1),
      concat(message, new Uint8Array(1)),
      concat(message, new Uint8Array(65_792)),
      ...counters,
    ]) {
      assert.equal(errorOf(await opener.open(bytes)), 'malformed')
    }
  })

  test('opens for its room, epoch, session and sender alone', async () => {
    const [message] = (await sealed()) as [Bytes]
    const reasonWith = async (keys: ReturnType<typeof testRoomKeys>, sender = alice, session = sessionId) =>
      errorOf(await (await createGroupOpener(await keys, sender.public, session)).open(message))
    assert.equal(await reasonWith(testRoomKeys(1, ROOM, 2)), 'wrong-epoch')
    assert.equal(await reasonWith(testRoomKeys(1, 'other')), 'damaged')
    assert.equal(await reasonWith(testRoomKeys(2)), 'damaged')
    assert.equal(await reasonWith(testRoomKeys(), bob), 'damaged')
    assert.equal(await reasonWith(testRoomKeys(), alice, seededRandom(8)(16)), 'wrong-session')
  })

  test("that another member seals under the sender's key fails by its signature", async () => {
    // Every member can derive every session's key: only the signature says who wrote.
    const keys = await testRoomKeys()
    const [message] = (await sealed()) as [Bytes]
    const header = message.subarray(0, 29)
    const key = await keys.claimSealingKey(alice.public.memberId, sessionId)
    const forged = concat(await bob.sign(encodeUtf8('anything')), new Uint8Array(32 + 256))
    const ciphertext = await crypto.subtle.encrypt(
      { name: 'AES-GCM', iv: counterNonce(1), additionalData: header },
      key,
      forged,
    )
    const opener = await createGroupOpener(keys, alice.public, sessionId)
    assert.equal(errorOf(await opener.open(concat(header, new Uint8Array(ciphertext)))), 'bad-signature')
  })
})

describe('a counter is used once', () => {
  test('200 seals at once have 200 counters, in the order of the calls, each linked to the one before', async () => {
    const messages = await sealed(200)
    const opener = await createGroupOpener(await testRoomKeys(), alice.public, sessionId)
    const opened = await Promise.all(messages.map(async message => unwrap(await opener.open(message))))
    assert.equal(new Set(messages.map(message => hex(message.subarray(0, 29)))).size, 200)
    const [first, ...others] = opened
    assert.ok(first)
    let chain = beginChain(first)
    for (const [n, link] of others.entries()) {
      assert.equal(Buffer.from(link.body).toString(), `message ${n + 1}`)
      const judged = unwrap(appendLink(chain, link))
      assert.equal(judged.gap, undefined)
      chain = judged.chain
    }
  })

  test('a session has one sealer', async () => {
    const keys = await testRoomKeys()
    await createGroupSealer(keys, alice, sessionId)
    await assert.rejects(createGroupSealer(keys, alice, sessionId), SessionClaimedError)
  })

  test('the same text twice gives two messages', async () => {
    const sealer = await createGroupSealer(await testRoomKeys(), alice, sessionId)
    const [first, second] = await Promise.all([sealer.seal(body), sealer.seal(body)])
    assert.notDeepEqual(unwrap(first).sealed.subarray(29), unwrap(second).sealed.subarray(29))
  })
})
