import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LIMITS } from '@chat-room/protocol'
import { hashSecret } from '../src/edge/secrets.ts'
import { MemoryWorld } from './support/memory-world.ts'
import { bytesOf, idOf, joinOf, quiet, RoomRig } from './support/room-rig.ts'

const DAY = 24 * 3_600_000

describe('aliases and coming back', () => {
  test('M5: a tag that is held is refused, and free again when its holder has left', async () => {
    const rig = await RoomRig.claimed()
    const ann = await rig.member('ann')
    const other = await rig.connect()
    await other.logIn()
    const { tag } = joinOf('ann')
    await other.join('other', { tag })
    assert.deepEqual(other.refusals, ['join: alias-taken'])
    await ann.say({ type: 'leave', bye: bytesOf(40, 'bye') })
    assert.equal(ann.closed, 'left')
    await other.join('other', { tag })
    assert.equal(other.of('joined').length, 1)
  })

  test('M8: after leaving, the resume secret is void', async () => {
    const rig = await RoomRig.claimed()
    const ann = await rig.member('ann')
    await ann.say({ type: 'leave', bye: bytesOf(40, 'bye') })
    const again = await rig.connect()
    await again.resume(ann.secret)
    assert.deepEqual(again.refusals, ['resume: unknown-secret'])
  })

  test('a resume secret is good for 7 days after it was last seen, then void', async () => {
    for (const [wait, answers] of [
      [7 * DAY, 1],
      [7 * DAY + 1, 0],
    ] as const) {
      const rig = await RoomRig.claimed()
      const ann = await rig.member('ann')
      rig.now += 30 * DAY
      ann.drop()
      await rig.tick()
      rig.now += wait
      const again = await rig.connect()
      await again.resume(ann.secret)
      assert.equal(again.of('resumed').length, answers)
    }
  })

  test('M5: a dropped member keeps its alias for the grace time, and not longer', async () => {
    const rig = await RoomRig.claimed({ settings: { awayGrace: 1_000 } })
    const ann = await rig.member('ann')
    const ben = await rig.member('ben')
    ann.drop()
    await rig.tick(1_000)
    assert.deepEqual(
      ben.of('presence').map(({ presence }) => presence),
      ['away'],
    )
    await rig.tick(1)
    assert.equal(ben.last('presence').presence, 'left')
    await rig.member('new', { tag: joinOf('ann').tag })
  })

  test('M5, P59: who vanishes frees its alias at once, whether its socket is still there or not', async () => {
    for (const isClosed of [false, true]) {
      const rig = await RoomRig.claimed()
      const ann = await rig.member('ann')
      const ben = await rig.member('ben')
      ann.post({ type: 'send', id: idOf('last'), to: 'all', sealed: bytesOf(40, 'last words') })
      ann.post({ type: 'vanish' })
      if (isClosed) ann.drop()
      await quiet()
      assert.equal(ben.last('entry').id, idOf('last'))
      assert.equal(ben.last('presence').presence, 'left')
      await rig.member('new', { tag: joinOf('ann').tag })
    }
  })

  test('P59: who vanishes on a socket that was replaced takes nobody along', async () => {
    const rig = await RoomRig.claimed()
    const ann = await rig.member('ann')
    const again = await rig.connect()
    again.post({ type: 'resume', secret: ann.secret, log: idOf('log'), seq: 0, mailbox: 0 })
    ann.post({ type: 'vanish' })
    await quiet()
    assert.equal(again.of('resumed').length, 1)
    assert.equal(rig.room.membersHere, 1)
    await again.say({ type: 'vanish' })
    assert.equal(rig.room.membersHere, 0)
    const stranger = await rig.connect()
    await stranger.say({ type: 'vanish' })
    assert.deepEqual(stranger.refusals, ['vanish: wrong-state'])
  })

  test('the grace time begins anew with the server', async () => {
    const rig = await RoomRig.claimed({ settings: { awayGrace: 1_000 } })
    await rig.member('ann')
    rig.now += 900
    rig.restart()
    await rig.tick(900)
    const other = await rig.connect()
    await other.logIn()
    await other.join('other', { tag: joinOf('ann').tag })
    assert.deepEqual(other.refusals, ['join: alias-taken'])
    await rig.tick(101)
    await other.join('other', { tag: joinOf('ann').tag })
    assert.equal(other.of('joined').length, 1)
  })

  test('after the grace time the secret re-admits with the alias if it is free, else another is chosen', async () => {
    const rig = await RoomRig.claimed({ settings: { awayGrace: 1_000 } })
    const ann = await rig.member('ann')
    const { secret } = ann
    ann.drop()
    await rig.tick(1_001)
    const back = await rig.connect()
    await back.resume(secret)
    assert.equal(back.last('resumed').member, idOf('member ann'))
    back.drop()
    await rig.tick(1_001)
    const thief = await rig.member('thief', { tag: joinOf('ann').tag })
    const late = await rig.connect()
    await late.resume(secret)
    assert.deepEqual(late.refusals, ['resume: alias-taken'])
    // Admitted already: no password is asked for again.
    await late.join('ann', { tag: bytesOf(16, 'another tag'), supersedes: secret })
    assert.equal(late.of('joined').length, 1)
    assert.equal(thief.closed, undefined)
  })

  test('a resume closes the older socket with `replaced`, and the others see no change', async () => {
    const rig = await RoomRig.claimed()
    const ann = await rig.member('ann')
    const ben = await rig.member('ben')
    const newer = await rig.connect()
    await newer.resume(ann.secret)
    assert.equal(ann.closed, 'replaced')
    ann.drop()
    await quiet()
    assert.deepEqual(ben.of('presence'), [])
    await newer.send('still here')
    assert.equal(newer.of('accepted').length, 1)
    await ann.send('from the ghost')
    assert.equal(ann.refusals.at(-1), 'send: wrong-state')
  })

  test('whose socket was replaced does not reconnect by itself', async () => {
    const world = await MemoryWorld.create()
    const ann = await world.client().join('ann')
    ann.pair?.closeByServer('replaced')
    await world.until(() => ann.state === 'ended', 'it ends')
    assert.equal(ann.of('error').at(-1)?.code, 'replaced')
    await world.until(() => !world.clock.waiting, 'nothing is left to happen')
    assert.deepEqual(world.pairs, [])
    assert.equal(ann.of('connection').filter(({ state }) => state === 'connecting').length, 1)
  })

  test('`supersedes` continues the member of the same id, mailbox and all', async () => {
    const rig = await RoomRig.claimed()
    const ann = await rig.member('ann')
    const ben = await rig.member('ben')
    ann.drop()
    await ben.send('waiting', idOf('member ann'))
    const secret = ann.secret
    const again = await rig.member('ann', { session: idOf('another session'), supersedes: secret })
    assert.equal(again.last('joined').mailbox, 1)
    assert.equal(ben.last('entry').session, idOf('another session'))
    const stranger = await rig.connect()
    await stranger.logIn()
    await stranger.join('ann', { tag: bytesOf(16, 'x'), supersedes: secret })
    assert.deepEqual(stranger.refusals, ['join: member-taken'])
  })

  test('`supersedes` under another id replaces the member: its alias passes over, its DMs go back', async () => {
    const rig = await RoomRig.claimed()
    const ann = await rig.member('ann')
    const ben = await rig.member('ben')
    ann.drop()
    await ben.send('waiting', idOf('member ann'))
    const { tag } = joinOf('ann')
    await rig.member('ann again', { tag, supersedes: ann.secret })
    assert.equal(ben.last('presence').presence, 'left')
    assert.deepEqual(ben.last('undelivered'), {
      type: 'undelivered',
      id: idOf('waiting'),
      to: idOf('member ann'),
    })
  })

  test('P32: a resume secret’s hash that another member has is refused, and the socket lives on', async () => {
    const rig = await RoomRig.claimed()
    const ann = await rig.member('ann')
    const other = await rig.connect()
    await other.logIn()
    await other.join('other', { secretHash: hashSecret(ann.secret) })
    assert.deepEqual([other.refusals, other.closed, rig.errors], [['join: member-taken'], undefined, []])
    await other.join('other')
    assert.equal(other.of('joined').length, 1)
  })

  test('the room is full at 1 000 present and away members, and not before', async () => {
    const rig = await RoomRig.claimed()
    const members = []
    for (let n = 0; n < LIMITS.membersPerRoom; n++) members.push(await rig.member(`member ${n}`))
    assert.ok(members.every(member => member.of('joined').length === 1))
    members[0]?.drop()
    const late = await rig.connect()
    await late.logIn()
    await late.join('late')
    assert.deepEqual(late.refusals, ['join: room-full'])
    await members[1]?.say({ type: 'leave', bye: bytesOf(40, 'bye') })
    await late.join('late')
    assert.equal(late.of('joined').length, 1)
  })
})
