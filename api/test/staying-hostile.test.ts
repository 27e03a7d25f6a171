import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { codes, type Fact, onFact } from './support/hostile-server.ts'
import { MemoryDevice } from './support/memory-device.ts'
import { MemoryWorld, type WorldClient } from './support/memory-world.ts'
import { idOf } from './support/room-rig.ts'

/** Bob is there, and alice on a device that stays. */
async function aliceStays() {
  const world = await MemoryWorld.create()
  const bob = await world.client().join('bob')
  const device = new MemoryDevice({ stays: true })
  const alice = await world.client(device).join('alice')
  await world.until(() => alice.core.aliases.length === 2 && bob.core.aliases.length === 2, 'they meet')
  const reopen = () => world.client(device, {}, { persistent: true })
  const online = async (client: WorldClient) => {
    client.core.start()
    await world.until(() => client.of('connection').some(({ state }) => state === 'online'), 'back online')
    await client.core.settled()
  }
  /** What bob says is on the server. */
  const stored = async (...texts: readonly string[]) => {
    const before = bob.of('sent').length
    for (const text of texts) bob.core.submit(text)
    await world.until(() => bob.of('sent').length === before + texts.length, 'stored')
  }
  return { world, bob, device, alice, reopen, online, stored }
}

describe('chains go on over a restart', () => {
  for (const [fact, number, line] of [
    ['entry', 'seq', undefined],
    ['direct', 'mailbox', ':Dm alice'],
  ] as const) {
    test(`what was told is replayed under no other id, number and time (${fact})`, async () => {
      const { bob, alice, reopen, online } = await aliceStays()
      const old: Fact[] = []
      onFact(alice, fact, each => {
        if (each['kind'] !== 'hello') old.push(each)
        return [each]
      })
      if (line !== undefined) bob.core.submit(line)
      for (const text of ['yes, pay it', 'second']) {
        bob.core.submit(text)
        await alice.hears(text)
      }
      await alice.core.settled()
      await alice.core.stop()

      const later = reopen()
      await online(later)
      let isFirst = true
      onFact(later, fact, each => {
        const again = isFirst
          ? old.map((o, at) => ({
              ...o,
              [number]: Number(each[number]) + at,
              id: idOf(`fresh ${at}`),
              at: each['at'],
            }))
          : []
        isFirst = false
        return [...again, { ...each, [number]: Number(each[number]) + old.length }]
      })
      bob.core.submit('trigger')
      await later.hears('trigger')
      assert.deepEqual(later.texts, ['trigger'])
      assert.ok(codes(later).includes('replayed'))
    })
  }

  test('a direct message withheld meanwhile, and the numbers closed over it, is a broken chain', async () => {
    const { bob, alice, reopen, stored } = await aliceStays()
    bob.core.submit(':Dm alice')
    bob.core.submit('one')
    await alice.hears('one')
    await alice.core.settled()
    await alice.core.stop()
    await stored('do NOT come', 'three')
    const later = reopen()
    onFact(later, 'mailbox-page', fact => {
      const entries = fact['entries'] as readonly Fact[]
      const closed = entries.slice(1).map(entry => ({ ...entry, mailbox: Number(entry['mailbox']) - 1 }))
      return [{ ...fact, entries: closed }]
    })
    onFact(later, 'resumed', fact => [{ ...fact, mailbox: Number(fact['mailbox']) - 1 }])
    later.core.start()
    await later.hears('three')
    assert.deepEqual(later.texts, ['three'])
    assert.ok(codes(later).includes('broken-chain'))
  })

  test('what was said meanwhile goes on the chains of before: nothing is wrong', async () => {
    const { bob, alice, reopen, stored } = await aliceStays()
    await stored('to all')
    bob.core.submit(':Dm alice')
    await stored('alone')
    await alice.hears('alone')
    await alice.core.settled()
    await alice.core.stop()
    await stored('alone again')
    bob.core.submit(':All')
    await stored('to all again')
    const later = reopen()
    later.core.start()
    await later.hears('alone again')
    await later.hears('to all again')
    assert.deepEqual(codes(later), [])
  })
})

describe("ids are the server's to choose", () => {
  test('a message missed under the id of an own one, which said the same, is told', async () => {
    const { world, bob, alice, reopen, stored } = await aliceStays()
    alice.core.submit('yes')
    bob.core.submit('yes')
    await alice.hears('yes')
    await world.until(() => alice.of('sent').length === 1, 'hers is stored')
    const own = alice.of('said')[0]?.id
    await alice.core.settled()
    await alice.core.stop()
    await stored('question?', 'yes', 'after')
    const later = reopen()
    onFact(later, 'page', fact => {
      const entries = fact['entries'] as readonly Fact[]
      return [{ ...fact, entries: entries.map((entry, at) => (at === 1 ? { ...entry, id: own } : entry)) }]
    })
    later.core.start()
    await later.hears('after')
    assert.deepEqual(later.texts, ['question?', 'yes', 'after'])
  })
})

