import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ClientMessage, LIMITS } from '@chat-room/protocol'
import { createMemoryRoomStore } from '../src/store/memory-room-store.ts'
import {
  bytesOf,
  FINISH_CREATION,
  FINISH_LOGIN,
  idOf,
  joinOf,
  quiet,
  RoomRig,
  START_LOGIN,
} from './support/room-rig.ts'
import { SlowStore } from './support/slow-store.ts'

const GRACE = 600_000
const ANN = idOf('member ann')

const retention = (messages: number) => ({ messages, bytes: 1e9, age: 1e12 })

describe('messages', () => {
  test('the same id again gets the same acknowledgement and no second copy, across a restart too', async () => {
    const rig = await RoomRig.claimed()
    const ann = await rig.member('ann')
    const ben = await rig.member('ben')
    await ann.send('once')
    rig.now += 1_000
    await ann.send('once')
    rig.restart()
    rig.now += 1_000
    const again = await rig.connect()
    await again.resume(ann.secret)
    await again.send('once')
    const accepted = [...ann.of('accepted'), ...again.of('accepted')]
    assert.equal(accepted.length, 3)
    assert.deepEqual(new Set(accepted.map(fact => JSON.stringify(fact))).size, 1)
    assert.equal(ben.of('entry').filter(({ kind }) => kind === 'message').length, 1)
    assert.equal(again.last('resumed').head, accepted[0]?.seq)
  })

  test('the acknowledgement has the number under which everyone else is told; the author is not told', async () => {
    const rig = await RoomRig.claimed()
    const ann = await rig.member('ann')
    const ben = await rig.member('ben')
    const before = ann.of('entry').length
    await ann.send('hello')
    assert.equal(ben.last('entry').seq, ann.last('accepted').seq)
    assert.equal(ann.of('entry').length, before)
  })

  test('M11: a DM to one who is away waits in its mailbox, and comes by its number', async () => {
    const rig = await RoomRig.claimed()
    const ann = await rig.member('ann')
    const ben = await rig.member('ben')
    ann.drop()
    await ben.send('waiting', ANN)
    assert.equal(ben.last('accepted').seq, undefined)
    const back = await rig.connect()
    await back.resume(ann.secret)
    assert.equal(back.last('resumed').mailbox, 1)
    await back.say({ type: 'fetch-mailbox', after: 0 })
    const [entry] = back.last('mailbox-page').entries
    assert.equal(entry?.id, idOf('waiting'))
    assert.equal(entry?.member, idOf('member ben'))
    await back.say({ type: 'confirm', seq: 0, mailbox: 1 })
    await back.say({ type: 'fetch-mailbox', after: 0 })
    assert.deepEqual(back.last('mailbox-page').entries, [])
  })

  test('M11: a DM to one who is gone is refused, and one that waited for it goes back to its author', async () => {
    const rig = await RoomRig.claimed()
    const ann = await rig.member('ann')
    const ben = await rig.member('ben')
    ann.drop()
    await ben.send('waiting', ANN)
    await rig.tick(GRACE + 1)
    assert.deepEqual(ben.of('undelivered'), [{ type: 'undelivered', id: idOf('waiting'), to: ANN }])
    await ben.send('too late', ANN)
    assert.deepEqual(ben.refusals, ['send: unknown-recipient'])
    assert.equal(ben.last('refused').id, idOf('too late'))
  })

  test('an author who is away hears at its return that a DM went back', async () => {
    const rig = await RoomRig.claimed()
    const ann = await rig.member('ann')
    const ben = await rig.member('ben')
    ann.drop()
    await ben.send('waiting', ANN)
    await rig.tick(GRACE)
    ben.drop()
    await rig.tick(1)
    const back = await rig.connect()
    await back.resume(ben.secret)
    assert.deepEqual(back.of('undelivered'), [{ type: 'undelivered', id: idOf('waiting'), to: ANN }])
  })

  test('an author who comes back by a join, not by a resume, hears of it as well', async () => {
    const rig = await RoomRig.claimed()
    const ann = await rig.member('ann')
    const ben = await rig.member('ben')
    ann.drop()
    await ben.send('waiting', ANN)
    ben.drop()
    rig.now += 1
    const again = await rig.connect()
    await again.logIn()
    await rig.member('cid', { supersedes: ann.secret })
    await again.join('ben', { supersedes: ben.secret })
    assert.deepEqual(again.of('undelivered'), [{ type: 'undelivered', id: idOf('waiting'), to: ANN }])
  })

  test('P47: one member fills its share of a mailbox and no more; others still reach its owner', async () => {
    const rig = await RoomRig.claimed({ settings: { rate: { burst: 1e6, perSecond: 1e6 } } })
    const ann = await rig.member('ann')
    const ben = await rig.member('ben')
    const cid = await rig.member('cid')
    ann.drop()
    const share = LIMITS.mailboxMessages / LIMITS.mailboxShares
    for (let n = 0; n < share; n++) await ben.send(`flood ${n}`, ANN)
    assert.deepEqual(ben.refusals, [])
    await ben.send('one more', ANN)
    assert.deepEqual(ben.refusals, ['send: mailbox-full'])
    await cid.send('from a friend', ANN)
    assert.equal(cid.of('accepted').length, 1)
  })

  test('what is ephemeral reaches who is here, its author apart, and is stored nowhere', async () => {
    const rig = await RoomRig.claimed()
    const ann = await rig.member('ann')
    const ben = await rig.member('ben')
    const cid = await rig.member('cid')
    const { head } = cid.last('joined')
    await ann.say({ type: 'ephemeral', to: 'all', sealed: bytesOf(40, 'typing') })
    await ann.say({ type: 'ephemeral', to: idOf('member ben'), sealed: bytesOf(40, 'to ben') })
    assert.deepEqual(
      ben.of('ephemeral').map(({ to }) => to),
      ['all', 'you'],
    )
    assert.equal(cid.of('ephemeral').length, 1)
    assert.equal(ann.of('ephemeral').length, 0)
    await cid.say({ type: 'fetch', direction: 'after', seq: head })
    assert.deepEqual(cid.last('page').entries, [])
  })
})

