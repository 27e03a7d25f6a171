import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryWorld } from '../../test/support/memory-world.ts'

test('a reconnection that waits is tried at once when asked, and only then', async () => {
  const world = await MemoryWorld.create()
  const alice = await world.client().join('alice')
  const attempts = () => alice.of('connection').filter(({ state }) => state === 'connecting').length
  alice.core.retryNow()
  assert.equal(attempts(), 1, 'it is connected')
  alice.pair?.drop()
  await world.until(() => alice.of('connection').at(-1)?.state === 'offline', 'it is lost')
  const before = world.clock.now()
  alice.core.retryNow()
  alice.core.retryNow()
  assert.equal(attempts(), 2)
  assert.equal(world.clock.now(), before, 'no time passed')
  await world.until(() => alice.of('connection').at(-1)?.state === 'online', 'it is back')
})
