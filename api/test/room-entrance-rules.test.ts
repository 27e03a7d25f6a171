import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { MemoryWorld } from './support/memory-world.ts'
import { bytesOf, FINISH_CREATION, FINISH_LOGIN, RoomRig, START_LOGIN } from './support/room-rig.ts'

describe('setting the password', () => {
  test('M2: of 200 that come at once exactly one creates, and 199 are asked for its password', async () => {
    const world = await MemoryWorld.create()
    const clients = Array.from({ length: 200 }, () => world.client())
    for (const client of clients) client.core.start()
    await world.until(() => clients.every(({ state }) => state === 'password'), 'all are asked')
    for (const [n, client] of clients.entries()) client.givePassword(`password of number ${n}`)
    const isDecided = () => clients.every(({ state }) => state === 'alias' || state === 'password')
    await world.until(isDecided, 'all are told')
    const creators = clients.filter(({ state }) => state === 'alias')
    assert.equal(creators.length, 1)
    for (const client of clients) {
      if (client === creators[0]) continue
      assert.deepEqual(client.core.state, { name: 'password', purpose: 'enter' })
      assert.deepEqual(
        client.of('error').map(({ code }) => code),
        ['already-claimed'],
      )
    }
    // What a loser typed was meant as a new password: it is never tried as the room's (flow 1).
    assert.equal(world.seen.filter(text => text.includes('"start-login"')).length, 1)
    assert.deepEqual(world.errors, [])
  })

  test('flow 1: a register start on a claimed room is refused unevaluated, or it would test a guess', async () => {
    const rig = await RoomRig.claimed()
    const evaluations = rig.password.evaluations.length
    const client = await rig.connect()
    await client.say({ type: 'start-creation', request: bytesOf(32, 'guess') })
    assert.deepEqual(client.refusals, ['start-creation: already-claimed'])
    assert.equal(rig.password.evaluations.length, evaluations)
  })

  test('flow 1: each evaluation is bound to a creation of its own, and the login to the one that won', async () => {
    const rig = new RoomRig()
    const first = await rig.connect()
    const second = await rig.connect()
    for (const client of [first, second]) {
      await client.say({ type: 'start-creation', request: bytesOf(32, 'same request') })
    }
    const { creation } = first.last('creation-started')
    assert.notEqual(creation, second.last('creation-started').creation)
    assert.deepEqual(rig.password.evaluations, [
      `room:main|${creation}`,
      `room:main|${second.last('creation-started').creation}`,
    ])
    await second.say(FINISH_CREATION)
    await first.say(FINISH_CREATION)
    assert.deepEqual(first.refusals, ['finish-creation: already-claimed'])
    await first.logIn()
    assert.deepEqual(rig.password.logins, [`room:main|${second.last('creation-started').creation}`])
  })

  test('flow 1: a record without a start before it, and a second one, belong nowhere', async () => {
    const rig = new RoomRig()
    const client = await rig.connect()
    await client.say(FINISH_CREATION)
    await client.create()
    await client.say(FINISH_CREATION)
    assert.deepEqual(client.refusals, ['finish-creation: wrong-state', 'finish-creation: wrong-state'])
  })
})

describe('logging in', () => {
  test('flow 2: a login serves once, whatever comes of it', async () => {
    const rig = await RoomRig.claimed()
    const client = await rig.connect()
    await client.say(START_LOGIN)
    await client.say({ type: 'finish-login', finish: bytesOf(64, 'wrong') })
    await client.say(FINISH_LOGIN)
    assert.deepEqual(client.refusals, ['finish-login: wrong-password', 'finish-login: wrong-state'])
    await client.join('ann')
    assert.equal(client.refusals.at(-1), 'join: wrong-state')
  })

  test('flow 2: a login ends 60 seconds after its start', async () => {
    const rig = await RoomRig.claimed()
    const client = await rig.connect()
    await client.say(START_LOGIN)
    rig.now += 60_000
    await client.say(FINISH_LOGIN)
    assert.equal(client.of('admitted').length, 1)
    await client.say(START_LOGIN)
    rig.now += 60_001
    await client.say(FINISH_LOGIN)
    assert.deepEqual(client.refusals, ['finish-login: login-expired'])
  })

  test('a member’s socket cannot log in over itself and leave a ghost that no disconnection ends', async () => {
    const rig = await RoomRig.claimed()
    const ann = await rig.member('ann')
    await ann.say(START_LOGIN)
    assert.deepEqual(ann.refusals, ['start-login: wrong-state'])
    ann.drop()
    assert.equal(rig.room.membersHere, 0)
  })

  test('M3: who is slowed down is told for how long, and may come back by resume meanwhile', async () => {
    let open = true
    const login = async () =>
      open ? ({ allowed: true } as const) : ({ allowed: false, retryAfter: 4_000 } as const)
    const rig = await RoomRig.claimed({ gate: { login } })
    const ann = await rig.member('ann')
    open = false
    const guesser = await rig.connect()
    await guesser.say(START_LOGIN)
    assert.equal(guesser.last('refused').code, 'slow-down')
    assert.equal(guesser.last('refused').retryAfter, 4_000)
    ann.drop()
    const again = await rig.connect()
    await again.resume(ann.secret)
    assert.equal(again.of('resumed').length, 1)
  })
})
