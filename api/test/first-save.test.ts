import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceMemory } from '@chat-room/client'
import { MemoryDevice } from './support/memory-device.ts'
import { MemoryWorld } from './support/memory-world.ts'
import { withSlots } from './support/with-slots.ts'

/** A disk that takes its time. */
const slowly = (memory: DeviceMemory): DeviceMemory =>
  withSlots(memory, slot => ({
    async write(bytes) {
      for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve))
      await slot.write(bytes)
    },
  }))

test('M5: whoever was told that it joined comes back as the same member, however soon its process dies', async () => {
  const world = await MemoryWorld.create()
  const bob = await world.client().join('bob')
  const device = new MemoryDevice()
  const alice = world.client(device, { memory: slowly(device.memory()) })
  const saved: number[] = []
  alice.core.subscribe(event => {
    if (event.type === 'joined') saved.push(device.slots.size)
  })
  await alice.join('alice')
  assert.deepEqual(saved, [1])
  alice.kill()
  await world.client(device).join('alice')
  await world.until(() => bob.of('member-back').length === 1, 'alice is back')
  assert.equal(bob.of('member-left').length, 0)
})