describe('numbers that go back, or far ahead', () => {
  test('P39: direct messages of a server restored from its backup are heard, each once', async () => {
    for (const stops of [true, false]) {
      const { world, bob, alice, reopen } = await aliceStays()
      bob.core.submit(':Dm alice')
      for (const text of ['one', 'two', 'three']) {
        bob.core.submit(text)
        await alice.hears(text)
      }
      await alice.core.settled()
      if (stops) await alice.core.stop()
      const client = stops ? reopen() : alice
      const back = (fact: Fact) => ({ ...fact, mailbox: Number(fact['mailbox']) - 2 })
      onFact(client, 'resumed', fact => [{ ...fact, log: idOf('new incarnation'), mailbox: 1 }])
      onFact(client, 'mailbox-page', fact => {
        const entries = fact['entries'] as readonly Fact[]
        return [{ ...fact, entries: entries.map(back).filter(({ mailbox }) => mailbox > 0) }]
      })
      onFact(client, 'direct', fact => [back(fact)])
      if (stops) client.core.start()
      else client.pair?.drop()
      await world.until(
        () => client.of('connection').some(({ state }) => state === 'offline') || stops,
        'lost',
      )
      await world.until(() => client.of('connection').at(-1)?.state === 'online', 'back online')
      await client.core.settled()
      bob.core.submit('after the restore')
      await client.hears('after the restore')
      const all = [...alice.texts, ...(stops ? client.texts : [])]
      assert.deepEqual(all, ['one', 'two', 'three', 'after the restore'])
      assert.deepEqual(codes(client), [])
    }
  })

  for (const number of ['head', 'mailbox']) {
    test(`one lie about \`${number}\` makes nobody deaf for good`, async () => {
      const { world, bob, alice, reopen, online } = await aliceStays()
      bob.core.submit('one')
      await alice.hears('one')
      await alice.core.stop()
      const lied = reopen()
      onFact(lied, 'resumed', fact => [{ ...fact, [number]: 2 ** 40 }])
      await online(lied)
      await world.until(() => lied.of('gap').length > 0, 'something is missed')
      await lied.core.stop()
      const later = reopen()
      await online(later)
      bob.core.submit('can you hear me')
      await later.hears('can you hear me')
      bob.core.submit(':Dm alice')
      bob.core.submit('and me')
      await later.hears('and me')
      assert.deepEqual(later.texts, ['can you hear me', 'and me'])
      assert.deepEqual(codes(later), number === 'head' ? ['fork'] : [])
    })
  }
})

describe('earlier pages', () => {
  /** Bob said four things before alice came, of whom two are told; the others are asked for. */
  async function aliceReadsBack(forge: (newest: Fact) => Fact | undefined) {
    const world = await MemoryWorld.create()
    const bob = await world.client().join('bob')
    for (const text of ['a', 'b', 'c', 'd']) bob.core.submit(text)
    await world.until(() => bob.of('sent').length === 4, 'stored')
    const alice = world.client(new MemoryDevice({ stays: true }))
    let newest: Fact | undefined
    onFact(alice, 'page', fact => {
      const entries = fact['entries'] as readonly Fact[]
      if (newest === undefined) {
        newest = entries.at(-1)
        return [{ ...fact, entries: entries.slice(-2), done: true }]
      }
      const forged = forge(newest)
      return [forged === undefined ? fact : { ...fact, entries: [forged], done: false }]
    })
    await alice.join('alice')
    await alice.hears('d')
    let page: Awaited<ReturnType<typeof alice.core.earlier>> | undefined
    const reading = alice.core.earlier(0, 50).then(read => {
      page = read
    })
    await world.until(() => page !== undefined, 'a page')
    await reading
    const texts = page?.entries.map(({ event }) => ('text' in event ? event.text : ''))
    return { alice, texts, more: page?.more }
  }

  test('they tie in with what was told: nothing is wrong', async () => {
    const { alice, texts } = await aliceReadsBack(() => undefined)
    assert.deepEqual(texts, ['a', 'b'])
    assert.deepEqual(codes(alice), [])
  })

  test('what was told is told by none of them, under whatever id and number', async () => {
    const { alice, texts } = await aliceReadsBack(newest => ({ ...newest, id: idOf('other'), seq: 1, at: 1 }))
    assert.deepEqual(texts, [])
    assert.ok(codes(alice).includes('replayed'))
  })

  test('one whose numbers do not go back is none, and the last', async () => {
    const { alice, texts, more } = await aliceReadsBack(newest => ({
      ...newest,
      id: idOf('other'),
      seq: 2 ** 40,
    }))
    assert.deepEqual([texts, more], [[], false])
    assert.ok(codes(alice).includes('replayed'))
  })
})

test('an alias that changed hands is told to whoever comes under another alias than before', async () => {
  const { world, bob, alice, reopen } = await aliceStays()
  await alice.core.settled()
  await alice.core.stop()
  bob.core.submit(':Exit')
  await world.until(() => bob.state === 'left', 'bob leaves')
  world.clock.pass(600_001)
  await world.tick()
  await world.client().join('bob')
  await world.client().join('alice')
  const later = reopen()
  later.core.start()
  await later.askedFor('alias')
  later.core.giveAlias('alicia')
  await world.until(() => later.of('joined').some(({ alias }) => alias === 'alicia'), 'in as alicia')
  await world.until(() => later.of('new-key').some(({ alias }) => alias === 'bob'), 'told of bob')
})
