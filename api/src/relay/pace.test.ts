import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  answerWants,
  FakeFile,
  HeldStore,
  openRig,
  SEGMENT,
  settled,
  upload,
  WINDOW,
  wanted,
} from '../../test/relay-rig.ts'
import { MemorySegmentStore } from '../store/segments/memory-segment-store.ts'
import { ACTIVE_MS } from './transfer.ts'

const MIB = 1024 * 1024

/** A quota whose quarter is one window: every larger file slides. */
const TIGHT = 4 * WINDOW * SEGMENT

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

test('a receiver that reads nothing slows nobody, and holds its window in memory and no more', async () => {
  const rig = await openRig()
  const file = new FakeFile(200 * SEGMENT)
  const [stuck, fast] = [rig.join(), rig.join()]
  stuck.peer.stuck = true
  const sender = rig.join()
  answerWants(sender, file)
  stuck.say(file.want())
  sender.say(file.provide())
  stuck.say(file.want())
  fast.say(file.want())
  await settled()
  assert.deepEqual(fast.peer.indices, upTo(file.units))
  assert.ok(stuck.session.inFlight <= MIB + SEGMENT, `${stuck.session.inFlight} bytes in flight`)
  assert.ok(rig.relay.usage().bytesInMemory <= 9 * MIB + SEGMENT)
  stuck.peer.stuck = false
  stuck.peer.take()
  await settled()
  assert.deepEqual(stuck.peer.indices, upTo(file.units))
})

test('many receivers share a budget: each has less in flight, and none nothing', async () => {
  const rig = await openRig()
  const file = new FakeFile(100 * SEGMENT)
  await upload(rig, file)
  const receivers = upTo(100).map(() => rig.join())
  for (const receiver of receivers) {
    receiver.peer.stuck = true
    receiver.say(file.want())
  }
  await settled()
  const inFlight = receivers.map(({ session }) => session.inFlight)
  assert.ok(Math.min(...inFlight) > 0)
  assert.ok(inFlight.reduce((sum, bytes) => sum + bytes) <= 24 * MIB + 100 * (SEGMENT + 21))
})

test('transfers of one receiver take turns', async () => {
  const rig = await openRig()
  const files = [new FakeFile(4 * SEGMENT), new FakeFile(4 * SEGMENT)]
  for (const file of files) await upload(rig, file)
  const receiver = rig.join()
  for (const file of files) receiver.say(file.want(0, 4))
  await settled()
  const [one, two] = files.map(file => receiver.peer.frames.map(frame => file.owns(frame)))
  assert.deepEqual(one, [true, false, true, false, true, false, true, false])
  assert.deepEqual(
    two,
    one?.map(mine => !mine),
  )
})

test('a slow disk slows the sender: what is wanted and what is being written stay within the window', async () => {
  const store = new HeldStore()
  store.held = []
  const rig = await openRig({ store })
  const file = new FakeFile(60 * SEGMENT)
  const sender = rig.join()
  answerWants(sender, file)
  sender.say(file.provide())
  await settled()
  assert.equal(store.held.length, WINDOW)
  assert.equal(wanted(sender.peer, file).length, WINDOW)
  store.write()
  await settled()
  assert.equal(wanted(sender.peer, file).length, 2 * WINDOW)
})

test('many senders and a slow disk: they are not read until it has caught up', async () => {
  const store = new HeldStore()
  store.held = []
  const rig = await openRig({ store, quota: 2 ** 34 })
  const senders = upTo(6).map(() => rig.join())
  for (const sender of senders)
    for (let count = 0; count < 4 && !sender.peer.paused; count++) {
      const file = new FakeFile(64 * MIB, MIB)
      sender.say(file.provide())
      for (const index of wanted(sender.peer, file)) if (!sender.peer.paused) sender.frame(file.frame(index))
    }
  assert.ok(rig.relay.usage().bytesInMemory <= 16 * MIB + senders.length * 2 * MIB)
  assert.deepEqual(
    senders.map(({ peer }) => peer.paused),
    Array(6).fill(true),
  )
  store.write()
  await settled()
  assert.deepEqual(
    senders.map(({ peer }) => peer.paused),
    Array(6).fill(false),
  )
})

