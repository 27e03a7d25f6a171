import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceMemory } from '@chat-room/client'
import { MemoryDevice } from './support/memory-device.ts'
import { MemoryWorld } from './support/memory-world.ts'
import { withSlots } from './support/with-slots.ts'

/** A disk that deletes when it is told to. */
const clearing = (memory: DeviceMemory, when: Promise<void>): DeviceMemory =>
  withSlots(memory, slot => ({
    async clear() {
      await when
      await slot.clear()
    },
  }))

test('M8: nobody has left before nothing is left on the device, however soon the server lets go', async () => {
  for (const end of ['waits', 'stops'] as const) {
    const world = await MemoryWorld.create()
    const device = new MemoryDevice()
    const bob = await world.client().join('bob')
    const deleted = Promise.withResolvers<void>()
    const alice = await world
      .client(device, { memory: clearing(device.memory(), deleted.promise) })
      .join('alice')
    alice.core.submit(':Exit')
    await world.until(() => bob.of('member-left').length === 1, 'alice is gone')
    await world.until(() => alice.pair?.open === false, 'and so is her connection')
    assert.equal(alice.of('left').length, 0)
    const stopped = end === 'stops' ? alice.core.stop() : undefined
    deleted.resolve()
    await stopped
    if (stopped === undefined) await world.until(() => alice.state === 'left', 'alice has left')
    assert.equal(device.slots.size, 0, end)
  }
})
