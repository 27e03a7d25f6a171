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
  WINDOW,
  wanted,
} from '../../test/relay-rig.ts'
import { ACTIVE_MS } from './transfer.ts'

/** A quota whose quarter is one window: every larger file slides. */
const TIGHT = 4 * WINDOW * SEGMENT
/** Segments that move before it is said again. */
const BATCH = WINDOW / 4

const paced = ({ peer }: Client): number => peer.of('paced').length

test('P74: a sender hears that a full window waits, also when there is no receiver yet, and once', async () => {
  const rig = await openRig({ quota: TIGHT })
  const file = new FakeFile(100 * SEGMENT)
  const sender = rig.join()
  sender.say(file.provide())
  for (const index of wanted(sender.peer, file)) {
    assert.equal(paced(sender), 0)
    sender.frame(file.frame(index))
    await settled()
  }
  assert.deepEqual(sender.peer.messages.at(-1), { type: 'paced', transfer: file.transfer })
  sender.say(file.provide())
  for (let second = 0; second < 60; second++) rig.pass(1_000)
  assert.equal(paced(sender), 1)
})

test('P74: a receiver hears that it waits for a slower one, and neither hears it who is not held back', async () => {
  const rig = await openRig({ quota: TIGHT })
  const file = new FakeFile(100 * SEGMENT)
  const [slow, fast] = [rig.join(), rig.join()]
  const sender = await upload(rig, file)
  slow.peer.stuck = true
  for (const receiver of [slow, fast]) receiver.say(file.want())
  await settled()
  assert.deepEqual(fast.peer.of('paced'), [{ type: 'paced', transfer: file.transfer }])
  assert.equal(fast.peer.messages.at(-1)?.type, 'paced')
  assert.equal(sender.peer.messages.at(-1)?.type, 'paced')
  rig.pass(ACTIVE_MS)
  await settled()
  assert.equal(fast.peer.indices.length, file.units, 'who stopped paces nobody')
  assert.equal(paced(slow), 0)
})

test('P74: it is said again when a quarter of the window has moved, and not before', async () => {
  const rig = await openRig({ quota: TIGHT })
  const file = new FakeFile(100 * SEGMENT)
  const [slow, fast] = [rig.join(), rig.join()]
  const sender = await upload(rig, file)
  slow.peer.stuck = true
  for (const receiver of [slow, fast]) receiver.say(file.want())
  await settled()
  const before = { sender: paced(sender), fast: paced(fast), sent: wanted(sender.peer, file).length }
  const steps = 10 * BATCH
  for (let step = 1; step <= steps; step++) {
    slow.peer.take(1)
    await settled()
    fast.say(file.want())
    rig.pass(10)
  }
  assert.equal(wanted(sender.peer, file).length - before.sent, steps)
  assert.equal(paced(sender) - before.sender, steps / BATCH)
  assert.equal(paced(fast) - before.fast, steps / BATCH)
})

test('P74: whoever connects anew is told anew; a window that reaches the end keeps nobody waiting', async () => {
  const rig = await openRig({ quota: TIGHT })
  const file = new FakeFile(2 * WINDOW * SEGMENT)
  const [slow, fast] = [rig.join(), rig.join()]
  const sender = await upload(rig, file)
  slow.peer.stuck = true
  for (const receiver of [slow, fast]) receiver.say(file.want())
  await settled()
  sender.leave()
  assert.equal(fast.peer.messages.at(-1)?.type, 'unavailable', 'now it is the sender that lacks')
  const again = rig.join({ member: sender.member })
  answerWants(again, file)
  again.say(file.provide())
  await settled()
  assert.equal(paced(again), 1)
  again.peer.messages.length = 0
  slow.peer.stuck = false
  slow.peer.take()
  await settled()
  for (const { peer } of [slow, fast]) assert.equal(peer.indices.length, file.units)
  assert.notEqual(again.peer.messages.at(-1)?.type, 'paced')
})

test('P74: a sender is not told that it waits when nothing lacks in the window, which reaches the end', async () => {
  const rig = await openRig({ quota: TIGHT })
  const file = new FakeFile((WINDOW + BATCH - 1) * SEGMENT)
  const sender = await upload(rig, file)
  assert.equal(paced(sender), 1)
  const receiver = rig.join()
  receiver.say(file.want(0, WINDOW + BATCH))
  await settled()
  assert.equal(wanted(sender.peer, file).length, file.units)
  assert.equal(paced(sender), 1)
})

test('P74: while there is room for the whole nobody is paced, however slow', async () => {
  const rig = await openRig()
  const file = new FakeFile(100 * SEGMENT)
  const [slow, fast] = [rig.join(), rig.join()]
  const sender = await upload(rig, file)
  slow.peer.stuck = true
  for (const receiver of [slow, fast]) receiver.say(file.want())
  await settled()
  for (const client of [sender, slow, fast]) assert.equal(paced(client), 0)
})
