import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS, windowOf } from '@chat-room/protocol'
import {
  answerWants,
  type Client,
  FakeFile,
  HeldStore,
  openRig,
  type Rig,
  SEGMENT,
  settled,
  upload,
  WINDOW,
  wanted,
} from '../../test/relay-rig.ts'
import { MemorySegmentStore } from '../store/segments/memory-segment-store.ts'

const KIB = 1024
const SIZES = [64 * KIB, 256 * KIB, 1024 * KIB]
const UNITS = 40

/** Sends so many of what the relay wants; the rest is on its way when the connection ends. */
async function sendSome(client: Client, file: FakeFile, count: number): Promise<void> {
  let sent = 0
  for (let owed = wanted(client.peer, file); sent < count; owed = wanted(client.peer, file))
    for (; sent < Math.min(count, owed.length); sent++) {
      client.frame(file.frame(owed[sent] as number))
      await settled()
    }
}

const bytesOf = (file: FakeFile, indices: readonly number[]): number =>
  indices.reduce((sum, index) => sum + file.content(index).length, 0)

/** The member of `earlier` is back, and sends whatever is wanted of it. */
async function comeBack(rig: Rig, { member }: Client, file: FakeFile): Promise<Client> {
  const client = rig.join({ member })
  answerWants(client, file)
  client.say(file.provide())
  await settled()
  return client
}

for (const segmentSize of SIZES) {
  const file = () => new FakeFile((UNITS - 1) * segmentSize, segmentSize)
  const name = `segments of ${segmentSize / KIB} KiB`

  test(`P64: never more than 4 MiB are wanted at once, ${name}`, async () => {
    const rig = await openRig()
    const sent = file()
    const sender = rig.join()
    sender.say(sent.provide())
    assert.equal(wanted(sender.peer, sent).length, windowOf(segmentSize))
    assert.ok(bytesOf(sent, wanted(sender.peer, sent)) <= LIMITS.windowBytes)
  })

  test(`P76: a sender that was gone is asked for what lacks, ${name}`, async () => {
    const rig = await openRig()
    const sent = file()
    const sender = rig.join()
    sender.say(sent.provide())
    await sendSome(sender, sent, 21)
    const onItsWay = wanted(sender.peer, sent).slice(21)
    sender.leave()
    const again = await comeBack(rig, sender, sent)
    assert.deepEqual(again.peer.of('providing')[0]?.held, [[0, 21]])
    const twice = wanted(again.peer, sent).filter(index => wanted(sender.peer, sent).includes(index))
    assert.deepEqual(twice, onItsWay)
    assert.ok(bytesOf(sent, twice) <= LIMITS.windowBytes)
    assert.equal(wanted(again.peer, sent).length, sent.units - 21)
  })

  test(`P76: a relay that was killed wants what it had not noted, ${name}`, async () => {
    const store = new MemorySegmentStore()
    const before = await openRig({ store })
    const sent = file()
    const sender = before.join()
    sender.say(sent.provide())
    await sendSome(sender, sent, 21)
    const [stored] = await store.restore()
    for (const index of [17, 19, 20]) stored?.drop(index)
    const rig = await openRig({ store: new MemorySegmentStore(store) })
    const again = await comeBack(rig, sender, sent)
    const lost = [17, 19, 20]
    const later = Array.from({ length: sent.units - 21 }, (_, at) => 21 + at)
    assert.deepEqual(wanted(again.peer, sent), [...lost, ...later])
    const twice = wanted(again.peer, sent).filter(index => wanted(sender.peer, sent).includes(index))
    assert.ok(bytesOf(sent, twice) <= LIMITS.windowBytes + bytesOf(sent, lost))
  })

  test(`P76: a receiver that was gone fetches from its first gap on, and the sender sends nothing twice, ${name}`, async () => {
    const rig = await openRig()
    const sent = file()
    const sender = await upload(rig, sent)
    const receiver = rig.join()
    receiver.peer.stuck = true
    receiver.say(sent.want(0, 10))
    receiver.peer.take(5)
    await settled()
    receiver.leave()
    const got = receiver.peer.indices
    const again = rig.join({ member: receiver.member })
    again.say(sent.want(got.length))
    await settled()
    assert.deepEqual(
      [...got, ...again.peer.indices],
      Array.from({ length: sent.units }, (_, index) => index),
    )
    assert.equal(wanted(sender.peer, sent).length, sent.units)
  })
}

test('P76: what is on its way to the disk when the socket dies is not wanted again', async () => {
  const store = new HeldStore()
  store.held = []
  const rig = await openRig({ store })
  const file = new FakeFile(60 * SEGMENT)
  const sender = rig.join()
  sender.say(file.provide())
  for (const index of [0, 1, 2, 5]) sender.frame(file.frame(index))
  sender.leave()
  const again = await comeBack(rig, sender, file)
  assert.deepEqual(again.peer.of('providing')[0]?.held, [], 'it is not held yet')
  for (const index of [0, 1, 2, 5]) assert.ok(!wanted(again.peer, file).includes(index))
  const { held } = store
  store.held = undefined
  for (const write of held) write()
  await settled()
  assert.equal(wanted(again.peer, file).length, file.units - 4)
  assert.deepEqual(again.peer.of('providing').at(-1)?.held, [[0, file.units]])
})

