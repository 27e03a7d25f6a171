import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createMemoryRoomStore } from '../store/memory-room-store.ts'
import { Metering } from './metering.ts'
import { SegmentTraffic } from './segment-traffic.ts'

const ROOM = 'main'
const id = (text: string) => Buffer.alloc(16, text).toString('base64url')
const claim = { creation: id('creation'), record: '', wrap: '', epoch: 1, profile: 1 }
const message = (name: string) => ({
  id: id(name),
  member: id('ann'),
  session: id('ann'),
  sealed: 'AAAA',
  at: 1,
})
const turn = () => new Promise(resolve => setImmediate(resolve))

suite('what is counted at the room’s ports', () => {
  test('a message once, however often it is sent, when what it caused was written', async () => {
    const metering = new Metering()
    const store = metering.store(createMemoryRoomStore())
    await store.claim(ROOM, claim, id('log'))
    await store.append(ROOM, message('one'))
    await store.append(ROOM, message('one'))
    await store.deliver(ROOM, id('nobody'), message('two'), { messages: 1, bytes: 1, shares: 1 })
    await turn()
    await turn()
    assert.deepEqual(metering.messages, { group: 1, direct: 0 })
    assert.equal(metering.fanOut.read().counts.at(-1), 1)
  })

  test('a message that cannot be stored is its sender’s failure, and nobody else’s', async () => {
    const metering = new Metering()
    const store = metering.store({
      ...createMemoryRoomStore(),
      append: () => Promise.reject(new Error('planted')),
    })
    await assert.rejects(store.append(ROOM, message('one')), /planted/)
    await turn()
    assert.deepEqual(metering.messages, { group: 0, direct: 0 })
  })

  test('logins by what became of them', async () => {
    const metering = new Metering()
    let allowed = true
    const answer = async () => (allowed ? { allowed } : { allowed, retryAfter: 1 })
    const gate = metering.gate({ login: answer, creation: answer, succeeded: async () => {} })
    const password = metering.password({
      respondRegistration: () => undefined,
      startLogin: () => undefined,
      finishLogin: state => state === 'right',
    })
    const whom = { client: '', server: '' }
    await gate.login('address', ROOM)
    assert.equal(password.finishLogin('wrong', '', whom), false)
    await gate.login('address', ROOM)
    assert.equal(password.finishLogin('right', '', whom), true)
    await gate.succeeded('address', ROOM)
    allowed = false
    assert.deepEqual(await gate.login('address', ROOM), { allowed: false, retryAfter: 1 })
    await gate.creation('address', ROOM)
    assert.deepEqual(metering.logins, { started: 2, 'slowed-down': 1, 'wrong-password': 1, admitted: 1 })
    assert.deepEqual(metering.creations, { started: 0, 'slowed-down': 1 })
  })

  test('bytes of sockets that are gone stay counted, once', () => {
    const traffic = new SegmentTraffic()
    const peer = { bytesTaken: 5 }
    traffic.opened(peer)
    peer.bytesTaken = 7
    assert.equal(traffic.sent, 7)
    traffic.closed(peer)
    traffic.closed(peer)
    traffic.opened({ bytesTaken: 2 })
    assert.equal(traffic.sent, 9)
  })
})
