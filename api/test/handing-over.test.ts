import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryDevice } from './support/memory-device.ts'
import { MemoryWorld } from './support/memory-world.ts'

test('who is told that another process goes on hears it once, at any door, and is over', async () => {
  const world = await MemoryWorld.create()
  await world.client().join('bob')
  const inside = await world.client().join('alice')
  const asked = world.client()
  asked.core.start()
  await world.until(() => asked.of('prompt').length === 1, 'the password is asked for')
  for (const client of [inside, asked, world.client()]) {
    const states: string[] = []
    client.core.subscribe(({ type }) => {
      if (type === 'error') states.push(client.core.state.name)
    })
    await Promise.all([client.core.stop('replaced'), client.core.stop('replaced')])
    await client.core.stop()
    assert.deepEqual(
      client.of('error').map(({ code }) => code),
      ['replaced'],
    )
    // Whoever looks at the state when it is told must not find it still going on.
    assert.deepEqual(states, ['ended'])
  }
})

test('the process that goes on is the same member, at once and without the password', async () => {
  const world = await MemoryWorld.create()
  const bob = await world.client().join('bob')
  const device = new MemoryDevice({ stays: true })
  const alice = await world.client(device).join('alice')
  await alice.core.stop('replaced')
  const next = world.client(device, {}, { persistent: true })
  next.core.start()
  await world.until(() => next.state === 'joined', 'alice is in')
  next.core.submit('from the next one')
  await bob.hears('from the next one')
  assert.deepEqual(next.of('prompt'), [])
  assert.deepEqual(bob.of('member-left'), [])
})

test('M5, P59: who vanishes is gone at once, and the alias is free', async () => {
  const world = await MemoryWorld.create()
  const bob = await world.client().join('bob')
  const alice = await world.client().join('alice')
  alice.core.submit('the last words')
  await bob.hears('the last words')
  alice.core.vanish()
  await world.until(() => bob.of('member-left').length === 1, 'bob hears that she left')
  assert.equal(alice.state, 'ended')
  await world.client().join('alice')
})
