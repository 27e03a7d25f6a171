import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { CLOSE, LIMITS, type Offer } from '@chat-room/protocol'
import { encodeBase64Url } from '../client/src/bytes.ts'
import { random } from './transfers-rig/bytes.ts'
import type { TransferClient } from './transfers-rig/client.ts'
import { EVERYONE, send, TransferWorld } from './transfers-rig/world.ts'

const SEGMENT = LIMITS.segmentBytes

/** Four files of one member that everybody fetches and nobody gets. */
async function stall(eve: TransferClient): Promise<void> {
  for (let n = 1; n <= 4; n += 1) await send(eve, `e${n}.bin`, 40 * SEGMENT)
  await eve.until(() => eve.transfers.list().filter(({ done }) => done > 0).length === 4)
  for (let n = 1; n <= 4; n += 1) assert.equal(eve.transfers.control('pause', n), undefined)
}

const of = (client: TransferClient, sender: string) =>
  client.transfers.list().filter(view => view.with === sender)

test('files that do not move leave their places to others, wait for their sender, and go on when that does', async () => {
  await using world = await TransferWorld.open()
  const [eve, ann] = [await world.join('eve'), await world.join('ann', { accept: 'ask' })]
  const bob = await world.join('bob')
  await stall(eve)
  for (let n = 1; n <= 4; n += 1) await send(ann, `a${n}.bin`, 2 * SEGMENT)
  await bob.until(() => bob.of('file-received').length === 4)
  await bob.until(() => of(bob, 'eve').every(({ waitsFor }) => waitsFor === 'sender'))
  assert.ok(of(bob, 'eve').every(({ state }) => state === 'waiting'))
  const numbers = of(eve, 'all').map(({ number }) => number)
  for (const number of numbers) assert.equal(eve.transfers.control('continue', number), undefined)
  await bob.until(() => bob.of('file-received').length === 8)
})

test('nobody’s files have more than half of the places while somebody else’s wait', async () => {
  await using world = await TransferWorld.open()
  const [eve, ann] = [await world.join('eve', { accept: 'ask' }), await world.join('ann', { accept: 'ask' })]
  const bob = await world.join('bob')
  const running = (sender: string) => of(bob, sender).filter(({ state }) => state === 'running')
  for (let n = 1; n <= 4; n += 1) await send(eve, `e${n}.bin`, 60 * SEGMENT)
  await bob.until(() => running('eve').length === 4)
  for (let n = 1; n <= 3; n += 1) await send(ann, `a${n}.bin`, 60 * SEGMENT)
  await bob.until(() => running('ann').length === 2)
  assert.ok(running('eve').length <= 2)
  await bob.until(() => bob.of('file-received').length === 7)
})

test('one member with thousands of offers leaves room for what others offer', async () => {
  await using world = await TransferWorld.open()
  const [eve, ann] = [await world.join('eve'), await world.join('ann', { accept: 'ask' })]
  const bob = await world.join('bob')
  await stall(eve)
  const facts = { kind: 'offer', key: encodeBase64Url(random(32)), size: 1, segmentSize: SEGMENT } as const
  for (let n = 0; n < 2_000; n += 1) {
    const offer: Offer = { ...facts, transfer: encodeBase64Url(random(16)), name: 'x', mime: '' }
    bob.hear(offer, eve, EVERYONE, false)
  }
  assert.equal(bob.transfers.list().length, 1_000, 'a quarter')
  assert.equal(bob.of('error').length, 1, 'said once')
  await send(ann, 'a.bin', 2 * SEGMENT)
  await bob.until(() => bob.of('file-received').some(({ name }) => name === 'a.bin'))
})

suite('a last word is said until the relay has answered it', () => {
  /** Whoever accepts after `how` gets nothing of what was taken back. */
  async function takenBack(how: (ann: TransferClient, world: TransferWorld) => Promise<void>): Promise<void> {
    await using world = await TransferWorld.open()
    const [ann, bob] = [await world.join('ann'), await world.join('bob', { accept: 'ask' })]
    await send(ann, 'a.bin', 10 * SEGMENT)
    await ann.untilEvent('file-sent')
    await bob.untilEvent('file-offered')
    await how(ann, world)
    await world.time.until(() => world.relay.usage().transfers === 0)
    assert.equal(bob.transfers.control('accept', 1), undefined)
    await bob.untilEvent('file-ended')
    assert.equal(bob.of('file-received').length, 0)
  }

  test('by the next process, if the line was down', () =>
    takenBack(async (ann, world) => {
      ann.line?.drop()
      ann.transfers.offline()
      assert.equal(ann.transfers.control('cancel', 1), undefined)
      // So that it is kept: what is said to nobody else may wait a moment.
      await world.time.pass(50)
      await ann.transfers.suspend()
      ann.kill()
    }))

  test('at the next connection, if the line died with it', () =>
    takenBack(async ann => {
      assert.equal(ann.transfers.control('cancel', 1), undefined)
      ann.line?.drop()
    }))

  test('and the sender of a DM hears who has it', async () => {
    await using world = await TransferWorld.open()
    const [ann, bob] = [await world.join('ann'), await world.join('bob')]
    await send(ann, 'a.bin', 3 * SEGMENT, bob.target)
    await bob.untilEvent('file-received')
    bob.line?.drop()
    await ann.untilEvent('file-delivered')
  })
})

test('when the server lets no files move any more, nobody waits for them, and it is told once', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob] = [await world.join('ann'), await world.join('bob')]
  await send(ann, 'a.bin', 60 * SEGMENT)
  await bob.untilDone(SEGMENT)
  for (const client of [ann, bob]) client.line?.close('replaced')
  await Promise.all([ann.untilEvent('error'), bob.untilEvent('error')])
  await Promise.all([ann.transfers.settled(), bob.transfers.settled()])
  assert.equal(ann.transfers.list()[0]?.state, 'interrupted')
  assert.equal(bob.transfers.list()[0]?.state, 'paused')
  for (const client of [ann, bob]) {
    const told = client.of('error').map(({ message }) => message)
    assert.deepEqual(told, [`files do not move any more: ${CLOSE.replaced.reason}`])
    assert.match(client.transfers.control('continue', 1) ?? '', /do not move/)
    client.transfers.offline()
    client.transfers.online()
    assert.equal(client.transfers.control('continue', 1), undefined)
  }
  await bob.untilEvent('file-received')
})
