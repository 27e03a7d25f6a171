import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ClientEvent, HistoryEntry } from '@chat-room/client'
import { TIMES } from '@chat-room/protocol'
import { MemoryDevice } from './support/memory-device.ts'
import { MemoryWorld, type WorldClient } from './support/memory-world.ts'

const PASSWORD = 'correct horse battery staple'

const types = (client: WorldClient): readonly ClientEvent['type'][] => client.events.map(({ type }) => type)

/** What was said, as this entry has it. */
const textOf = ({ event }: HistoryEntry): string | undefined => ('text' in event ? event.text : undefined)

const historyOf = (client: WorldClient): readonly (string | undefined)[] =>
  client.of('history').flatMap(({ entries }) => entries.map(textOf))

/** What a target is held by. */
function idOf({ core: { target } }: WorldClient, alias: string): string {
  assert.ok(target.to === 'member' && target.alias === alias)
  return target.member
}

/** Bob, and Alice on a device that she stays on; a line each was said. */
async function aliceStays() {
  const world = await MemoryWorld.create()
  const bob = await world.client().join('bob')
  const device = new MemoryDevice({ stays: true })
  const alice = await world.client(device).join('alice')
  await world.until(() => alice.core.aliases.length === 2, 'alice sees bob')
  alice.core.submit('from alice')
  bob.core.submit('from bob')
  await bob.hears('from alice')
  await alice.hears('from bob')
  await world.until(() => alice.of('sent').length === 1, 'alice has her acknowledgement')
  return { world, bob, alice, device }
}

/** The same device opened again, and whether its server can be reached. */
function reopen(world: MemoryWorld, device: MemoryDevice, { reachable = true } = {}): WorldClient {
  const client = world.client(device, {}, { persistent: true })
  client.isReachable = reachable
  client.core.start()
  return client
}

function reach(client: WorldClient): void {
  client.isReachable = true
  client.core.retryNow()
}

