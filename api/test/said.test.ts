import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryDevice } from './support/memory-device.ts'
import { MemoryWorld, type WorldClient } from './support/memory-world.ts'

const said = (client: WorldClient) => client.of('said').map(({ to, text }) => [to, text])

test('an own message is told when it is written, and with the same id when the server has it', async () => {
  const world = await MemoryWorld.create()
  const [alice, bob] = [await world.client().join('alice'), await world.client().join('bob')]
  await world.until(() => alice.core.aliases.length === 2, 'bob is here')
  alice.core.submit('to all')
  alice.core.submit(':Dm bob')
  alice.core.submit('to bob')
  assert.deepEqual(said(alice), [
    ['all', 'to all'],
    ['bob', 'to bob'],
  ])
  await world.until(() => alice.of('sent').length === 2, 'both are stored')
  assert.deepEqual(
    alice.of('sent').map(({ id }) => id),
    alice.of('said').map(({ id }) => id),
  )
  // What a client says by itself is no message.
  await world.until(() => alice.of('receipt').length === 1, 'bob saw it')
  assert.deepEqual(said(bob), [])
})

test('what an earlier process could not send is told by the next one, in order and before it is sent', async () => {
  const world = await MemoryWorld.create()
  const bob = await world.client().join('bob')
  const device = new MemoryDevice()
  const alice = await world.client(device).join('alice')
  alice.pair?.drop()
  await world.until(() => alice.of('connection').at(-1)?.state === 'offline', 'alice is offline')
  const texts = ['one', 'two', 'three']
  for (const text of texts) alice.core.submit(text)
  const written = alice.of('said').map(({ at }) => at)
  await alice.core.stop()
  world.clock.pass(1_000)
  const again = await world.client(device).join('alice')
  await bob.hears('three')
  await world.until(() => again.of('sent').length === 3, 'all are stored')
  assert.deepEqual(
    again.of('said').map(({ text }) => text),
    texts,
  )
  assert.deepEqual(
    again.of('said').map(({ at }) => at),
    written,
  )
  const order = again.events.map(({ type }) => type).filter(type => type === 'said' || type === 'sent')
  assert.equal(order.lastIndexOf('said') < order.indexOf('sent'), true)
})

test('what is carried along to another place in the room was told already', async () => {
  const world = await MemoryWorld.create({ settings: { awayGrace: 10 } })
  const alice = await world.client().join('alice')
  const bob = await world.client().join('bob')
  bob.pair?.drop()
  bob.core.submit('written in the desert')
  world.clock.pass(11)
  await world.tick()
  const other = world.client()
  other.core.start()
  await other.askedFor('password')
  other.givePassword('correct horse battery staple')
  await other.askedFor('alias')
  other.core.giveAlias('bob')
  await world.until(() => other.state === 'joined', 'another one has the alias')
  await bob.askedFor('alias')
  bob.core.giveAlias('robert')
  await alice.hears('written in the desert')
  assert.deepEqual(said(bob), [['all', 'written in the desert']])
})
