import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { MemoryWorld, SETTINGS } from './support/memory-world.ts'

async function two() {
  const world = await MemoryWorld.create()
  const alice = await world.client().join('alice')
  const bob = await world.client().join('bob')
  await world.until(() => alice.of('member-joined').length === 1, 'alice sees bob')
  return { world, alice, bob }
}

suite('flow 5: what is told as undelivered', () => {
  test('not a DM that was shown, however soon after it its reader leaves', async () => {
    const { world, alice, bob } = await two()
    alice.core.submit(':Dm bob')
    alice.core.submit('seen')
    await bob.hears('seen')
    bob.core.submit(':Exit')
    await world.until(() => alice.of('member-left').length === 1, 'bob is gone')
    await world.until(() => bob.state === 'left', 'bob has left')
    alice.core.submit(':Dm All')
    alice.core.submit('after it')
    await world.until(() => alice.of('sent').length === 2, 'alice hears of what came after it')
    assert.deepEqual(alice.of('undelivered'), [])
  })

  test('not a receipt, which nobody typed', async () => {
    const { world, alice, bob } = await two()
    alice.core.submit(':Dm bob')
    alice.core.submit('seen')
    await bob.hears('seen')
    alice.kill()
    await world.until(() => bob.of('member-away').length === 1, 'alice is away')
    // The receipt goes to the mailbox of one who never comes back.
    const { clock } = world
    const facts = (type: string) => world.seen.filter(text => text.includes(`"type":"${type}"`)).length
    await world.until(() => facts('accepted') === 2, 'the server has a receipt')
    const end = clock.now() + SETTINGS.awayGrace + 1
    while (clock.now() < end) clock.advance(end - clock.now())
    await world.tick()
    await world.until(() => bob.of('member-left').length === 1, 'alice is gone')
    await world.until(() => facts('undelivered') === 1, 'the server tells')
    bob.core.submit('after it')
    await world.until(() => bob.of('sent').length === 1, 'bob hears of what came after it')
    assert.deepEqual(bob.of('undelivered'), [])
  })
})