suite('staying on a device', () => {
  test('it opens without a network: who one is, what was said, who was here; then the network comes', async () => {
    const { world, bob, alice, device } = await aliceStays()
    await alice.core.stop()
    await world.until(() => bob.of('member-away').length === 1, 'bob sees her away')
    const client = reopen(world, device, { reachable: false })
    await world.until(() => client.state === 'joined', 'alice is in')
    assert.deepEqual(historyOf(client), ['from alice', 'from bob'])
    assert.deepEqual(types(client).slice(0, 2), ['history', 'joined'])
    assert.deepEqual(client.of('joined'), [{ type: 'joined', alias: 'alice', remembered: true }])
    assert.deepEqual(client.core.aliases, ['alice', 'bob'])
    await world.until(() => client.of('connection').some(({ state }) => state === 'offline'), 'it is said')
    assert.deepEqual(client.of('error'), [])

    client.core.submit('written offline')
    bob.core.submit('meanwhile')
    reach(client)
    await bob.hears('written offline')
    await client.hears('meanwhile')
    await world.until(() => bob.of('member-back').length === 1, 'bob sees her back')
    assert.deepEqual(client.texts, ['meanwhile'])
    assert.deepEqual(client.of('prompt'), [])
    assert.deepEqual(bob.of('error'), [])
    assert.deepEqual(world.errors, [])
  })

  test('what is written offline over two restarts goes out once, in order', async () => {
    const { world, bob, alice, device } = await aliceStays()
    await alice.core.stop()
    for (const [first, second] of [
      ['one', 'two'],
      ['three', 'four'],
    ]) {
      const offline = reopen(world, device, { reachable: false })
      await world.until(() => offline.state === 'joined', 'alice is in')
      offline.core.submit(first ?? '')
      offline.core.submit(second ?? '')
      await offline.core.stop()
    }
    const client = reopen(world, device)
    await bob.hears('four')
    await world.until(() => client.of('sent').length === 4, 'all are stored')
    assert.deepEqual(bob.texts, ['from alice', 'one', 'two', 'three', 'four'])
    assert.deepEqual(historyOf(client), ['from alice', 'from bob', 'one', 'two', 'three', 'four'])
    assert.deepEqual(client.of('said'), [])
    assert.deepEqual(bob.of('error'), [])
  })

  test('M5: the alias went to somebody else meanwhile: another one is asked for, and everything comes along', async () => {
    const { world, bob, alice, device } = await aliceStays()
    await alice.core.stop()
    await world.until(() => bob.of('member-away').length === 1, 'bob sees her away')
    world.clock.pass(600_001)
    await world.tick()
    const other = await world.client().join('alice')
    const client = reopen(world, device, { reachable: false })
    await world.until(() => client.state === 'joined', 'alice is in')
    client.core.submit('late')
    reach(client)
    await client.askedFor('alias')
    assert.deepEqual(
      client.of('error').map(({ code }) => code),
      ['alias-taken'],
    )
    client.core.giveAlias('alicia')
    await other.hears('late')
    await bob.hears('late')
    assert.equal(bob.of('message').at(-1)?.from, 'alicia')
    await world.until(() => client.state === 'joined', 'alicia is in')
    await client.core.stop()
    const again = reopen(world, device, { reachable: false })
    await world.until(() => again.state === 'joined', 'alicia is in')
    assert.deepEqual(again.of('joined'), [{ type: 'joined', alias: 'alicia', remembered: true }])
    assert.deepEqual(historyOf(again), ['from alice', 'from bob', 'late'])
  })

  test('the room knows the member no more: the password is asked for, and history and outbox stay', async () => {
    const { world, bob, alice, device } = await aliceStays()
    await alice.core.stop()
    await world.until(() => bob.of('member-away').length === 1, 'bob sees her away')
    world.clock.pass(TIMES.resumeSecret + 1)
    await world.tick()
    const client = reopen(world, device, { reachable: false })
    await world.until(() => client.state === 'joined', 'alice is in')
    client.core.submit('late')
    reach(client)
    await client.askedFor('password')
    await client.core.stop()
    // Nobody is let in by what the room does not accept.
    const again = reopen(world, device, { reachable: false })
    await world.until(() => again.of('connection').some(({ state }) => state === 'offline'), 'it waits')
    assert.deepEqual(again.of('joined'), [])
    reach(again)
    await again.askedFor('password')
    again.givePassword(PASSWORD)
    await again.askedFor('alias')
    again.core.giveAlias('alice')
    await bob.hears('late')
    await world.until(() => again.state === 'joined', 'alice is in')
    assert.deepEqual(historyOf(again), ['from alice', 'from bob', 'late'])
    assert.deepEqual(again.texts, [])
  })

  test('M8: :Exit leaves nothing on the device but that it knows the room', async () => {
    const { world, alice, device } = await aliceStays()
    alice.core.submit(':Exit')
    await world.until(() => alice.state === 'left', 'alice has left')
    assert.equal(device.history.size, 0)
    assert.equal(device.slots.size, 0)
    assert.equal(device.known.size, 1)
    const client = reopen(world, device)
    await client.askedFor('password')
    assert.deepEqual(client.of('history'), [])
  })

  test('M11: a direct message written offline reaches whom it was for, who is known before the network is', async () => {
    const { world, bob, alice, device } = await aliceStays()
    const carol = await world.client().join('carol')
    await world.until(() => alice.core.aliases.length === 3, 'alice sees carol')
    await world.until(() => world.clock.waiting === false, 'it is written')
    await alice.core.stop()
    const client = reopen(world, device, { reachable: false })
    await world.until(() => client.state === 'joined', 'alice is in')
    assert.deepEqual(client.core.aliases, ['alice', 'bob', 'carol'])
    client.core.submit('for bob alone', 'bob')
    client.core.submit(':Dm bob')
    client.core.submit('again for bob')
    client.core.submit('for all', 'all')
    client.core.submit('for nobody', 'dave')
    assert.deepEqual(client.core.target, { to: 'member', member: idOf(client, 'bob'), alias: 'bob' })
    assert.deepEqual(
      client.of('error').map(({ code }) => code),
      ['unknown-alias'],
    )
    reach(client)
    await carol.hears('for all')
    await bob.hears('again for bob')
    await bob.hears('for all')
    const heard = bob.of('message').map(({ text, to }) => [text, to])
    // In their order; what is said to all comes beside it.
    assert.deepEqual(
      heard.filter(([, to]) => to === 'bob'),
      [
        ['for bob alone', 'bob'],
        ['again for bob', 'bob'],
      ],
    )
    assert.deepEqual(
      heard.filter(([text]) => text === 'for all'),
      [['for all', 'all']],
    )
    assert.deepEqual(carol.texts.includes('for bob alone'), false)
    await world.until(() => client.of('receipt').flatMap(({ ids }) => ids).length === 2, 'bob has seen both')
    await client.core.stop()
    const last = reopen(world, device, { reachable: false })
    await world.until(() => last.state === 'joined', 'alice is in')
    const entries = last.of('history').flatMap(({ entries }) => entries)
    assert.deepEqual(
      entries
        .filter(({ event }) => event.type === 'said' && event.to === 'bob')
        .map(({ receipts }) => receipts),
      [['bob'], ['bob']],
    )
  })

  test('a direct message written offline is for the keys it was written to: to nobody who took the alias', async () => {
    const { world, bob, alice, device } = await aliceStays()
    await alice.core.stop()
    bob.core.submit(':Exit')
    await world.until(() => bob.state === 'left', 'bob leaves')
    const stranger = await world.client().join('bob')
    const client = reopen(world, device, { reachable: false })
    await world.until(() => client.state === 'joined', 'alice is in')
    client.core.submit('for bob alone', 'bob')
    reach(client)
    await world.until(() => client.of('undelivered').length === 1, 'it comes back')
    client.core.submit('for all')
    await stranger.hears('for all')
    assert.deepEqual(stranger.texts.slice(-1), ['for all'])
    assert.equal(stranger.texts.includes('for bob alone'), false)
    assert.deepEqual(client.of('new-key'), [{ type: 'new-key', alias: 'bob' }])
    assert.deepEqual(client.core.aliases, ['alice', 'bob'])
    await client.core.stop()
    const last = reopen(world, device, { reachable: false })
    await world.until(() => last.state === 'joined', 'alice is in')
    const entries = last.of('history').flatMap(({ entries }) => entries)
    const failed = entries.find(entry => textOf(entry) === 'for bob alone')
    assert.equal(failed?.state, 'failed')
    // Said again by its author, it is told as failed no more.
    last.core.saidAgain('id' in failed.event ? failed.event.id : '')
    await last.core.stop()
    const after = reopen(world, device, { reachable: false })
    await world.until(() => after.state === 'joined', 'alice is in')
    assert.deepEqual(
      historyOf(after),
      historyOf(last).filter(text => text !== 'for bob alone'),
    )
  })

  test('P41: a hello that is lost with the line is said again, before anything that it announces', async () => {
    const { world, bob, alice, device } = await aliceStays()
    await alice.core.stop()
    const client = reopen(world, device, { reachable: false })
    await world.until(() => client.state === 'joined', 'alice is in')
    client.core.submit('in the new session')
    let lost = 0
    client.alterSent = text => {
      if (!text.includes('"type":"hello"') || lost > 0) return text
      lost += 1
      client.pair?.drop()
      return text
    }
    reach(client)
    await bob.hears('in the new session')
    assert.equal(lost, 1)
    assert.deepEqual(bob.of('error'), [])
  })

  test('whoever has nothing kept waits at the door for a server that cannot be reached', async () => {
    const world = await MemoryWorld.create()
    const client = reopen(world, new MemoryDevice({ stays: true }), { reachable: false })
    await world.until(
      () => client.of('connection').filter(({ state }) => state === 'offline').length > 2,
      'it is told',
    )
    assert.deepEqual(client.of('error'), [])
    reach(client)
    await client.askedFor('password')
  })

  test('another process of the device keeps nothing, and takes nothing away', async () => {
    const { world, alice, device } = await aliceStays()
    const other = reopen(world, device)
    await other.askedFor('password')
    other.givePassword(PASSWORD)
    await other.askedFor('alias')
    other.core.giveAlias('alicia')
    await world.until(() => other.state === 'joined', 'it joins')
    await other.core.stop()
    await alice.core.stop()
    const again = reopen(world, device, { reachable: false })
    await world.until(() => again.state === 'joined', 'alice is in')
    assert.deepEqual(again.of('joined'), [{ type: 'joined', alias: 'alice', remembered: true }])
    assert.deepEqual(historyOf(again), ['from alice', 'from bob'])
  })

  test('who hands over to another process of the device is told as replaced, and leaves all of it behind', async () => {
    const { world, alice, device } = await aliceStays()
    const states: string[] = []
    alice.core.subscribe(({ type }) => states.push(`${type} ${alice.state}`))
    alice.core.submit('the last words')
    await alice.core.stop('replaced')
    assert.deepEqual(states, ['said joined', 'error ended'])
    const again = reopen(world, device, { reachable: false })
    await world.until(() => again.state === 'joined', 'alice is in')
    assert.deepEqual(historyOf(again), ['from alice', 'from bob', 'the last words'])
  })

  test('earlier pages come from the device, then from the log, each once and in order', async () => {
    const world = await MemoryWorld.create()
    const bob = await world.client().join('bob')
    for (let n = 0; n < 1_100; n++) bob.core.submit(`${n}`)
    await world.until(() => bob.of('sent').length === 1_100, 'all are stored')
    const device = new MemoryDevice({ stays: true })
    const alice = await world.client(device).join('alice')
    await alice.hears('1099')
    const read = alice.texts.length
    assert.ok(read < 1_100, `${read} are read at a join`)
    await alice.core.stop()

    const client = reopen(world, device, { reachable: false })
    await world.until(() => client.state === 'joined', 'alice is in')
    const [history] = client.of('history')
    assert.equal(history?.entries.length, 200)
    assert.equal(history?.more, true)
    let entries = history?.entries ?? []
    const older = async () => {
      const page = await client.core.earlier(entries[0]?.place ?? 0, 300)
      entries = [...page.entries, ...entries]
      return page
    }
    while ((await older()).entries.length > 0) {}
    assert.equal(entries.length, read)
    assert.equal((await older()).more, true, 'and there are others on the server')
    reach(client)
    await world.until(() => client.of('connection').at(-1)?.state === 'online', 'the network is back')
    bob.core.submit('now')
    await client.hears('now')
    for (let more = true; more; ) {
      const pages: Awaited<ReturnType<typeof older>>[] = []
      void older().then(page => pages.push(page))
      await world.until(() => pages.length > 0, 'a page comes')
      more = pages[0]?.more ?? false
    }
    const expected = Array.from({ length: 1_100 }, (_, n) => `${n}`)
    assert.deepEqual(entries.map(textOf), expected)
    assert.deepEqual(client.of('error'), [])
    await client.core.stop()
    const places = [...device.history.keys()].sort((a, b) => a - b)
    assert.equal(places.length, 1_101)
    assert.equal(places.at(-1), (places[0] ?? 0) + 1_100, 'without a hole')
  })
})

