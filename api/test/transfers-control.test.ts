import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { LIMITS } from '@chat-room/protocol'
import { sha256 } from './transfers-rig/bytes.ts'
import type { TransferClient } from './transfers-rig/client.ts'
import { send, TransferWorld } from './transfers-rig/world.ts'

const SEGMENT = LIMITS.segmentBytes

const view = (client: TransferClient) => client.transfers.list()[0]

suite('every control that cannot be done says why', () => {
  const CONTROLS = ['accept', 'decline', 'cancel', 'pause', 'continue'] as const
  type Answers = Readonly<Partial<Record<(typeof CONTROLS)[number], RegExp>>>

  function refuses(client: TransferClient, answers: Answers): void {
    for (const control of CONTROLS) {
      const expected = answers[control]
      if (expected) assert.match(client.transfers.control(control, 1) ?? 'it was done', expected, control)
    }
  }

  test('of a file that is not there', async () => {
    await using world = await TransferWorld.open()
    const none = /no file 1/
    refuses(await world.join('ann'), {
      accept: none,
      decline: none,
      cancel: none,
      pause: none,
      continue: none,
    })
  })

  test('of an own file', async () => {
    await using world = await TransferWorld.open()
    const [ann] = [await world.join('ann'), await world.join('bob')]
    await send(ann, 'a.bin', 40 * SEGMENT)
    await ann.untilDone(SEGMENT)
    refuses(ann, { accept: /own/, decline: /own.*:Cancel/, continue: /not paused/ })
    assert.equal(ann.transfers.control('pause', 1), undefined)
    refuses(ann, { pause: /paused already/ })
    assert.equal(ann.transfers.control('continue', 1), undefined)
    await ann.untilEvent('file-sent')
    refuses(ann, { pause: /server has all/, continue: /not paused/ })
    assert.equal(ann.transfers.control('cancel', 1), undefined)
    refuses(ann, { cancel: /over/, pause: /over/, continue: /over/ })
  })

  test('of an offered file, one that is fetched, one that is here, and one that ended', async () => {
    await using world = await TransferWorld.open()
    const [ann, bob, cyd] = [
      await world.join('ann'),
      await world.join('bob', { accept: 'ask' }),
      await world.join('cyd', { accept: 'ask' }),
    ]
    await send(ann, 'a.bin', 40 * SEGMENT)
    await bob.untilEvent('file-offered')
    refuses(bob, { pause: /not accepted/, continue: /not accepted/ })
    assert.equal(bob.transfers.control('accept', 1), undefined)
    refuses(bob, { accept: /accepted already/, continue: /not paused/ })
    await bob.untilEvent('file-received')
    const here = /arrived already/
    refuses(bob, { accept: here, decline: here, cancel: here, pause: here, continue: here })
    await cyd.untilEvent('file-offered')
    assert.equal(cyd.transfers.control('decline', 1), undefined)
    const over = /over/
    refuses(cyd, { accept: over, decline: over, cancel: over, pause: over, continue: over })
  })
})

test('a file that is being fetched may be declined, and its sender hears of it', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob] = [await world.join('ann'), await world.join('bob')]
  await send(ann, 'a.bin', 60 * SEGMENT)
  await bob.untilDone(SEGMENT)
  assert.equal(bob.transfers.control('decline', 1), undefined)
  assert.equal((await ann.untilEvent('file-declined')).by, 'bob')
  assert.deepEqual(view(ann)?.declined, ['bob'])
  await world.time.until(() => bob.disk.sinks[0]?.state === 'discarded')
})

test('the sender sees who has a file and who does not want it, each once', async () => {
  await using world = await TransferWorld.open()
  const ann = await world.join('ann')
  const [bob, cyd, dan] = [
    await world.join('bob'),
    await world.join('cyd'),
    await world.join('dan', { accept: 'none' }),
  ]
  await send(ann, 'a.bin', 3 * SEGMENT)
  for (const client of [bob, cyd]) await client.untilEvent('file-received')
  await dan.untilEvent('file-ended')
  await ann.until(() => ann.of('file-delivered').length + ann.of('file-declined').length === 3)
  assert.deepEqual([[...(view(ann)?.has ?? [])].sort(), view(ann)?.declined], [['bob', 'cyd'], ['dan']])
  ann.line?.drop()
  await world.time.until(() => ann.lines === 2 && ann.line?.heard === 5)
  assert.equal(ann.of('file-delivered').length + ann.of('file-declined').length, 3)
})

test('a receiver that waits for the sender is told for whom, once, and no more when it moves', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob] = [await world.join('ann'), await world.join('bob')]
  const bytes = await send(ann, 'a.bin', 60 * SEGMENT)
  await bob.untilDone(3 * SEGMENT)
  ann.transfers.offline()
  assert.equal((await bob.untilEvent('file-waiting')).for, 'sender')
  assert.equal(view(bob)?.waitsFor, 'sender')
  // It asks again after a while, and is told the same.
  const heard = bob.line?.heard ?? 0
  await world.time.until(() => (bob.line?.heard ?? 0) >= heard + 2)
  assert.equal(bob.of('file-waiting').length, 1)
  ann.transfers.online()
  await bob.untilDone(20 * SEGMENT)
  assert.equal(view(bob)?.waitsFor, undefined)
  assert.equal((await bob.untilEvent('file-received')).sha256, sha256(bytes))
})

test('while a window waits for a slower receiver, the sender and the faster one are told so', async () => {
  await using world = await TransferWorld.open({ quota: 20 * 1024 * 1024 })
  const [ann, bob, slow] = [await world.join('ann'), await world.join('bob'), await world.join('slow')]
  slow.slowness = 2_000
  await send(ann, 'a.bin', 100 * SEGMENT)
  assert.equal((await ann.untilEvent('file-waiting')).for, 'slower-receivers')
  assert.equal(view(ann)?.state, 'waiting')
  assert.equal(view(ann)?.waitsFor, 'slower-receivers')
  assert.equal((await bob.untilEvent('file-waiting')).for, 'slower-receivers')
  slow.slowness = 100
  await Promise.all([bob.untilEvent('file-received'), slow.untilEvent('file-received')])
  assert.equal(view(ann)?.waitsFor, undefined)
})

test('speed and time left are told while it moves, and fall by time alone when it stops', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob] = [await world.join('ann'), await world.join('bob')]
  await send(ann, 'a.bin', 100 * SEGMENT)
  await bob.until(() => (bob.of('file-progress').at(-1)?.speed ?? 0) > 0)
  const moving = view(bob)
  assert.ok((moving?.speed ?? 0) > 0 && (moving?.remaining ?? 0) > 0)
  ann.transfers.control('pause', 1)
  await world.time.until(() => view(bob)?.speed === 0)
  assert.equal(view(bob)?.remaining, undefined)
})

test('a paused receiver holds no more than its window, and a paused sender stops after what is sealed', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob] = [await world.join('ann'), await world.join('bob')]
  await send(ann, 'a.bin', 200 * SEGMENT)
  await bob.untilDone(2 * SEGMENT)
  bob.transfers.control('pause', 1)
  const before = world.downloaded
  ann.transfers.control('pause', 1)
  const sent = world.uploaded
  await world.time.pass(10_000)
  assert.ok(world.downloaded - before <= (LIMITS.windowSegments + 1) * (SEGMENT + 100))
  assert.ok(world.uploaded - sent <= 12 * (SEGMENT + 100), `${world.uploaded - sent} bytes after the pause`)
})
