import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '@chat-room/protocol'
import { sha256 } from './transfers-rig/bytes.ts'
import type { TransferClient } from './transfers-rig/client.ts'
import { EVERYONE, send, TransferWorld } from './transfers-rig/world.ts'

const SEGMENT = LIMITS.segmentBytes

test('who comes back as another member goes on with what was for everyone, and is told what ended', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob] = [await world.join('ann'), await world.join('bob')]
  const bytes = await send(ann, 'all.bin', 60 * SEGMENT)
  await send(ann, 'you.bin', 60 * SEGMENT, bob.target)
  await send(bob, 'own.bin', 60 * SEGMENT)
  await bob.until(() => bob.transfers.list().filter(({ done }) => done > 5 * SEGMENT).length === 3)
  await bob.transfers.suspend()
  const rob = await world.join('rob', {}, bob)
  await rob.until(() => rob.of('file-ended').length === 2)
  const ended = rob.transfers.list().filter(({ state }) => state === 'ended')
  assert.deepEqual(ended.map(({ name }) => name).sort(), ['own.bin', 'you.bin'])
  for (const { reason } of rob.of('file-ended')) assert.match(reason, /let go of your place/)
  await rob.untilEvent('file-resumed')
  assert.equal((await rob.untilEvent('file-received')).sha256, sha256(bytes))
})

test('what was saved by another version, or is damaged, is left out', async () => {
  await using world = await TransferWorld.open()
  const ann = await world.join('ann')
  const file = {
    transfer: 'x',
    key: 'y',
    name: 'n',
    mime: '',
    size: 1,
    segmentSize: SEGMENT,
    epoch: 1,
    journal: 'j',
  }
  const download = { ...file, member: 'm', alias: 'bob', to: 'all' }
  const member = ann.member
  for (const saved of [
    undefined,
    null,
    7,
    'text',
    [],
    {},
    { uploads: [file], downloads: [] },
    { member, senders: {}, uploads: 7, downloads: [] },
    { member, senders: { m: null }, uploads: [null, 1, file], downloads: [download, {}] },
    { member, senders: { m: { signingKey: '!', sealingKey: '' } }, uploads: [], downloads: [download] },
  ]) {
    ann.transfers.restore(saved)
  }
  assert.deepEqual(ann.transfers.list(), [])
})

for (const step of ['announced', 'made'] as const) {
  test(`M14 a receiver killed when its buffer is ${step} leaves none behind`, async () => {
    await using world = await TransferWorld.open()
    const [ann, first] = [await world.join('ann'), await world.join('bob')]
    const killed = Promise.withResolvers<TransferClient>()
    first.disk.beginning = now => {
      if (now !== step) return undefined
      first.disk.beginning = () => undefined
      killed.resolve(first.kill())
      return new Promise(() => undefined)
    }
    const bytes = await send(ann, 'a.bin', 1)
    const bob = await killed.promise
    assert.equal((await bob.untilEvent('file-received')).sha256, sha256(bytes))
    await bob.transfers.settled()
    const left = bob.disk.sinks.filter(sink => sink?.state === 'kept' || sink?.state === 'open')
    assert.deepEqual(left, [])
  })
}

test('nothing is written into a buffer that a later process would not know', async () => {
  await using world = await TransferWorld.open()
  const known = Promise.withResolvers<void>()
  let saves = 0
  const ann = await world.join('ann')
  const bob = await world.join('bob', {
    saved: () => {
      saves += 1
      // The first is that of the announcement, the second that of the buffer itself.
      return saves === 2 ? known.promise : Promise.resolve()
    },
  })
  await send(ann, 'a.bin', 2 * SEGMENT)
  await world.time.until(() => world.downloaded > 2 * SEGMENT)
  await world.time.pass(1_000)
  assert.equal(saves, 2)
  assert.equal(bob.disk.sinks[0]?.written, false)
  known.resolve()
  await bob.untilEvent('file-received')
})

test('what lies on the disk already goes on before what does not, and so no folder is split', async () => {
  await using world = await TransferWorld.open()
  const [ann, first] = [await world.join('ann'), await world.join('bob', { accept: 'ask' })]
  for (let n = 1; n <= 8; n += 1) await send(ann, `${n}.bin`, 8 * SEGMENT)
  await first.until(() => first.of('file-offered').length === 8)
  first.slowness = 20
  for (const number of [5, 6, 7, 8]) first.transfers.control('accept', number)
  await first.until(() => first.transfers.list().filter(({ done }) => done > 0).length === 4)
  for (const number of [1, 2, 3, 4]) first.transfers.control('accept', number)
  await world.time.until(() => JSON.parse(first.device.saved ?? '').downloads.length === 8)
  const began: number[] = []
  first.disk.beginning = step => {
    if (step === 'announced') began.push(first.disk.sinks.filter(sink => sink?.state === 'kept').length)
  }
  const bob = first.kill({ accept: 'ask' })
  await bob.until(() => bob.of('file-received').length === 8)
  assert.deepEqual(began, [0, 0, 0, 0], 'no buffer was left to be gone on with when another was begun')
  assert.equal(bob.of('file-resumed').length, 4)
})

test('an offer that waits for a decision waits on in the next process, which is not told of it again', async () => {
  await using world = await TransferWorld.open()
  const first = await world.join('ann')
  const bytes = await send(first, 'before.bin', 3 * SEGMENT)
  await first.untilEvent('file-sent')
  const [old, bob] = [
    await world.join('bob', { accept: 'ask' }),
    await world.join('cyd', { accept: 'ask', isToldOnce: true }),
  ]
  await send(first, 'now.bin', SEGMENT)
  await bob.until(() => bob.of('file-offered').length === 2)
  const saved = (client: TransferClient) => JSON.parse(client.device.saved ?? '').downloads.length
  await world.time.until(() => saved(bob) === 2)
  assert.equal(saved(old), 0, 'whoever reads the log again keeps none of them')
  const again = bob.kill()
  assert.deepEqual(
    again.transfers.list().map(({ number, name, state }) => [number, name, state]),
    [
      [1, 'before.bin', 'offered'],
      [2, 'now.bin', 'offered'],
    ],
  )
  again.transfers.control('accept', 1)
  assert.equal((await again.untilEvent('file-received')).sha256, sha256(bytes))
})

test('P77: an upload whose journal was lost with the power goes on under a fresh key', async () => {
  await using world = await TransferWorld.open()
  const ann = await world.join('ann')
  const bytes = await send(ann, 'a.bin', 40 * SEGMENT)
  await ann.untilDone(5 * SEGMENT)
  const [before] = ann.transfers.list()
  const again = ann.kill()
  again.device.memory.journals.clear()
  again.transfers.send('a.bin', EVERYONE)
  await again.untilEvent('file-sent')
  const sent = again.transfers.list().find(({ state }) => state === 'done')
  assert.notEqual(sent?.transfer, before?.transfer)
  const bob = await world.join('bob')
  const offered = bob.transfers.list().find(({ transfer }) => transfer === sent?.transfer)
  bob.transfers.control('accept', offered?.number ?? 0)
  assert.equal((await bob.untilEvent('file-received')).sha256, sha256(bytes))
})
