import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { MemoryDevice } from './support/memory-device.ts'
import { MemoryWorld, type WorldClient, type WorldOptions } from './support/memory-world.ts'

/*
 * Orders of events that the fuzz met, or could have: each once lost or doubled something. Frames are held back and handed
 * over together, as one packet would.
 */

const typeOf = (text: string): string => JSON.parse(text).type

/** Keeps what this client is told from a frame of this type on, until it is let go in one go. */
function holdFrom(client: WorldClient, type: string): () => void {
  const held: string[] = []
  client.alter = text => {
    if (held.length === 0 && typeOf(text) !== type) return [text]
    held.push(text)
    return []
  }
  return () => {
    client.alter = text => [text]
    for (const text of held) client.inject(text)
  }
}

async function annIn(
  settings: WorldOptions['settings'] = {},
): Promise<{ world: MemoryWorld; ann: WorldClient }> {
  const world = await MemoryWorld.create({ settings })
  return { world, ann: await world.client().join('ann') }
}

async function toTheAlias(world: MemoryWorld, client: WorldClient, alias: string): Promise<void> {
  client.core.start()
  await client.askedFor('password')
  client.givePassword('correct horse battery staple')
  await client.askedFor('alias')
  client.core.giveAlias(alias)
  await world.until(() => world.room.membersHere === 2, `${alias} is in, as the server sees it`)
}

const stored = (world: MemoryWorld, client: WorldClient, count: number) =>
  world.until(() => client.of('sent').length === count, `${count} are stored`)

describe('entering', () => {
  test('what comes in one packet with `joined` is heard', async () => {
    const { world, ann } = await annIn()
    const ben = world.client()
    const letGo = holdFrom(ben, 'joined')
    await toTheAlias(world, ben, 'ben')
    ann.core.submit('welcome')
    await stored(world, ann, 1)
    letGo()
    await ben.hears('welcome')
  })

  test('what is said while a newcomer looks around is told after what was said before', async () => {
    const { world, ann } = await annIn()
    ann.core.submit('before')
    await stored(world, ann, 1)
    const ben = world.client()
    const letGo = holdFrom(ben, 'hellos')
    await toTheAlias(world, ben, 'ben')
    ann.core.submit('meanwhile')
    await stored(world, ann, 2)
    letGo()
    await ben.hears('meanwhile')
    assert.deepEqual(ben.texts, ['before', 'meanwhile'])
    assert.deepEqual(
      ben.of('message').map(({ history }) => history),
      [true, undefined],
    )
    assert.deepEqual(ben.of('error'), [])
  })
})

describe('who is here', () => {
  test('M5: whoever takes over an alias and speaks at once is heard, though all came in one packet', async () => {
    const { world, ann } = await annIn()
    const ben = await world.client().join('ben')
    await world.until(() => ann.core.aliases.length === 2, 'ann sees ben')
    const letGo = holdFrom(ann, 'entry')
    ben.core.submit(':Exit')
    await world.until(() => ben.state === 'left', 'ben leaves')
    const other = await world.client().join('ben')
    other.core.submit('I am another one')
    await stored(world, other, 1)
    letGo()
    await ann.hears('I am another one')
    const presence = ann.events.filter(({ type }) => type.startsWith('member-')).map(({ type }) => type)
    assert.deepEqual(presence, ['member-joined', 'member-left', 'member-joined'])
  })

  test('who comes and who goes while a resume is being answered is seen, though its roster is older', async () => {
    const { world, ann } = await annIn()
    const ben = await world.client().join('ben')
    await world.until(() => ann.core.aliases.length === 2, 'ann sees ben')
    ben.core.submit('something to catch up with')
    const letGo = holdFrom(ann, 'page')
    ann.pair?.drop()
    await stored(world, ben, 1)
    await world.until(() => world.room.membersHere === 2, 'ann is back')
    ben.core.submit(':Exit')
    await world.until(() => ben.state === 'left', 'ben leaves')
    await world.client().join('cid')
    letGo()
    await world.until(() => ann.of('member-joined').length === 2, 'ann sees cid')
    assert.deepEqual(ann.core.aliases, ['ann', 'cid'])
    assert.equal(ann.of('member-left').length, 1)
  })

  test('M12: who comes while a newcomer looks around is seen, though the entry that says so expires unread', async () => {
    const { world, ann } = await annIn({ retention: { messages: 1, bytes: 1e9, age: 1e9 } })
    const ben = world.client()
    const letGo = holdFrom(ben, 'hellos')
    await toTheAlias(world, ben, 'ben')
    const cid = await world.client().join('cid')
    const dee = await world.client().join('dee')
    dee.core.submit(':Exit')
    await world.until(() => dee.state === 'left', 'dee leaves')
    ann.core.submit('what is retained')
    await stored(world, ann, 1)
    await world.tick()
    letGo()
    await ben.hears('what is retained')
    assert.equal(ben.of('gap')[0]?.missed, 3)
    assert.deepEqual(ben.core.aliases, cid.core.aliases)
    assert.deepEqual(ben.core.aliases, ['ann', 'ben', 'cid'])
    assert.deepEqual(ben.of('error'), [])
  })

  test('M8: who types :Exit while the line is down leaves when it is up again', async () => {
    const { world, ann } = await annIn()
    const ben = await world.client().join('ben')
    ben.pair?.drop()
    ben.core.submit(':Exit')
    await world.until(() => ann.of('member-left').length === 1, 'ann sees it')
    assert.equal(ben.state, 'left')
    await world.client().join('ben')
  })
})

