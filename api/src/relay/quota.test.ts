import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '@chat-room/protocol'
import {
  type Client,
  FakeFile,
  openRig,
  type Rig,
  SEGMENT,
  settled,
  upload,
  WINDOW,
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

test('a transfer is charged its bytes, and at least what its record costs', async () => {
  const rig = await openRig({ quota: 1024 * MIB })
  provide(rig, new FakeFile(1))
  assert.equal(rig.relay.usage().bytesCharged, MINIMUM_CHARGE)
  provide(rig, new FakeFile(100 * SEGMENT))
  assert.equal(rig.relay.usage().bytesCharged, MINIMUM_CHARGE + 100 * SEGMENT + 1024)
})

test('one transfer holds at most a quarter of the quota: a larger one slides', async () => {
  const rig = await openRig({ quota: QUOTA })
  provide(rig, new FakeFile(QUARTER + 1))
  assert.equal(rig.relay.usage().bytesCharged, WINDOW * SEGMENT)
  provide(rig, new FakeFile(QUARTER))
  assert.equal(rig.relay.usage().bytesCharged, WINDOW * SEGMENT + QUOTA / 4)
})

test('a window that is more than a quarter never fits', async () => {
  const rig = await openRig({ quota: 32 * MIB })
  assert.equal(refusal(provide(rig, new FakeFile(100 * MIB, MIB))), 'too-large')
})

test('one address holds at most half of the quota, whoever its members are', async () => {
  const rig = await openRig({ quota: QUOTA })
  for (let file = 0; file < 2; file++)
    assert.equal(refusal(provide(rig, new FakeFile(QUARTER), 'a')), undefined)
  assert.equal(refusal(provide(rig, new FakeFile(3 * MIB), 'a')), 'quota-full')
  assert.equal(refusal(provide(rig, new FakeFile(3 * MIB), 'b')), undefined)
})

test('every transfer has its window or is refused: quota-full', async () => {
  const rig = await openRig({ quota: QUOTA })
  for (let file = 0; file < 3; file++) provide(rig, new FakeFile(QUARTER))
  provide(rig, new FakeFile(QUARTER - 2 * MIB))
  for (const charged of [QUOTA - MIB, QUOTA]) {
    assert.equal(
      refusal(provide(rig, new FakeFile(10 * MIB))),
      undefined,
      'the whole does not fit, its window does',
    )
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
  const receiver = rig.join()
  receiver.say({ type: 'received', transfer: had.transfer })
  receiver.say(read.want(0, 1))
  await settled()
  const ended = () => senders.map(({ peer }) => peer.of('ended').map(({ reason }) => reason))

  const newer = [new FakeFile(QUARTER), new FakeFile(QUARTER), new FakeFile(QUARTER)]
  provide(rig, newer[0] as FakeFile)
  assert.deepEqual(ended(), [[], [], [], ['evicted']], 'fully received')
  receiver.say(oldest.want(0, 1))
  await settled()
  provide(rig, newer[1] as FakeFile)
  assert.deepEqual(ended(), [[], ['evicted'], [], ['evicted']], 'the only one that idles')
  assert.equal(refusal(provide(rig, newer[2] as FakeFile)), 'quota-full')
})

test('a sender may announce again what was evicted', async () => {
  const rig = await openRig({ quota: QUOTA })
  const file = new FakeFile(QUARTER)
  const sender = await upload(rig, file)
  rig.join().say({ type: 'received', transfer: file.transfer })
  for (let other = 0; other < 4; other++) provide(rig, new FakeFile(QUARTER))
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
  for (const at of [0, 1, 3]) senders[at]?.say((files[at] as FakeFile).provide())
  rig.pass(ACTIVE_MS)
  provide(rig, new FakeFile(QUARTER))
  assert.deepEqual(
    senders.map(({ peer }) => peer.of('ended').length),
    [0, 0, 1, 0],
  )
})
