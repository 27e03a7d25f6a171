import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesOf, idOf, quiet, RoomRig } from './support/room-rig.ts'

const slow = { burst: 40, perSecond: 2 }

test('who sends faster than the rate is told to slow down and not read meanwhile; nothing is refused', async () => {
  const rig = await RoomRig.claimed({ settings: { rate: { burst: 10, perSecond: 2 } } })
  const ann = await rig.member('ann')
  for (let n = 0; n < 20; n++) await ann.send(`message ${n}`)
  assert.equal(ann.of('accepted').length, 20)
  // Two frames of login and one join came out of the same ten.
  assert.deepEqual(ann.of('slow-down')[0], { type: 'slow-down', retryAfter: 500 })
  assert.equal(ann.of('slow-down').length, 13)
  assert.equal(ann.pauses.at(-1), 6_500)
  rig.now += 60_000
  await ann.send('after a while')
  assert.equal(ann.of('slow-down').length, 13)
})

test('P13: the rate is the member’s: another connection begins with what the one before left', async () => {
  const rig = await RoomRig.claimed({ settings: { rate: slow } })
  const ann = await rig.member('ann')
  rig.now += 60_000
  for (let n = 0; n < 40; n++) await ann.send(`message ${n}`)
  assert.deepEqual(ann.of('slow-down'), [])
  const second = await rig.connect()
  await second.resume(ann.secret)
  await second.send('one more')
  assert.equal(second.of('accepted').length, 1)
  assert.deepEqual(second.of('slow-down'), [{ type: 'slow-down', retryAfter: 500 }])
  // A debt is waited for from the first frame on.
  const third = await rig.connect()
  await third.resume(ann.secret)
  assert.deepEqual(third.pauses, [500])
  third.drop()
  rig.now += 10_000
  const fourth = await rig.connect()
  await fourth.resume(ann.secret)
  for (let n = 0; n < 19; n++) await fourth.send(`later ${n}`)
  assert.deepEqual(fourth.of('slow-down'), [])
  await fourth.send('too many')
  assert.equal(fourth.of('slow-down').length, 1)
})

test('P13: whoever replaces a member has its rate, and to leave and join anew gains nothing', async () => {
  const rig = await RoomRig.claimed({ settings: { rate: slow } })
  const ann = await rig.member('ann')
  for (let n = 0; n < 40; n++) await ann.send(`message ${n}`)
  const owed = ann.last('slow-down').retryAfter
  const replaced = await rig.member('ann again', { supersedes: ann.secret })
  assert.deepEqual(replaced.pauses, [owed])
  const same = await rig.member('ann again', { session: idOf('next'), supersedes: replaced.secret })
  assert.deepEqual(same.pauses, [owed])
  await same.say({ type: 'leave', bye: bytesOf(40, 'bye') })
  // Two frames of login and one join came out of the connection's 32.
  const anew = await rig.member('anew')
  for (let n = 0; n < 29; n++) await anew.send(`anew ${n}`)
  assert.deepEqual(anew.of('slow-down'), [])
  await anew.send('anew 29')
  assert.equal(anew.of('slow-down').length, 1)
})

test('P13: what is said before the answer to a resume counts as the member’s', async () => {
  const rig = await RoomRig.claimed({ settings: { rate: slow } })
  const ann = await rig.member('ann')
  rig.now += 60_000
  const second = await rig.connect()
  second.post({ type: 'resume', secret: ann.secret, log: idOf('log'), seq: 0, mailbox: 0 })
  for (let n = 0; n < 71; n++) second.post({ type: 'check', ids: [idOf('x')] })
  await quiet()
  assert.equal(second.of('stored').length, 71)
  await second.send('41st of the member')
  assert.equal(second.last('slow-down').retryAfter, 500)
})

test('P13: a connection that has not joined has 32 messages at once, and 4 a second', async () => {
  const rig = await RoomRig.claimed()
  const stranger = await rig.connect()
  const ask = async (count: number) => {
    for (let n = 0; n < count; n++) await stranger.say({ type: 'request-ticket' })
    return stranger.of('slow-down').length
  }
  assert.equal(await ask(32), 0)
  assert.equal(await ask(1), 1)
  assert.deepEqual(stranger.pauses, [250])
  rig.now += 1_250
  assert.equal(await ask(4), 1)
  assert.equal(await ask(1), 2)
})

test('P13: whoever is 256 messages ahead of a burst is cut off, and what it said then is not stored', async () => {
  const rig = await RoomRig.claimed({ settings: { rate: slow } })
  const ann = await rig.member('ann')
  rig.now += 60_000
  for (let n = 0; n < 336; n++) await ann.send(`message ${n}`)
  assert.equal(ann.closed, undefined)
  await ann.send('too far')
  assert.equal(ann.closed, 'flooding')
  assert.equal(ann.of('accepted').length, 336)
  const again = await rig.connect()
  await again.resume(ann.secret)
  await again.send('still too far')
  assert.equal(again.closed, 'flooding')
  rig.now += 60_000
  const later = await rig.connect()
  await later.resume(ann.secret)
  await later.send('in time')
  assert.deepEqual([later.closed, later.of('accepted').length], [undefined, 1])
})
