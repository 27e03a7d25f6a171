import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '@chat-room/protocol'
import {
  answerWants,
  type Client,
  FakeFile,
  openRig,
  SEGMENT,
  settled,
  upload,
  wanted,
} from '../../test/relay-rig.ts'
import { MemorySegmentStore } from '../store/segments/memory-segment-store.ts'
import type { StoredTransfer } from './ports.ts'
import { MINIMUM_CHARGE, PLACES } from './quota.ts'
import { ACTIVE_MS } from './transfer.ts'

/** How often a method of the store was called since. */
function countCalls(stored: StoredTransfer, name: 'indices' | 'lengthOf'): () => number {
  let calls = 0
  const method: (index: number) => unknown = stored[name].bind(stored)
  Object.assign(stored, {
    [name]: (index: number) => {
      calls++
      return method(index)
    },
  })
  return () => calls
}

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
  const looks = countCalls(stored, 'indices')
  const receiver = rig.join()
  const sender = rig.join({ member: earlier.member })
  answerWants(sender, file)
  sender.say(file.provide())
  receiver.say(file.want())
  await settled()
  assert.equal(receiver.peer.indices.length, file.units)
  assert.ok(stored.count <= 200)
  // For what lies outside the window.
  assert.equal(looks(), 1)
})

test('P63: a sender that asks what is held again and again makes nobody look at all of it', async () => {
  const store = new MemorySegmentStore()
  const rig = await openRig({ store })
  const file = new FakeFile(100 * SEGMENT)
  const sender = await upload(rig, file)
  const [stored] = await store.restore()
  assert.ok(stored)
  stored.drop(50)
  stored.indices = () => assert.fail('all that is held was looked at')
  for (let time = 0; time < 50; time++) sender.say(file.provide())
  assert.deepEqual(sender.peer.of('providing').at(-1)?.held, [
    [0, 50],
    [51, 50],
  ])
})

test('P67: what a receiver says costs no more because it said much before', async () => {
  const store = new MemorySegmentStore()
  const rig = await openRig({ store, quota: 2 ** 34 })
  const files = Array.from({ length: 1_000 }, () => new FakeFile(SEGMENT))
  const [sender, receiver] = [rig.join(), rig.join()]
  for (const file of files) {
    sender.say(file.provide())
    receiver.say(file.want())
  }
  const looks = (await store.restore()).map(stored => countCalls(stored, 'lengthOf'))
  receiver.say(files[0]?.want() as ReturnType<FakeFile['want']>)
  const sum = looks.reduce((sum, count) => sum + count(), 0)
  assert.ok(sum <= 3 * LIMITS.openRuns, `${sum} looks`)
})

test('P67: of more open runs than there may be, the one opened or served longest ago is closed, and may be opened again', async () => {
  const rig = await openRig({ quota: 2 ** 34 })
  const files = Array.from({ length: LIMITS.openRuns + 1 }, () => new FakeFile(SEGMENT))
  const [sender, receiver] = [rig.join(), rig.join()]
  for (const file of files) sender.say(file.provide())
  for (const file of files) receiver.say(file.want())
  const [first, ...rest] = files as [FakeFile, ...FakeFile[]]
  const send = async (file: FakeFile) => {
    for (let index = 0; index < file.units; index++) assert.equal(sender.frame(file.frame(index)), undefined)
    await settled()
  }
  for (const file of files) await send(file)
  const got = (file: FakeFile) => receiver.peer.frames.filter(frame => file.owns(frame)).length
  assert.equal(got(first), 0)
  for (const file of rest) assert.equal(got(file), file.units)
  receiver.say(first.want())
  await settled()
  assert.equal(got(first), first.units)
})

test('P72: a receiver that moves to and fro makes the window begin anew once a second', async () => {
  const store = new MemorySegmentStore()
  const rig = await openRig({ store, quota: 4 * 50 * SEGMENT })
  const file = new FakeFile(200 * SEGMENT)
  const sender = await upload(rig, file)
  const [stored] = await store.restore()
  assert.ok(stored)
  const looks = countCalls(stored, 'indices')
  const receiver = rig.join()
  for (let time = 0; time < 100; time++) {
    receiver.say(file.want(time % 2 === 0 ? 120 : 0, 1))
    await settled()
  }
  assert.ok(looks() <= 4, `looked ${looks()} times`)
  assert.ok(sender.peer.of('paced').length <= 4, 'P74: nor does its sender hear of it each time')
  receiver.peer.frames.length = 0
  receiver.say(file.want(7, 2))
  await settled()
  rig.pass(1_000)
  await settled()
  assert.deepEqual(receiver.peer.indices, [7, 8], 'it waits, and gets what it wants')
  assert.ok(wanted(sender.peer, file).filter(index => index === 7).length > 1, 'it had been given up')
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