test('P75: providing is said once more when the relay holds all of it, to its sender alone', async () => {
  const rig = await openRig()
  const file = new FakeFile(30 * SEGMENT)
  const receiver = rig.join()
  const sender = await upload(rig, file)
  receiver.say(file.want())
  await settled()
  const complete = { type: 'providing', transfer: file.transfer, held: [[0, file.units]] }
  assert.deepEqual(sender.peer.of('providing'), [{ ...complete, held: [] }, complete])
  assert.deepEqual(receiver.peer.of('providing'), [])
  const again = await comeBack(rig, sender, file)
  assert.deepEqual(again.peer.of('providing'), [complete], 'the answer says it already')
})

test('P75: it is said to the sender of this connection, when it is back before the last write ends', async () => {
  const store = new HeldStore()
  const rig = await openRig({ store })
  const file = new FakeFile(3 * SEGMENT)
  store.held = []
  const sender = await upload(rig, file)
  sender.leave()
  const again = await comeBack(rig, sender, file)
  assert.deepEqual(wanted(again.peer, file), [])
  store.write()
  await settled()
  assert.deepEqual(again.peer.of('providing').at(-1)?.held, [[0, file.units]])
  assert.equal(sender.peer.of('providing').length, 1)
})

test('P75: a DM that its receiver has before the relay wrote it ends, and nothing follows', async () => {
  const store = new HeldStore()
  const rig = await openRig({ store })
  const file = new FakeFile(3 * SEGMENT)
  const receiver = rig.join()
  store.held = []
  const sender = await upload(rig, file, receiver.member)
  receiver.say(file.want())
  await settled()
  assert.equal(receiver.peer.indices.length, file.units)
  receiver.say({ type: 'received', transfer: file.transfer })
  store.write()
  await settled()
  assert.equal(sender.peer.of('providing').length, 1)
  assert.deepEqual(sender.peer.messages.at(-1), {
    type: 'ended',
    transfer: file.transfer,
    reason: 'received',
  })
})

test('P63: runs beyond 1 024 are left out; what they hold is not wanted, and its end is told', async () => {
  const store = new MemorySegmentStore()
  const before = await openRig({ store })
  const file = new FakeFile(2 * (LIMITS.rangesPerFrame + 10) * SEGMENT)
  const sender = await upload(before, file)
  const [stored] = await store.restore()
  for (let index = 1; index < file.segments; index += 2) stored?.drop(index)
  const rig = await openRig({ store: new MemorySegmentStore(store) })
  const again = await comeBack(rig, sender, file)
  const [answer, complete] = again.peer.of('providing')
  assert.equal(answer?.held.length, LIMITS.rangesPerFrame)
  assert.equal(wanted(again.peer, file).length, file.segments / 2)
  assert.ok(wanted(again.peer, file).every(index => index % 2 === 1))
  assert.deepEqual(complete?.held, [[0, file.units]])
})

test('P78: a disk that is full for a while: told, nothing is lost, and it goes on when announced again', async () => {
  const store = new HeldStore()
  const rig = await openRig({ store })
  const file = new FakeFile(60 * SEGMENT)
  const [sender, receiver, other] = [rig.join(), rig.join(), rig.join()]
  sender.say(file.provide())
  receiver.say(file.want())
  await sendSome(sender, file, 20)
  store.outcome = 'disk-full'
  await sendSome(sender, file, 24)
  const refused = { type: 'refused', what: 'provide', code: 'disk-full', transfer: file.transfer }
  assert.deepEqual(sender.peer.of('refused'), [refused], 'once, however many writes fail')
  assert.equal(receiver.peer.of('unavailable').length, 1)
  other.say(file.want(0, 20))
  await settled()
  assert.equal(other.peer.indices.length, 20, 'what is held is served')

  sender.say(file.provide())
  sender.frame(file.frame(20))
  await settled()
  assert.deepEqual(sender.peer.of('refused'), [refused, refused], 'still full')
  assert.equal(rig.relay.usage().transfers, 1)

  store.outcome = 'written'
  sender.peer.messages.length = 0
  answerWants(sender, file)
  sender.say(file.provide())
  await settled()
  assert.deepEqual(sender.peer.of('providing')[0]?.held, [[0, 20]])
  assert.deepEqual(
    wanted(sender.peer, file),
    Array.from({ length: file.units - 20 }, (_, at) => 20 + at),
  )
  assert.equal(new Set(receiver.peer.indices).size, file.units)
})

test('P78: without room for a window a sender is refused, and announces again when there is', async () => {
  const rig = await openRig({ quota: 4 * WINDOW * SEGMENT })
  const others = Array.from({ length: 4 }, () => new FakeFile(100 * SEGMENT))
  for (const other of others) await upload(rig, other)
  const file = new FakeFile(100 * SEGMENT)
  const sender = rig.join()
  sender.say(file.provide())
  assert.deepEqual(
    sender.peer.of('refused').map(({ code }) => code),
    ['quota-full'],
  )
  const { transfer, secret } = others[0] as FakeFile
  rig.join().say({ type: 'withdraw', transfer, secret })
  sender.say(file.provide())
  assert.equal(wanted(sender.peer, file).length, WINDOW)
})
