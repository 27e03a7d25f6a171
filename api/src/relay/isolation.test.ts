import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  answerWants,
  type Client,
  FakeFile,
  openRig,
  SEGMENT,
  settled,
  upload,
} from '../../test/relay-rig.ts'
import { MemorySegmentStore } from '../store/segments/memory-segment-store.ts'
import { MINIMUM_CHARGE, PLACES } from './quota.ts'
import { ACTIVE_MS } from './transfer.ts'

const refusals = ({ peer }: Client) => peer.of('refused').map(({ code }) => code)

test('P79: an announcement that evicts one of many looks at that one', async () => {
  const store = new MemorySegmentStore()
  const rig = await openRig({ store, quota: 200 * MINIMUM_CHARGE })
  for (let file = 0; file < 200; file++) await upload(rig, new FakeFile(1))
  assert.equal(rig.relay.usage().bytesCharged, 200 * MINIMUM_CHARGE)
  const looked = new Set<unknown>()
  for (const stored of await store.restore()) {
    const { outcomes } = stored
    Object.defineProperty(stored, 'outcomes', {
      get() {
        looked.add(stored)
        return outcomes
      },
    })
    Object.defineProperty(stored, 'count', {
      get() {
        looked.add(stored)
        return 2
      },
    })
  }
  rig.pass(ACTIVE_MS)
  await upload(rig, new FakeFile(1))
  assert.equal(rig.relay.usage().transfers, 200)
  assert.ok(looked.size <= 1, `${looked.size} were looked at`)
})

test('P79: the quota bounds how many transfers there are, and how many are of one address', async () => {
  const rig = await openRig({ quota: 2 ** 40 })
  const half = PLACES / 2
  const announce = (client: Client, count: number): Client => {
    for (let file = 0; file < count; file++) client.say(new FakeFile(1).provide())
    return client
  }
  assert.deepEqual(refusals(announce(rig.join({ address: 'a' }), half)), [])
  assert.deepEqual(refusals(announce(rig.join({ address: 'a' }), 1)), ['quota-full'])
  assert.deepEqual(refusals(announce(rig.join({ address: 'b' }), half)), [])
  const newcomer = announce(rig.join({ address: 'c' }), 1)
  assert.deepEqual(refusals(newcomer), ['quota-full'], 'all of them moved a moment ago')
  rig.pass(ACTIVE_MS)
  newcomer.say(new FakeFile(1).provide())
  assert.equal(newcomer.peer.of('providing').length, 1)
  assert.equal(rig.relay.usage().transfers, PLACES)
})

test('P72: a window that slides over a file asks the store what it holds once', async () => {
  const store = new MemorySegmentStore()
  const file = new FakeFile(300 * SEGMENT)
  // All of it is held, in a store that has no room for all any more.
  const before = await openRig({ store })
  const earlier = await upload(before, file)
  const [stored] = await store.restore()
  for (let index = 200; index < file.units; index++) stored?.drop(index)
  const rig = await openRig({ store, quota: 4 * 200 * SEGMENT })
  assert.ok(stored)
  const indices = stored.indices.bind(stored)
  let asked = 0
  stored.indices = () => {
    asked++
    return indices()
  }
  const receiver = rig.join()
  const sender = rig.join({ member: earlier.member })
  answerWants(sender, file)
  sender.say(file.provide())
  receiver.say(file.want())
  await settled()
  assert.equal(receiver.peer.indices.length, file.units)
  assert.ok(stored.count <= 200)
  // For `providing`, and for what lies outside the window.
  assert.equal(asked, 2)
})

test('a clock that was ahead once lets nothing live longer', async () => {
  const store = new MemorySegmentStore()
  const before = await openRig({ store, ttl: 60_000 })
  before.now += 1_000_000
  await upload(before, new FakeFile(1))
  const rig = await openRig({ store, ttl: 60_000 })
  await upload(rig, new FakeFile(1))
  rig.pass(60_000)
  assert.equal(rig.relay.usage().transfers, 0)
})
