import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '@chat-room/protocol'
import {
  answerWants,
  type Client,
  FakeFile,
  openRig,
  type Rig,
  SEGMENT,
  settled,
  upload,
  WINDOW,
  wanted,
} from '../../test/relay-rig.ts'
import { MemorySegmentStore } from '../store/segments/memory-segment-store.ts'
import { MINIMUM_CHARGE } from './quota.ts'
import { ACTIVE_MS } from './transfer.ts'

const MIB = 1024 * 1024
const QUOTA = 64 * MIB
/** A file that is charged a quarter of it. */
const QUARTER = QUOTA / 4 - LIMITS.trailerBytes

const refusal = ({ peer }: Client) => peer.of('refused')[0]?.code

function provide(rig: Rig, file: FakeFile, address?: string): Client {
  const client = rig.join(address === undefined ? {} : { address })
  client.say(file.provide())
  return client
}

/** As `upload`, by a client that is there. */
async function uploadBy(client: Client, file: FakeFile): Promise<Client> {
  answerWants(client, file)
  client.say(file.provide())
  await settled()
  return client
}

test('a transfer is charged its bytes, and at least what its record costs', async () => {
  const rig = await openRig({ quota: 1024 * MIB })
  await upload(rig, new FakeFile(1))
  assert.equal(rig.relay.usage().bytesCharged, MINIMUM_CHARGE)
  await upload(rig, new FakeFile(100 * SEGMENT))
  assert.equal(rig.relay.usage().bytesCharged, MINIMUM_CHARGE + 100 * SEGMENT + 1024)
})

test('what is announced costs a window; more is charged as it comes', async () => {
  const rig = await openRig({ quota: QUOTA })
  const file = new FakeFile(QUARTER)
  const sender = provide(rig, file)
  assert.equal(rig.relay.usage().bytesCharged, WINDOW * SEGMENT)
  for (let index = 0; index < 8; index++) sender.frame(file.frame(index))
  await settled()
  assert.equal(rig.relay.usage().bytesCharged, (WINDOW + 8) * SEGMENT)
})

test('one transfer holds at most a quarter of the quota: a larger one slides', async () => {
  const rig = await openRig({ quota: QUOTA })
  const file = new FakeFile(2 * QUARTER)
  const sender = await upload(rig, file)
  assert.equal(rig.relay.usage().bytesCharged, QUOTA / 4)
  assert.equal(wanted(sender.peer, file).length, QUOTA / 4 / SEGMENT)
})

test('a window that is more than a quarter never fits', async () => {
  const rig = await openRig({ quota: 12 * MIB })
  assert.equal(refusal(provide(rig, new FakeFile(100 * MIB, MIB))), 'too-large')
})

test('one address holds at most half of the quota, whoever its members are', async () => {
  const rig = await openRig({ quota: QUOTA })
  for (let file = 0; file < 2; file++)
    assert.equal(refusal(await uploadBy(rig.join({ address: 'a' }), new FakeFile(QUARTER))), undefined)
  assert.equal(refusal(provide(rig, new FakeFile(3 * MIB), 'a')), 'quota-full')
  assert.equal(refusal(provide(rig, new FakeFile(3 * MIB), 'b')), undefined)
})

test('P79: whose half is full gives up what all who are here have of it, and takes from nobody else', async () => {
  const rig = await openRig({ quota: QUOTA })
  const [had, lacking, foreign] = [new FakeFile(QUARTER), new FakeFile(QUARTER), new FakeFile(QUARTER)]
  const own = rig.join({ address: 'a' })
  const other = rig.join({ address: 'b' })
  await uploadBy(own, had)
  await uploadBy(own, lacking)
  await uploadBy(other, foreign)
  const evicted = () =>
    [own, other].map(({ peer }) =>
      peer
        .of('ended')
        .filter(({ reason }) => reason === 'evicted')
        .map(({ transfer }) => transfer),
    )
  const another = rig.join({ address: 'a' })
  for (const client of [own, another]) client.say({ type: 'received', transfer: foreign.transfer })
  rig.pass(ACTIVE_MS)
  another.say(new FakeFile(MIB).provide())
  assert.equal(refusal(another), 'quota-full')
  assert.deepEqual(evicted(), [[], []])

  for (const client of [other, another]) client.say({ type: 'received', transfer: had.transfer })
  another.peer.messages.length = 0
  another.say(new FakeFile(MIB).provide())
  assert.equal(refusal(another), undefined)
  assert.deepEqual(evicted(), [[had.transfer], []])
})

test('every transfer has its window or is refused: quota-full', async () => {
  const rig = await openRig({ quota: QUOTA })
  for (let file = 0; file < 3; file++) await upload(rig, new FakeFile(QUARTER))
  await upload(rig, new FakeFile(QUARTER - 2 * MIB))
  for (const charged of [QUOTA - MIB, QUOTA]) {
    const sender = provide(rig, new FakeFile(10 * MIB))
    assert.equal(refusal(sender), undefined, 'the whole does not fit, its window does')
    assert.equal(rig.relay.usage().bytesCharged, charged)
  }
  assert.equal(refusal(provide(rig, new FakeFile(10 * MIB))), 'quota-full')
  assert.equal(rig.relay.usage().bytesCharged, QUOTA)
})