test('no room for the whole file: a window slides, and every receiver gets every byte', async () => {
  const rig = await openRig({ quota: TIGHT })
  const file = new FakeFile(100 * SEGMENT + 7)
  const receivers = [rig.join(), rig.join()]
  const sender = rig.join()
  answerWants(sender, file)
  sender.say(file.provide())
  await settled()
  assert.equal(wanted(sender.peer, file).length, WINDOW, 'a window is filled for who comes')
  for (const receiver of receivers) receiver.say(file.want())
  await settled()
  for (const { peer } of receivers) {
    assert.deepEqual(peer.indices, upTo(file.units))
    assert.ok(peer.frames.every(frame => file.owns(frame)))
  }
  assert.equal(wanted(sender.peer, file).length, file.units)
  assert.equal(rig.relay.usage().bytesCharged, WINDOW * SEGMENT)
})

test('a sliding window waits for its slowest active receiver, and goes on without it when it stops', async () => {
  const rig = await openRig({ quota: TIGHT })
  const file = new FakeFile(100 * SEGMENT)
  const [slow, fast] = [rig.join(), rig.join()]
  const sender = rig.join()
  answerWants(sender, file)
  sender.say(file.provide())
  slow.peer.stuck = true
  for (const receiver of [slow, fast]) receiver.say(file.want())
  await settled()
  const reached = fast.peer.indices.length
  assert.ok(reached < file.units / 2, `the fast one got ${reached} already`)
  slow.peer.take(4)
  await settled()
  const further = fast.peer.indices.length
  assert.ok(further > reached && further < file.units, 'a little progress moves the window a little')
  rig.pass(ACTIVE_MS)
  await settled()
  assert.deepEqual(fast.peer.indices, upTo(file.units), 'who stopped paces nobody')

  slow.peer.stuck = false
  slow.peer.take()
  await settled()
  assert.deepEqual(slow.peer.indices, upTo(file.units), 'who comes back gets the rest from the sender again')
})

test('P72: words are no progress: who takes nothing paces nobody, however often it says what it wants', async () => {
  const rig = await openRig({ quota: TIGHT })
  const file = new FakeFile(100 * SEGMENT)
  const [stuck, fast] = [rig.join(), rig.join()]
  await upload(rig, file)
  stuck.peer.stuck = true
  for (const receiver of [stuck, fast]) receiver.say(file.want())
  await settled()
  assert.ok(fast.peer.indices.length < file.units)
  for (let second = 0; second < ACTIVE_MS / 1_000; second++) {
    stuck.say(file.want(0, file.units - (second % 2)))
    rig.pass(1_000)
    await settled()
  }
  assert.deepEqual(fast.peer.indices, upTo(file.units))
})

test('a receiver to whom the relay owes segments is not slow, however long the sender takes', async () => {
  const rig = await openRig({ quota: TIGHT })
  const file = new FakeFile(60 * SEGMENT)
  const [near, far] = [rig.join(), rig.join()]
  const sender = rig.join()
  sender.say(file.provide())
  near.say(file.want())
  for (const index of wanted(sender.peer, file).slice(0, 4)) sender.frame(file.frame(index))
  await settled()
  rig.pass(2 * ACTIVE_MS)
  far.say(file.want(40))
  await settled()
  for (const index of upTo(WINDOW).slice(4)) sender.frame(file.frame(index))
  await settled()
  assert.deepEqual(near.peer.indices, upTo(WINDOW))
  assert.ok(Math.max(...wanted(sender.peer, file)) < 40, 'the window is still at the slowest')
})

test('a window becomes the whole file when there is room', async () => {
  const rig = await openRig({ quota: 4 * 25 * SEGMENT })
  const others = upTo(3).map(() => new FakeFile(24 * SEGMENT))
  for (const file of others) await upload(rig, file)
  const file = new FakeFile(24 * SEGMENT + 1)
  const more = new FakeFile(24 * SEGMENT)
  await upload(rig, more)
  const sender = await upload(rig, file)
  assert.deepEqual(
    sender.peer.of('refused').map(({ code }) => code),
    ['quota-full'],
  )
  for (const other of others.slice(0, 1))
    rig.join().say({ type: 'withdraw', transfer: other.transfer, secret: other.secret })
  sender.say(file.provide())
  await settled()
  assert.equal(wanted(sender.peer, file).length, file.units)
})

test('P72: when there is room for the whole again, what was given up is wanted too', async () => {
  const quota = 4 * 200 * SEGMENT
  const rig = await openRig({ quota })
  const others = upTo(4).map(() => new FakeFile(190 * SEGMENT))
  for (const other of others) await upload(rig, other)
  const file = new FakeFile(100 * SEGMENT)
  const sender = await upload(rig, file)
  const receiver = rig.join()
  receiver.say(file.want(0, 60))
  await settled()
  const before = wanted(sender.peer, file).length
  const { transfer, secret } = others[0] as FakeFile
  rig.join().say({ type: 'withdraw', transfer, secret })
  rig.pass(1_000)
  await settled()
  const again = wanted(sender.peer, file).slice(before)
  assert.ok(again.includes(0), 'it was given up')
  assert.deepEqual(sender.peer.of('providing').at(-1)?.held, [[0, file.units]])
})

