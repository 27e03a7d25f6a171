import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { annAndBen, assertWell, codes, type Fact, onFact } from './support/hostile-server.ts'
import { MemoryWorld, type WorldClient } from './support/memory-world.ts'
import { bytesOf } from './support/room-rig.ts'

/** Who has the password, and joins with a hello that proves nothing: to an honest server it is as good as any. */
async function ghostIn(world: MemoryWorld, alias: string): Promise<WorldClient> {
  const ghost = world.client()
  ghost.alterSent = text => {
    const message: Fact = JSON.parse(text)
    return message.type === 'join' ? JSON.stringify({ ...message, hello: bytesOf(1_600, alias) }) : text
  }
  return ghost.join(alias)
}

const told = (client: WorldClient, code: string) => codes(client).filter(each => each === code).length

function aliasesOf(client: WorldClient) {
  client.core.submit(':Aliases')
  return client.of('aliases').at(-1)
}

describe('a member whose hello does not verify', () => {
  test('P35: is told once, and counted as long as it is here', async () => {
    const { world, ann, ben } = await annAndBen()
    assert.deepEqual(aliasesOf(ann), { type: 'aliases', aliases: ['ann', 'ben'] })
    const ghost = await ghostIn(world, 'eve')
    await world.until(() => told(ann, 'unverified') === 1, 'ann is told')
    assert.match(ann.of('error').at(-1)?.message ?? '', /^1 connection cannot be verified: /)
    assert.deepEqual(aliasesOf(ann), { type: 'aliases', aliases: ['ann', 'ben'], unverified: 1 })
    // Neither its own reconnection nor that of others is news.
    ghost.pair?.drop()
    ann.pair?.drop()
    ben.core.submit('still here')
    await ann.hears('still here')
    await ghost.hears('still here')
    const second = await ghostIn(world, 'mallory')
    await world.until(() => told(ann, 'unverified') === 2, 'ann is told of another one')
    assert.equal(aliasesOf(ann)?.unverified, 2)
    for (const leaver of [ghost, second]) leaver.core.submit(':Exit')
    await world.until(() => ghost.state === 'left' && second.state === 'left', 'they leave')
    ben.core.submit('gone')
    await ann.hears('gone')
    await world.until(() => aliasesOf(ann)?.unverified === undefined, 'nobody is counted any more')
    assert.equal(told(ann, 'unverified'), 2)
    assert.deepEqual(
      ann.of('member-left').map(({ alias }) => alias),
      [],
    )
    assertWell(world, ann, ben)
  })

  test('P35: is told to whoever comes later, after the join', async () => {
    const world = await MemoryWorld.create()
    const ann = await world.client().join('ann')
    await ghostIn(world, 'eve')
    await ghostIn(world, 'mallory')
    const ben = await world.client().join('ben')
    await world.until(() => told(ben, 'unverified') > 0, 'ben is told')
    const types = ben.events.map(({ type }) => type)
    assert.ok(types.indexOf('joined') < types.indexOf('error'))
    assert.match(ben.of('error')[0]?.message ?? '', /^2 connections cannot be verified: /)
    assert.equal(told(ben, 'unverified'), 1)
    assert.deepEqual(aliasesOf(ben), { type: 'aliases', aliases: ['ann', 'ben'], unverified: 2 })
    assertWell(world, ann, ben)
  })

  test('P35: that what it says is hidden is told once, be it live, history or direct', async () => {
    const world = await MemoryWorld.create()
    const ann = await world.client().join('ann')
    const ghost = await ghostIn(world, 'eve')
    for (const text of ['boo', 'boo again', 'and again']) ghost.core.submit(text)
    await world.until(() => told(ann, 'hidden') === 1, 'ann is told')
    const ben = await world.client().join('ben')
    await world.until(() => told(ben, 'hidden') === 1, 'ben is told')
    await world.until(() => ghost.core.aliases.length === 3, 'the ghost sees ben')
    ghost.core.submit(':Dm ann')
    ghost.core.submit('psst')
    await world.until(() => ghost.of('sent').length === 4, 'it is stored')
    ann.core.submit('anybody?')
    await ben.hears('anybody?')
    for (const client of [ann, ben]) {
      assert.equal(told(client, 'hidden'), 1)
      assert.deepEqual(
        client.texts.filter(text => text !== 'anybody?'),
        [],
      )
    }
    assertWell(world, ann, ben)
  })

  test('P35: whose DM alone came is told to its recipient', async () => {
    const { world, ann, ben } = await annAndBen()
    onFact(ben, 'direct', fact => [{ ...fact, session: bytesOf(16, 'nobody’s session') }])
    ann.core.submit(':Dm ben')
    ann.core.submit('psst')
    await world.until(() => told(ben, 'hidden') === 1, 'ben is told')
    assert.deepEqual(ben.texts, [])
  })

  test('P35: a member is nobody any more in a session that it cannot prove', async () => {
    const { world, ann, ben } = await annAndBen()
    const device = ben.device
    ben.kill()
    await world.until(() => ann.of('member-away').length === 1, 'ben is away')
    const again = world.client(device)
    again.alterSent = text => {
      const message: Fact = JSON.parse(text)
      return message.type === 'join' ? JSON.stringify({ ...message, hello: bytesOf(1_600, 'x') }) : text
    }
    await again.join('ben')
    await world.until(() => told(ann, 'unverified') === 1, 'ann is told')
    assert.deepEqual(aliasesOf(ann), { type: 'aliases', aliases: ['ann'], unverified: 1 })
    assertWell(world, ann)
  })

  test('M5, P35: one who bears a second time an alias that is held is counted, not listed', async () => {
    const { world, ann, ben } = await annAndBen()
    const impostor = world.client()
    let tag: unknown
    impostor.alterSent = text => {
      const message: Fact = JSON.parse(text)
      if (message.type !== 'join') return text
      tag = message['tag']
      return JSON.stringify({ ...message, tag: bytesOf(16, 'free') })
    }
    onFact(ben, 'entry', fact => [fact['kind'] === 'hello' ? { ...fact, tag } : fact])
    await impostor.join('ann')
    await world.until(() => told(ben, 'unverified') === 1, 'ben is told')
    impostor.pair?.drop()
    await world.until(() => impostor.of('connection').at(-1)?.state === 'offline', 'it is away')
    await world.until(() => impostor.of('connection').at(-1)?.state === 'online', 'it is back')
    ann.core.submit('which of us?')
    await ben.hears('which of us?')
    await impostor.hears('which of us?')
    assert.deepEqual(aliasesOf(ben), { type: 'aliases', aliases: ['ann', 'ben'], unverified: 1 })
    assert.equal(told(ben, 'unverified'), 1)
    assertWell(world, ann, ben)
  })
})

