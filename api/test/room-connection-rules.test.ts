import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { TIMES } from '@chat-room/protocol'
import { createMemoryRoomStore } from '../src/store/memory-room-store.ts'
import { idOf, RoomRig } from './support/room-rig.ts'

describe('connections', () => {
  test('a socket that has not joined in time is closed as idle; one that has joined is not', async () => {
    const rig = await RoomRig.claimed()
    const ann = await rig.member('ann')
    const waiting = await rig.connect()
    await rig.tick(TIMES.idleBeforeJoin)
    assert.equal(waiting.closed, undefined)
    await rig.tick(1)
    assert.equal(waiting.closed, 'idle')
    assert.equal(ann.closed, undefined)
  })

  test('whose own messages pile up before the store is cut off, and nothing else suffers', async () => {
    const rig = await RoomRig.claimed()
    const ann = await rig.member('ann')
    const ben = await rig.member('ben')
    for (let n = 0; n <= 256; n++) ann.post({ type: 'check', ids: [idOf('x')] })
    assert.equal(ann.closed, 'flooding')
    await ben.send('unharmed')
    assert.equal(ben.of('accepted').length, 1)
  })

  test('a server that ends says so to everyone, joined or not', async () => {
    const rig = await RoomRig.claimed()
    const ann = await rig.member('ann')
    const waiting = await rig.connect()
    rig.room.close()
    assert.equal(ann.closed, 'shuttingDown')
    assert.equal(waiting.closed, 'shuttingDown')
  })
})

describe('tickets for the segment socket', () => {
  test('serve once, for the room they were issued in, within 30 seconds', async () => {
    const rig = await RoomRig.claimed()
    const ann = await rig.member('ann')
    const next = async () => {
      await ann.say({ type: 'request-ticket' })
      return ann.last('ticket').ticket
    }
    const holder = { room: 'main', member: idOf('member ann') }
    const once = await next()
    assert.equal(rig.tickets.redeem(once, 'other', rig.now), undefined)
    assert.deepEqual(rig.tickets.redeem(once, 'main', rig.now), holder)
    assert.equal(rig.tickets.redeem(once, 'main', rig.now), undefined)
    const inTime = await next()
    const late = await next()
    assert.deepEqual(rig.tickets.redeem(inTime, 'main', rig.now + TIMES.ticket - 1), holder)
    assert.equal(rig.tickets.redeem(late, 'main', rig.now + TIMES.ticket), undefined)
  })

  test('are for members alone', async () => {
    const rig = await RoomRig.claimed()
    const client = await rig.connect()
    await client.logIn()
    await client.say({ type: 'request-ticket' })
    assert.deepEqual(client.refusals, ['request-ticket: wrong-state'])
  })
})

describe('a store that fails', () => {
  test('a room that could not be loaded sends visitors away, says nothing false, and may be loaded anew', async () => {
    const failing = Object.assign(Object.create(createMemoryRoomStore()), {
      readRoom: () => Promise.reject(new Error('the disk is on fire')),
    })
    const rig = new RoomRig({ store: failing })
    const visitor = await rig.connect()
    await visitor.create()
    assert.equal(visitor.closed, 'internalError')
    assert.deepEqual(visitor.of('room'), [])
    assert.equal(rig.errors.length, 1)
    assert.equal(rig.room.disposable, true)
    await rig.room.tick(rig.now)
  })
})