describe('messages', () => {
  test('a DM whose author is still to be looked up when the line breaks is told after it', async () => {
    const { world, ann } = await annIn()
    const ben = await world.client().join('ben')
    await world.until(() => ann.core.aliases.length === 2, 'ann sees ben')
    // Ben is not introduced by the log: only its hello, asked for, says who it is.
    const cid = world.client()
    cid.alter = text => (typeOf(text) === 'hellos' ? [] : [text])
    await toTheAlias(world, cid, 'cid').catch(() => undefined)
    await world.until(() => ben.core.aliases.length === 3, 'ben sees cid')
    ben.core.submit(':Dm cid')
    ben.core.submit('do not lose me')
    await stored(world, ben, 1)
    cid.alter = text => [text]
    cid.pair?.drop()
    await cid.hears('do not lose me')
    assert.deepEqual(cid.texts, ['do not lose me'])
    assert.equal(ann.texts.length, 0)
  })

  test('whoever was away for too long enters anew and is told only what is new, and nothing written is lost', async () => {
    const { world, ann } = await annIn()
    const ben = await world.client().join('ben')
    ann.core.submit('old')
    await ben.hears('old')
    ben.pair?.drop()
    ben.core.submit('written in the tunnel')
    // As if its secret had expired: the server does not know this one.
    ben.alterSent = text =>
      typeOf(text) === 'resume' ? text.replace(/"secret":"[^"]+"/, `"secret":"${'A'.repeat(43)}"`) : text
    await world.until(() => ben.state === 'password', 'ben is asked again')
    ann.core.submit('new')
    ben.givePassword('correct horse battery staple')
    await ben.askedFor('alias')
    ben.core.giveAlias('ben')
    await ben.hears('new')
    await ann.hears('written in the tunnel')
    assert.deepEqual(ben.texts, ['old', 'new'])
  })

  test('a device whose member the server no longer lets continue keeps what it had not sent', async () => {
    const { world, ann } = await annIn()
    const device = new MemoryDevice()
    const ben = await world.client(device).join('ben')
    ben.pair?.drop()
    ben.core.submit('not sent yet')
    await world.until(() => ben.of('connection').some(({ state }) => state === 'offline'), 'ben is offline')
    ben.kill()
    const again = world.client(device)
    // The secret that it kept is not known any more, its member still is: as if it had missed the newest `joined`.
    const joins: string[] = []
    again.alterSent = text => {
      const { type, member, supersedes } = JSON.parse(text)
      if (type !== 'join') return text
      joins.push(member)
      return joins.length === 1 ? text.replace(supersedes, 'A'.repeat(43)) : text
    }
    again.core.start()
    await again.askedFor('password')
    again.givePassword('correct horse battery staple')
    await again.askedFor('alias')
    again.core.giveAlias('ben')
    await world.until(() => again.of('error').length === 1, 'its own ghost still holds the alias')
    assert.equal(new Set(joins).size, 2)
    world.clock.pass(600_001)
    await world.tick()
    again.core.giveAlias('ben')
    await ann.hears('not sent yet')
    assert.deepEqual(ann.texts, ['not sent yet'])
  })
})