test('evicted first: fully received, then the oldest idle; what moves stays', async () => {
  const rig = await openRig({ quota: QUOTA })
  const files = Array.from({ length: 4 }, () => new FakeFile(QUARTER))
  const senders: Client[] = []
  for (const file of files) {
    senders.push(await upload(rig, file))
    rig.pass(ACTIVE_MS)
  }
  const [oldest, , read, had] = files as [FakeFile, FakeFile, FakeFile, FakeFile]
  for (const sender of senders.slice(0, 3)) sender.say({ type: 'received', transfer: had.transfer })
  const receiver = rig.join()
  receiver.say({ type: 'received', transfer: had.transfer })
  receiver.say(read.want(0, 1))
  await settled()
  const evicted = () => senders.map(({ peer }) => peer.of('ended').some(({ reason }) => reason === 'evicted'))

  const newer = [new FakeFile(QUARTER), new FakeFile(QUARTER), new FakeFile(QUARTER)]
  await uploadBy(receiver, newer[0] as FakeFile)
  assert.deepEqual(evicted(), [false, false, false, true], 'fully received')
  receiver.say(oldest.want(0, 1))
  await settled()
  await uploadBy(rig.join(), newer[1] as FakeFile)
  assert.deepEqual(evicted(), [false, true, false, true], 'the only one that idles')
  assert.equal(refusal(provide(rig, newer[2] as FakeFile)), 'quota-full')
})

test('a sender may announce again what was evicted', async () => {
  const rig = await openRig({ quota: QUOTA })
  const file = new FakeFile(QUARTER)
  const sender = await upload(rig, file)
  for (let other = 0; other < 4; other++) {
    const client = rig.join()
    client.say({ type: 'received', transfer: file.transfer })
    await uploadBy(client, new FakeFile(QUARTER))
  }
  assert.equal(sender.peer.of('ended')[0]?.reason, 'evicted')
  rig.pass(ACTIVE_MS)
  sender.peer.messages.length = 0
  sender.say(file.provide())
  assert.deepEqual(sender.peer.of('providing')[0]?.held, [])
})

test('an index has 32 bits: a file with more segments is too large', async () => {
  const rig = await openRig({ quota: 2 ** 52 })
  const sender = rig.join()
  sender.say(new FakeFile(2 ** 48).provide())
  assert.equal(sender.peer.of('refused')[0]?.code, 'too-large')
  sender.say(new FakeFile(2 ** 48 - SEGMENT).provide())
  assert.equal(sender.peer.of('providing').length, 1)
})

test('a restored transfer that no longer fits the quota is deleted', async () => {
  const store = new MemorySegmentStore()
  const before = await openRig({ store })
  await upload(before, new FakeFile(100 * SEGMENT))
  const rig = await openRig({ store, quota: 4 * 100 * SEGMENT })
  assert.equal(rig.relay.usage().transfers, 0)
  await settled()
  assert.deepEqual(await store.restore(), [])
})

test('the oldest idle is what moved longest ago, not what was announced first', async () => {
  const rig = await openRig({ quota: QUOTA })
  const senders: Client[] = []
  const files = Array.from({ length: 4 }, () => new FakeFile(QUARTER))
  for (const file of files) senders.push(await upload(rig, file))
  rig.pass(1)
  const receiver = rig.join()
  for (const at of [0, 1, 3]) receiver.say((files[at] as FakeFile).want(0, 1))
  await settled()
  rig.pass(ACTIVE_MS)
  await upload(rig, new FakeFile(QUARTER))
  assert.deepEqual(
    senders.map(({ peer }) => peer.of('ended').length),
    [0, 0, 1, 0],
  )
})

test('words hold nothing: announcing and wanting again and again, an idle reservation gives way', async () => {
  const rig = await openRig({ quota: QUOTA })
  const squatted = Array.from({ length: 64 }, () => new FakeFile(QUARTER))
  const squatters = squatted.map((file, at) => provide(rig, file, `address ${at % 2}`))
  const accomplice = rig.join()
  const newcomer = new FakeFile(2 * MIB)
  assert.equal(refusal(provide(rig, newcomer)), 'quota-full')
  for (let round = 0; round < 3; round++) {
    rig.pass(ACTIVE_MS / 3)
    for (const [at, file] of squatted.entries()) {
      squatters[at]?.say(file.provide())
      accomplice.say(file.want())
    }
  }
  const sender = await upload(rig, newcomer)
  assert.equal(refusal(sender), undefined)
  assert.equal(wanted(sender.peer, newcomer).length, newcomer.units, 'all of it, not a window')
  assert.equal(squatters.filter(({ peer }) => peer.of('ended').length > 0).length, 3)
})