describe('what is gone is counted', () => {
  test('a resume is told exactly how many entries after the last one seen are gone', async () => {
    const rig = await RoomRig.claimed({ settings: { retention: retention(5) } })
    const ann = await rig.member('ann')
    const ben = await rig.member('ben')
    const { log, head } = ben.last('joined')
    ben.drop()
    for (let n = 0; n < 20; n++) await ann.send(`message ${n}`)
    await rig.tick()
    const back = await rig.connect()
    await back.resume(ben.secret, { log, seq: head })
    const { oldest, missed } = back.last('resumed')
    assert.equal(back.last('resumed').head, head + 20)
    assert.equal(oldest, head + 16)
    assert.equal(missed, 15)
  })

  test('numbers of another incarnation of the log say nothing: all that is gone is missed', async () => {
    const rig = await RoomRig.claimed({ settings: { retention: retention(5) } })
    const ann = await rig.member('ann')
    for (let n = 0; n < 20; n++) await ann.send(`message ${n}`)
    await rig.tick()
    const back = await rig.connect()
    await back.resume(ann.secret, { log: idOf('another log'), seq: 1_000 })
    assert.equal(back.last('resumed').missed, 16)
  })

  test('whoever has seen everything misses nothing, however short the log', async () => {
    const rig = await RoomRig.claimed({ settings: { retention: retention(1) } })
    const ann = await rig.member('ann')
    await ann.send('one')
    await ann.send('two')
    await rig.tick()
    const back = await rig.connect()
    const { log, head } = ann.last('joined')
    await back.resume(ann.secret, { log, seq: head + 2 })
    assert.equal(back.last('resumed').missed, 0)
  })

  test('retention 0 keeps an entry until all who are present or away have it', async () => {
    const rig = await RoomRig.claimed({ settings: { retention: retention(0) } })
    const ann = await rig.member('ann')
    const ben = await rig.member('ben')
    await ann.send('one')
    const seq = ann.last('accepted').seq ?? 0
    ben.drop()
    await ann.say({ type: 'confirm', seq, mailbox: 0 })
    const oldest = async () => {
      await rig.tick(60_001)
      return (await rig.store.readRoom('main'))?.oldest
    }
    assert.equal(await oldest(), 1)
    const back = await rig.connect()
    await back.resume(ben.secret, { log: ben.last('joined').log, seq: 2 })
    await back.say({ type: 'confirm', seq: seq - 1, mailbox: 0 })
    assert.equal(await oldest(), seq)
    await back.say({ type: 'confirm', seq, mailbox: 0 })
    assert.equal(await oldest(), seq + 1)
  })
})

