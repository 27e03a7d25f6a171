import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concat } from '../bytes.ts'
import { openBox, sealBox } from './box.ts'
import { errorOf, flipped, ROOM, seededRandom, testIdentity, testRoomKeys, unwrap } from './fixtures.test.ts'
import { openHello, sealHello } from './hello.ts'
import { label } from './labels.ts'

const random = seededRandom(31)
const sessionId = random(16)
const keys = await testRoomKeys()
const alice = await testIdentity(1)
const mallory = await testIdentity(2)
const memberId = alice.public.memberId
const skeleton = (alias: string) => (alias === 'all' ? undefined : alias.toLowerCase())
const announce = (alias: string, by = alice) =>
  sealHello(keys, by, { sessionId, alias, skeleton: alias.toLowerCase() }, random)

test('a hello tells epoch, session, alias and keys', async () => {
  const hello = unwrap(await openHello(keys, { ...(await announce('Alice')), memberId }, skeleton))
  assert.equal(hello.alias, 'Alice')
  assert.equal(hello.epoch, 1)
  assert.deepEqual(hello.sessionId, sessionId)
  assert.deepEqual(hello.member.memberId, memberId)
  assert.deepEqual(hello.member.sealingKey, alice.public.sealingKey)
})

test('the length of an alias does not show', async () => {
  const lengths = new Set<number>()
  for (const alias of ['x', 'y'.repeat(128)]) lengths.add((await announce(alias)).sealed.length)
  assert.equal(lengths.size, 1)
  await assert.rejects(announce('z'.repeat(129)), RangeError)
})

test('any changed byte of a hello, of its tag or of the member id beside it is refused', async () => {
  const hello = await announce('Alice')
  for (const sealed of flipped(hello.sealed)) {
    assert.ok(!(await openHello(keys, { ...hello, sealed, memberId }, skeleton)).ok)
  }
  for (const tag of flipped(hello.tag)) {
    assert.equal(errorOf(await openHello(keys, { ...hello, tag, memberId }, skeleton)), 'bad-signature')
  }
  for (const other of flipped(memberId)) {
    assert.equal(errorOf(await openHello(keys, { ...hello, memberId: other }, skeleton)), 'wrong-member')
  }
})

test('M5: a tag that belongs to another alias is refused, whoever signed it', async () => {
  const cheat = await sealHello(keys, alice, { sessionId, alias: 'Bob', skeleton: 'free-name' }, random)
  assert.equal(errorOf(await openHello(keys, { ...cheat, memberId }, skeleton)), 'wrong-tag')
})

test('M5: an alias that nobody may hold is refused', async () => {
  const hello = { ...(await announce('all')), memberId }
  assert.equal(errorOf(await openHello(keys, hello, skeleton)), 'bad-alias')
})

test('a hello of another epoch, room or length says so', async () => {
  const hello = { ...(await announce('Alice')), memberId }
  assert.equal(errorOf(await openHello(await testRoomKeys(1, ROOM, 2), hello, skeleton)), 'wrong-epoch')
  assert.equal(errorOf(await openHello(await testRoomKeys(1, 'other'), hello, skeleton)), 'damaged')
  const cut = { ...hello, sealed: hello.sealed.subarray(1) }
  assert.equal(errorOf(await openHello(keys, cut, skeleton)), 'malformed')
})

test('a member who knows the hello key cannot speak for another: neither with own keys nor in a new session', async () => {
  const hello = await announce('Alice')
  const context = label('hello', ROOM)
  const plaintext = await openBox(keys.hello, hello.sealed, 21, context)
  assert.ok(plaintext)

  const otherSession = concat(hello.sealed.subarray(0, 5), random(16))
  const moved = await sealBox(keys.hello, random, otherSession, plaintext, context)
  assert.equal(
    errorOf(await openHello(keys, { ...hello, sealed: moved, memberId }, skeleton)),
    'bad-signature',
  )

  const own = await announce('Alice', mallory)
  assert.equal(errorOf(await openHello(keys, { ...own, memberId }, skeleton)), 'wrong-member')
})
