import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { annAndBen, assertWell, codes, type Fact, onFact } from './support/hostile-server.ts'
import { MemoryDevice } from './support/memory-device.ts'
import { MemoryWorld } from './support/memory-world.ts'
import { bytesOf, idOf } from './support/room-rig.ts'

const PASSWORD = 'correct horse battery staple'

describe('the way in', () => {
  const lies: readonly (readonly [string, string, (fact: Fact) => object])[] = [
    ['a wrap of garbage', 'admitted', fact => ({ ...fact, wrap: bytesOf(97, 'wrap') })],
    ['a wrap of another epoch', 'admitted', fact => ({ ...fact, epoch: 2 })],
    ['a profile that no client ships', 'room', fact => ({ ...fact, profile: 99 })],
    ['no profile', 'room', fact => ({ ...fact, profile: undefined })],
  ]
  for (const [what, type, lie] of lies) {
    test(`${what} ends the attempt with a reason`, async () => {
      const world = await MemoryWorld.create()
      await world.client().join('ann')
      const ben = world.client()
      onFact(ben, type, fact => [lie(fact)])
      ben.core.start()
      await ben.askedFor('password')
      ben.givePassword(PASSWORD)
      await world.until(() => ben.state === 'ended', 'it ends')
      assert.deepEqual(codes(ben), ['server'])
      assert.doesNotMatch(ben.of('error')[0]?.message ?? '', /This program failed/)
    })
  }

  test('a room of another name than the one asked for is not entered, by no answer of the server', async () => {
    const world = await MemoryWorld.create()
    await world.client().join('ann')
    const ben = world.client()
    onFact(ben, 'room', fact => [{ ...fact, room: 'other' }])
    ben.core.start()
    await world.until(() => ben.state === 'ended', 'it ends')
    assert.deepEqual(codes(ben), ['server'])
    assert.equal(ben.of('prompt').length, 0)
  })

  test('a KE2 of garbage admits nobody and breaks nothing', async () => {
    const world = await MemoryWorld.create()
    await world.client().join('ann')
    const ben = world.client()
    onFact(ben, 'login-started', fact => [{ ...fact, response: bytesOf(320, 'KE2') }])
    ben.core.start()
    await ben.askedFor('password')
    ben.givePassword(PASSWORD)
    await world.until(() => ben.of('error').length > 0, 'it is refused')
    assert.ok(codes(ben)[0] === 'wrong-password' || codes(ben)[0] === 'server')
    assert.ok(!world.seen.some(text => text.includes('"finish-login"') && text.includes(bytesOf(320, 'KE2'))))
  })

  test('a device that knows the room never creates it, nor types its password into a creation', async () => {
    const world = await MemoryWorld.create()
    const device = new MemoryDevice()
    const ann = await world.client(device).join('ann')
    ann.core.submit(':Exit')
    await world.until(() => ann.state === 'left', 'ann leaves')
    const again = world.client(device)
    onFact(again, 'room', fact => [{ ...fact, state: 'unclaimed' }])
    again.core.start()
    await world.until(() => again.state === 'ended', 'it refuses')
    assert.deepEqual(codes(again), ['forgotten-room'])
  })

  test('a room that turns unclaimed while one is inside changes nothing; refusing the resume ends it', async () => {
    const { world, ann, ben } = await annAndBen()
    ben.inject(
      JSON.stringify({
        type: 'room',
        room: 'main',
        deployment: idOf('d'),
        state: 'unclaimed',
        claimCode: false,
      }),
    )
    ann.core.submit('still here?')
    await ben.hears('still here?')
    onFact(ben, 'room', fact => [{ ...fact, state: 'unclaimed' }])
    onFact(ben, 'resumed', () => [{ type: 'refused', what: 'resume', code: 'unclaimed' }])
    ben.pair?.drop()
    await world.until(() => ben.state === 'ended', 'it refuses')
    assert.equal(codes(ben).at(-1), 'forgotten-room')
  })

  test('a roster of nonsense names nobody', async () => {
    const world = await MemoryWorld.create()
    await world.client().join('ann')
    const ben = world.client()
    onFact(ben, 'joined', fact => {
      const nobody = (n: number) => ({ member: idOf(`m${n}`), session: idOf(`s${n}`), presence: 'here' })
      const roster = [...(fact['roster'] as object[]), ...Array.from({ length: 600 }, (_, n) => nobody(n))]
      return [{ ...fact, roster: [...roster, ...roster] }]
    })
    await ben.join('ben')
    assert.deepEqual(ben.core.aliases, ['ann', 'ben'])
    assertWell(world, ben)
  })
})

describe('what no server ever sees', () => {
  test('password, aliases, texts and commands cross no line, neither in clear nor in base64 nor in hex', async () => {
    const world = await MemoryWorld.create()
    const canaries = {
      password: 'canary-password-3f9a1c',
      first: 'canary-alice',
      second: 'canary-bob',
      group: 'canary group text 77aa',
      direct: 'canary direct text 88bb',
    }
    const ann = await world.client().join(canaries.first, canaries.password)
    const ben = await world.client().join(canaries.second, canaries.password)
    await world.until(() => ann.core.aliases.length === 2, 'both are here')
    ann.core.setTyping(true)
    ann.core.submit(canaries.group)
    ann.core.submit(`:Dm ${canaries.second}`)
    ann.core.submit(canaries.direct)
    await ben.hears(canaries.direct)
    await world.until(() => ann.of('receipt').length === 1, 'and the receipt')
    ben.core.submit(':Exit')
    await world.until(() => ben.state === 'left', 'and the bye')
    const seen = world.seen.join('\n')
    const decoded = [...seen.matchAll(/"([A-Za-z0-9_-]{8,})"/g)]
      .map(([, bytes]) => Buffer.from(bytes ?? '', 'base64url').toString('latin1'))
      .join('\n')
    for (const [what, canary] of Object.entries(canaries)) {
      const bytes = Buffer.from(canary)
      for (const form of [
        canary,
        bytes.toString('hex'),
        bytes.toString('base64'),
        bytes.toString('base64url'),
      ]) {
        assert.ok(!seen.includes(form), `${what} in clear`)
      }
      assert.ok(!decoded.includes(canary), `${what} inside a field`)
    }
  })
})
