import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '../../test/support/virtual-clock.ts'
import { LocalStateKeeper } from './local-state.ts'
import type { Slot } from './ports.ts'

async function keeping() {
  const clock = new VirtualClock()
  let writes = 0
  const slot: Slot = {
    read: async () => undefined,
    write: async () => {
      writes += 1
    },
    clear: async () => undefined,
    release: async () => undefined,
  }
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt'])
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
  const keeper = new LocalStateKeeper(slot, key, 'slot', random, clock, error => {
    throw error
  })
  keeper.keep(() => ({ version: 1, identity: '', secret: '', outbox: [], transfers: undefined }))
  await keeper.written()
  return { clock, keeper, writes: () => writes }
}

test('what changes in passing, in a burst, is written once, a moment later', async () => {
  const { clock, keeper, writes } = await keeping()
  for (let n = 0; n < 1_000; n += 1) {
    keeper.changedInPassing()
    await undefined
  }
  assert.equal(writes(), 1, 'nothing but what was there before')
  clock.pass(200)
  await keeper.written()
  assert.equal(writes(), 2)
})

test('what must not wait is written at once, and again right after that', async () => {
  const { keeper, writes } = await keeping()
  const { promise: twice, resolve } = Promise.withResolvers<void>()
  keeper.changed()
  keeper.changed()
  keeper.changed()
  const look = () => (writes() === 3 ? resolve() : setImmediate(look))
  look()
  await twice
})

test('what somebody waits for is written at once, with all that changed before it', async () => {
  const { clock, keeper, writes } = await keeping()
  keeper.changedInPassing()
  await keeper.written()
  assert.equal(writes(), 2)
  await keeper.written()
  assert.equal(writes(), 2, 'nothing has changed since')
  clock.pass(1_000)
  await keeper.written()
  assert.equal(writes(), 2)
})

test('after it is let go of nothing is written, and no timer is left', async () => {
  const { clock, keeper, writes } = await keeping()
  keeper.changed()
  await keeper.release()
  assert.equal(writes(), 2)
  keeper.changed()
  assert.equal(clock.waiting, false)
  assert.equal(writes(), 2)
})