test('P72: what arrives for a window that moved on gives its place to the present one', async () => {
  const rig = await openRig({ quota: TIGHT })
  const file = new FakeFile(100 * SEGMENT)
  const [sender, receiver] = [rig.join(), rig.join()]
  sender.say(file.provide())
  receiver.say(file.want(0, WINDOW))
  for (const index of wanted(sender.peer, file)) sender.frame(file.frame(index))
  await settled()
  receiver.peer.stuck = true
  receiver.say(file.want(25, 1))
  for (let sent = WINDOW; sent < wanted(sender.peer, file).length; sent++) {
    sender.frame(file.frame(wanted(sender.peer, file)[sent] as number))
    await settled()
  }
  assert.equal(Math.max(...wanted(sender.peer, file)), 25 + WINDOW - 1)
})

test('a full disk is told to the sender, which may come again; receivers hear that it is unavailable', async () => {
  const store = new HeldStore()
  const rig = await openRig({ store })
  const file = new FakeFile(40 * SEGMENT)
  const [sender, receiver] = [rig.join(), rig.join()]
  sender.say(file.provide())
  receiver.say(file.want())
  sender.frame(file.frame(0))
  await settled()
  store.outcome = 'disk-full'
  for (const index of [1, 2, 3]) sender.frame(file.frame(index))
  await settled()
  assert.deepEqual(sender.peer.of('refused'), [
    { type: 'refused', what: 'provide', code: 'disk-full', transfer: file.transfer },
  ])
  assert.equal(receiver.peer.of('unavailable').length, 1)
  assert.equal(sender.frame(file.frame(4)), undefined, 'what was on its way is no violation')
  store.outcome = 'written'
  answerWants(sender, file)
  sender.say(file.provide())
  await settled()
  assert.deepEqual(new Set(receiver.peer.indices), new Set(upTo(file.units)))
})

test('an error of the disk is reported, and the relay lives on', async () => {
  const store = new HeldStore()
  const errors: unknown[] = []
  const rig = await openRig({ store, onError: error => errors.push(error) })
  const file = new FakeFile(40 * SEGMENT)
  const sender = rig.join()
  sender.say(file.provide())
  store.outcome = new Error('the disk is on fire')
  sender.frame(file.frame(0))
  await settled()
  assert.deepEqual(errors, [store.outcome])
  assert.equal(sender.peer.of('refused')[0]?.code, 'disk-full')
})

test('a held segment that cannot be read is wanted from its sender again', async () => {
  const store = new MemorySegmentStore()
  const before = await openRig({ store })
  const file = new FakeFile(3 * SEGMENT)
  const sender = await upload(before, file)
  const [stored] = await store.restore()
  assert.ok(stored)
  const read = stored.read.bind(stored)
  stored.read = async (index, into) => index !== 1 && (await read(index, into))

  const rig = await openRig({ store })
  const [one, two] = [rig.join(), rig.join()]
  for (const receiver of [one, two]) receiver.say(file.want())
  await settled()
  assert.deepEqual(one.peer.indices, [0])
  assert.deepEqual(one.peer.of('unavailable')[0]?.first, 1)
  const again = rig.join({ member: sender.member })
  answerWants(again, file)
  again.say(file.provide())
  await settled()
  assert.deepEqual(wanted(again.peer, file), [1])
  for (const { peer } of [one, two]) assert.deepEqual(peer.indices, [0, 1, 2, 3])
})

test('a segment that turns out unreadable is wanted at once from a sender that is here', async () => {
  const store = new MemorySegmentStore()
  const rig = await openRig({ store })
  // Larger than what stays in memory: its first segments are read from the store.
  const file = new FakeFile(10 * MIB)
  const sender = await upload(rig, file)
  const [stored] = await store.restore()
  assert.ok(stored)
  const read = stored.read.bind(stored)
  stored.read = async (index, into) => {
    stored.read = read
    return index !== 0 && read(index, into)
  }
  const receiver = rig.join()
  receiver.say(file.want())
  await settled()
  assert.deepEqual(wanted(sender.peer, file), [...upTo(file.units), 0])
  assert.deepEqual(receiver.peer.indices, upTo(file.units))
})