test('P79 words alone destroy nothing: who announces and sends nothing evicts a few idle files at most', async () => {
  const rig = await openRig({ quota: QUOTA })
  const files = Array.from({ length: 32 }, () => new FakeFile(2 * MIB - LIMITS.trailerBytes))
  const senders: Client[] = []
  for (const file of files) senders.push(await upload(rig, file))
  rig.pass(ACTIVE_MS)
  const lost = () => senders.filter(({ peer }) => peer.of('ended').length > 0).length
  const squatter = rig.join()
  const announce = () => squatter.say(new FakeFile(2 * MIB - LIMITS.trailerBytes).provide())
  for (let count = 0; count < 100; count++) announce()
  assert.equal(lost(), 4, 'eight windows of 1 MiB each')
  assert.equal(squatter.peer.of('refused').length, 92)
  // Its own empty hands are what gives way from then on, also to others.
  rig.pass(ACTIVE_MS)
  for (let count = 0; count < 100; count++) announce()
  rig.pass(ACTIVE_MS)
  assert.equal(refusal(await upload(rig, new FakeFile(4 * MIB))), undefined)
  assert.equal(lost(), 4)
})

test('P79 a file that its receiver declined before anything came does not count as empty hands', async () => {
  const rig = await openRig({ quota: QUOTA })
  const [sender, receiver] = [rig.join(), rig.join()]
  for (let count = 0; count < 8; count++) {
    const file = new FakeFile(MIB)
    sender.say(file.provide(receiver.member))
    receiver.say({ type: 'decline', transfer: file.transfer })
  }
  const old = Array.from({ length: 4 }, () => new FakeFile(QUARTER - MIB))
  for (const file of old) await upload(rig, file)
  rig.pass(ACTIVE_MS)
  sender.say(new FakeFile(QUARTER).provide())
  assert.equal(refusal(sender), undefined)
})

test('P79 a paused want keeps nothing that all have', async () => {
  const rig = await openRig({ quota: QUOTA })
  const files = Array.from({ length: 4 }, () => new FakeFile(QUARTER))
  const senders: Client[] = []
  for (const file of files) senders.push(await upload(rig, file))
  for (const sender of senders) sender.leave()
  const receiver = rig.join()
  const { transfer } = files[2] as FakeFile
  receiver.say({ type: 'received', transfer })
  receiver.say((files[2] as FakeFile).want(0, 0))
  rig.pass(1)
  const newcomer = rig.join()
  newcomer.say({ type: 'received', transfer })
  assert.equal(refusal(await uploadBy(newcomer, new FakeFile(QUARTER))), undefined)
  assert.equal(receiver.peer.of('ended').at(-1)?.reason, 'evicted')
})

test('one member says received, others are here and have not: what idles is evicted before it', async () => {
  const rig = await openRig({ quota: QUOTA })
  const files = Array.from({ length: 4 }, () => new FakeFile(QUARTER))
  const senders: Client[] = []
  for (const file of files) {
    senders.push(await upload(rig, file))
    rig.pass(ACTIVE_MS)
  }
  const { transfer } = files[3] as FakeFile
  const ended = () => senders.map(({ peer }) => peer.of('ended').length)
  rig.join().say({ type: 'received', transfer })
  await upload(rig, new FakeFile(QUARTER))
  assert.deepEqual(ended(), [1, 0, 0, 0])
})

test('a file that grew until the quota was full goes on as a window: every receiver gets every byte', async () => {
  const rig = await openRig({ quota: QUOTA })
  for (let other = 0; other < 3; other++) await upload(rig, new FakeFile(QUARTER))
  await upload(rig, new FakeFile(QUARTER / 2))
  const file = new FakeFile(QUARTER)
  const sender = await upload(rig, file)
  const reached = wanted(sender.peer, file).length
  assert.ok(reached > 2 * WINDOW && reached < file.units, `${reached} segments were wanted`)
  const [late, later] = [rig.join(), rig.join()]
  late.say(file.want())
  await settled()
  assert.equal(late.peer.frames.filter(frame => file.owns(frame)).length, file.units)
  later.say(file.want())
  await settled()
  assert.deepEqual(later.peer.indices, late.peer.indices, 'what was given up comes from the sender again')
  assert.ok(rig.relay.usage().bytesCharged <= QUOTA)
})

test('a restarted relay charges what is held and a window; the sender goes on', async () => {
  const store = new MemorySegmentStore()
  const before = await openRig({ store, quota: QUOTA })
  const file = new FakeFile(QUARTER)
  const sender = provide(before, file)
  for (let index = 0; index < WINDOW; index++) sender.frame(file.frame(index))
  await settled()
  const rig = await openRig({ store, quota: QUOTA })
  assert.equal(rig.relay.usage().bytesCharged, 2 * WINDOW * SEGMENT)
  const again = rig.join({ member: sender.member })
  answerWants(again, file)
  again.say(file.provide())
  await settled()
  assert.equal(wanted(again.peer, file).length, file.units - WINDOW)
  assert.equal(rig.relay.usage().bytesCharged, QUOTA / 4)
})