suite('who is who', () => {
  test('two members see one safety number, and no others do', async () => {
    const { world, bob, alice } = await aliceStays()
    const carol = await world.client().join('carol')
    await world.until(() => [alice, bob].every(({ core }) => core.people.length === 3), 'all are here')
    const between = (one: WorldClient, other: string) =>
      one.core.people.find(({ alias }) => alias === other)?.safety?.map(({ bytes }) => bytes)
    assert.deepEqual(
      between(alice, 'bob')?.map(({ length }) => length),
      [32, 32],
    )
    assert.deepEqual(between(alice, 'bob'), between(bob, 'alice'))
    assert.deepEqual(between(alice, 'carol'), between(carol, 'alice'))
    assert.notDeepEqual(between(alice, 'bob'), between(alice, 'carol'))
    assert.equal(between(alice, 'alice'), undefined)
    bob.pair?.drop()
    await world.until(() => alice.of('member-away').length === 1, 'alice sees bob away')
    assert.deepEqual(
      alice.core.people.map(({ alias, presence, isSelf }) => [alias, presence, isSelf]),
      [
        ['alice', 'here', true],
        ['bob', 'away', false],
        ['carol', 'here', false],
      ],
    )
  })

  test('an alias that changed hands is told, whenever it is found out; the own one is not', async () => {
    const { world, bob, alice, device } = await aliceStays()
    bob.core.submit(':Exit')
    await world.until(() => bob.state === 'left', 'bob leaves')
    const second = await world.client().join('bob')
    await world.until(() => alice.of('new-key').length === 1, 'alice is told')
    await alice.core.stop()
    second.core.submit(':Exit')
    await world.until(() => second.state === 'left', 'the second leaves')
    const third = await world.client().join('bob')
    const again = reopen(world, device)
    await world.until(() => again.of('new-key').length === 1, 'alice is told again')
    assert.deepEqual(third.of('new-key'), [])
    assert.deepEqual(again.of('new-key'), [{ type: 'new-key', alias: 'bob' }])
  })
})