describe('a connection that breaks while the store is at work', () => {
  const DM = { type: 'send', id: idOf('dm'), to: idOf('member ben'), sealed: bytesOf(40, 'dm') } as const
  const inside: readonly (readonly [string, ClientMessage])[] = [
    ['append', { ...DM, to: 'all' }],
    ['deliver', DM],
    ['appendHello', { type: 'hello', session: idOf('new session'), hello: bytesOf(100, 'hello') }],
    ['page', { type: 'fetch', direction: 'after', seq: 0 }],
    ['mailboxPage', { type: 'fetch-mailbox', after: 0 }],
    ['hellos', { type: 'fetch-hellos', sessions: [idOf('session ben')] }],
    ['stored', { type: 'check', ids: [idOf('dm')] }],
    ['confirm', { type: 'confirm', seq: 1, mailbox: 1 }],
  ]

  for (const [operation, message] of inside) {
    test(`${operation}: the member is away, and comes back to all that was stored`, async () => {
      const slow = new SlowStore(createMemoryRoomStore())
      const rig = await RoomRig.claimed({ store: slow.store })
      const ann = await rig.member('ann')
      await rig.member('ben')
      slow.hold()
      ann.post(message)
      await quiet()
      assert.deepEqual(slow.held, [operation])
      ann.drop()
      slow.release()
      await quiet()
      assert.equal(rig.room.membersHere, 1)
      const back = await rig.connect()
      await back.resume(ann.secret)
      assert.equal(back.last('resumed').head, (await rig.store.readRoom('main'))?.head)
      assert.equal(rig.room.membersHere, 2)
      await back.say(message)
      assert.deepEqual(back.refusals, [])
      assert.deepEqual(rig.errors, [])
    })
  }

  test('join: the newcomer is away at once, and its ghost does not stay for ever', async () => {
    const slow = new SlowStore(createMemoryRoomStore())
    const rig = await RoomRig.claimed({ store: slow.store })
    const ben = await rig.member('ben')
    const ann = await rig.connect()
    await ann.logIn()
    slow.hold()
    ann.post(joinOf('ann'))
    await quiet()
    ann.drop()
    slow.release()
    await quiet()
    assert.equal(rig.room.membersHere, 1)
    assert.equal(ben.last('presence').presence, 'away')
    await rig.tick(GRACE + 1)
    assert.equal(ben.last('presence').presence, 'left')
  })

  test('login and join in one go, and then nothing: no ghost is here', async () => {
    let answer: (() => void) | undefined
    const succeeded = () =>
      new Promise<void>(resolve => {
        answer = resolve
      })
    const rig = await RoomRig.claimed({ gate: { succeeded } })
    const ann = await rig.connect()
    await ann.say(START_LOGIN)
    ann.post(FINISH_LOGIN)
    ann.post(joinOf('ann'))
    await quiet()
    ann.drop()
    answer?.()
    await quiet()
    assert.equal(rig.room.membersHere, 0)
    assert.equal((await rig.store.readRoom('main'))?.members.length, 0)
  })

  test('resume: the member stays away', async () => {
    const slow = new SlowStore(createMemoryRoomStore())
    const rig = await RoomRig.claimed({ store: slow.store })
    const ann = await rig.member('ann')
    ann.drop()
    await quiet()
    const back = await rig.connect()
    slow.hold()
    back.post({ type: 'resume', secret: ann.secret, log: idOf('log'), seq: 0, mailbox: 0 })
    await quiet()
    back.drop()
    slow.release()
    await rig.tick()
    assert.equal(rig.room.membersHere, 0)
    assert.equal((await rig.store.readRoom('main'))?.members[0]?.presence, 'away')
  })

  test('resume: who was away when house was kept meanwhile is here', async () => {
    const slow = new SlowStore(createMemoryRoomStore())
    const rig = await RoomRig.claimed({ store: slow.store })
    const ann = await rig.member('ann')
    ann.drop()
    const back = await rig.connect()
    slow.hold()
    back.post({ type: 'resume', secret: ann.secret, log: idOf('log'), seq: 0, mailbox: 0 })
    const ticked = rig.tick(GRACE)
    await quiet()
    slow.release()
    await ticked
    assert.equal(rig.room.membersHere, 1)
    assert.equal((await rig.store.readRoom('main'))?.members[0]?.presence, 'here')
  })

  test('a drop that is over at once never reaches the store', async () => {
    const inner = createMemoryRoomStore()
    const told: string[] = []
    const store = Object.assign(Object.create(inner) as typeof inner, {
      setPresence(...[room, member, presence, at]: Parameters<typeof inner.setPresence>) {
        told.push(presence)
        return inner.setPresence(room, member, presence, at)
      },
    })
    const rig = await RoomRig.claimed({ store })
    const ann = await rig.member('ann')
    ann.drop()
    const back = await rig.connect()
    await back.resume(ann.secret)
    await rig.tick()
    assert.deepEqual(told, [])
    back.drop()
    await rig.tick()
    await rig.tick()
    assert.deepEqual(told, ['away'])
  })

  test('claim: the room is claimed, and its creator may log in', async () => {
    const slow = new SlowStore(createMemoryRoomStore())
    const rig = new RoomRig({ store: slow.store })
    const creator = await rig.connect()
    const waiting = await rig.connect()
    await creator.say({ type: 'start-creation', request: bytesOf(32, 'request') })
    slow.hold()
    creator.post(FINISH_CREATION)
    await quiet()
    creator.drop()
    slow.release()
    await quiet()
    assert.equal(waiting.last('room').state, 'claimed')
    await rig.member('ann')
  })

  test('leave: the member is gone, and its alias is free', async () => {
    const slow = new SlowStore(createMemoryRoomStore())
    const rig = await RoomRig.claimed({ store: slow.store })
    const ann = await rig.member('ann')
    slow.hold()
    ann.post({ type: 'leave', bye: bytesOf(40, 'bye') })
    await quiet()
    ann.drop()
    slow.release()
    await quiet()
    assert.equal(rig.room.membersHere, 0)
    await rig.member('new', { tag: joinOf('ann').tag })
  })

  test('a resume that was under way when its member left ends with it: no zombie stays behind', async () => {
    const slow = new SlowStore(createMemoryRoomStore())
    const rig = await RoomRig.claimed({ store: slow.store })
    const ann = await rig.member('ann')
    const second = await rig.connect()
    slow.hold()
    second.post({ type: 'resume', secret: ann.secret, log: idOf('log'), seq: 0, mailbox: 0 })
    await quiet()
    ann.post({ type: 'leave', bye: bytesOf(40, 'bye') })
    await quiet()
    slow.release()
    await quiet()
    assert.equal(second.closed, 'left')
    await second.send('from a zombie')
    assert.equal(second.of('accepted').length, 0)
  })
})