describe('a member that borrows another’s session id', () => {
  /** Its first 16 random bytes are its session's id. */
  function borrower(world: MemoryWorld, session: string): WorldClient {
    let isFirst = true
    return world.client(undefined, {
      random: length => {
        const borrowed = length === 16 && isFirst
        if (borrowed) isFirst = false
        return borrowed
          ? new Uint8Array(Buffer.from(session, 'base64url'))
          : crypto.getRandomValues(new Uint8Array(length))
      },
    })
  }

  const joinsOf = (world: MemoryWorld) =>
    world.seen.map(text => JSON.parse(text) as Fact).filter(({ type }) => type === 'join')

  test('P40: takes nothing from it: both are who they are, to all who are here and to all who come', async () => {
    const { world, ann, ben } = await annAndBen()
    const session = String(joinsOf(world)[0]?.['session'])
    ann.core.submit('before')
    await ben.hears('before')
    const eve = await borrower(world, session).join('eve')
    assert.equal(joinsOf(world).at(-1)?.['session'], session)
    eve.core.submit('I am eve')
    for (const client of [ann, ben]) await client.hears('I am eve')
    const cid = await world.client().join('cid')
    await cid.hears('I am eve')
    assert.deepEqual(cid.texts, ['before', 'I am eve'])
    assert.deepEqual(
      cid.of('message').map(({ from }) => from),
      ['ann', 'eve'],
    )
    ann.core.submit('after')
    for (const client of [ben, cid, eve]) await client.hears('after')
    eve.core.submit(':Dm ann')
    eve.core.submit('psst')
    await ann.hears('psst')
    for (const client of [ann, ben, cid]) {
      assert.deepEqual(client.core.aliases, ['ann', 'ben', 'cid', 'eve'])
      assert.deepEqual(codes(client), [])
    }
    assertWell(world, ann, ben, cid, eve)
  })
})
