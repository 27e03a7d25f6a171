import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS, SEGMENT_HEADER_BYTES } from '@chat-room/protocol'
import { fileShape } from '../client/src/crypto/file-stream.ts'
import { noise, sha256 } from './transfers-rig/bytes.ts'
import { EVERYONE, send, TransferWorld } from './transfers-rig/world.ts'

const SEGMENT = LIMITS.segmentBytes
const WINDOW_BYTES = LIMITS.windowSegments * (SEGMENT + SEGMENT_HEADER_BYTES)

/** What `count` segments hold, full to the brim. */
const brimful = (count: number): number => count * (SEGMENT - 16) - 40

test('M9: a file reaches a receiver whole, and both are told', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob] = [await world.join('ann'), await world.join('bob')]
  const bytes = await send(ann, 'a.bin', 3 * SEGMENT + 17)
  await ann.transfers.settled()
  await bob.transfers.settled()
  assert.deepEqual(bob.of('file-received'), [
    {
      type: 'file-received',
      transfer: ann.transfers.list()[0]?.transfer,
      name: 'a.bin',
      path: '/a.bin',
      size: bytes.length,
      sha256: sha256(bytes),
    },
  ])
  await ann.untilEvent('file-delivered')
  assert.deepEqual(
    ann.events
      .map(event => ('to' in event ? `${event.type} ${event.to}` : event.type))
      .filter(e => e !== 'file-progress'),
    ['file-sent all', 'file-delivered bob'],
  )
  for (const { events } of [ann, bob]) {
    const last = events.filter(event => event.type === 'file-progress').at(-1)
    assert.equal(last?.received, bytes.length)
  }
  assert.equal(ann.disk.open, 0)
})

test('any size: empty, one byte, exactly n segments and one byte around', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob] = [await world.join('ann'), await world.join('bob')]
  const sizes = [0, 1, 4096, 4097, ...[1, 2, 5].flatMap(n => [-1, 0, 1].map(d => brimful(n) + d))]
  for (const size of sizes) await send(ann, `${size}.bin`, size)
  await ann.transfers.settled()
  await bob.transfers.settled()
  const received = bob.disk.finished.map(({ name, bytes }) => [name, sha256(bytes)]).sort()
  assert.deepEqual(received, sizes.map(size => [`${size}.bin`, sha256(noise(size))]).sort())
})

test('several receivers cost the sender one upload; a late one gets it after the sender left', async () => {
  await using world = await TransferWorld.open()
  const ann = await world.join('ann')
  const others = [await world.join('bob'), await world.join('cyd'), await world.join('dan')]
  const bytes = await send(ann, 'a.bin', 20 * SEGMENT)
  for (const other of others) await other.untilEvent('file-received')
  await ann.transfers.settled()
  const { ciphertextSize, segmentCount } = fileShape(bytes.length)
  assert.ok(
    world.uploaded <= ciphertextSize + (segmentCount + 1) * SEGMENT_HEADER_BYTES + LIMITS.trailerBytes,
  )
  await ann.transfers.close()

  const eve = await world.join('eve')
  assert.equal(eve.of('file-offered')[0]?.history, true)
  await eve.transfers.settled()
  assert.deepEqual(eve.disk.sinks, [], 'what was offered before is not fetched by itself')
  assert.equal(eve.transfers.control('accept', 1), undefined)
  await eve.transfers.settled()
  assert.equal(eve.of('file-received')[0]?.sha256, sha256(bytes))
})

test('M11: a file for one member is offered to that one, and goes when it is received', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob, cyd] = [await world.join('ann'), await world.join('bob'), await world.join('cyd')]
  await send(ann, 'a.bin', 2 * SEGMENT, bob.target)
  await bob.untilEvent('file-received')
  await ann.untilEvent('file-delivered')
  await ann.transfers.settled()
  assert.equal(ann.of('file-sent')[0]?.to, 'bob')
  assert.equal(ann.of('file-ended').length, 0)
  assert.equal(ann.transfers.list()[0]?.state, 'done')
  assert.deepEqual(cyd.events, [])
})

test('a sender that cancels takes the file back from everybody', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob] = [await world.join('ann'), await world.join('bob')]
  await send(ann, 'a.bin', 60 * SEGMENT)
  await bob.untilDone(SEGMENT)
  assert.equal(ann.transfers.control('cancel', 1), undefined)
  assert.equal((await bob.untilEvent('file-ended')).reason, 'withdrawn')
  await Promise.all([ann.transfers.settled(), bob.transfers.settled()])
  assert.equal(world.relay.usage().transfers, 0)
  await bob.transfers.close()
  assert.equal(bob.disk.sinks[0]?.state, 'discarded')
  assert.equal(ann.disk.open, 0)
  assert.match(ann.transfers.control('cancel', 1) ?? '', /\w/)
})

test('a receiver that cancels leaves the others alone', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob, cyd] = [await world.join('ann'), await world.join('bob'), await world.join('cyd')]
  await send(ann, 'a.bin', 40 * SEGMENT)
  await bob.untilDone(SEGMENT)
  assert.equal(bob.transfers.control('cancel', 1), undefined)
  await cyd.untilEvent('file-received')
  await bob.transfers.close()
  assert.equal(bob.disk.sinks[0]?.state, 'discarded')
  assert.equal(bob.of('file-ended')[0]?.reason, 'cancelled')
})

test('a declined file is not fetched, and a sender to one member hears of it', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob] = [await world.join('ann'), await world.join('bob', { accept: 'ask' })]
  await send(ann, 'a.bin', 2 * SEGMENT, bob.target)
  await bob.untilEvent('file-offered')
  assert.equal(bob.transfers.list()[0]?.state, 'offered')
  await bob.transfers.settled()
  assert.equal(bob.transfers.control('decline', 1), undefined)
  assert.equal((await ann.untilEvent('file-ended')).reason, 'declined')
  assert.deepEqual(bob.disk.sinks, [])
  assert.match(bob.transfers.control('accept', 1) ?? '', /\w/)
})

test('who accepts nothing declines by itself', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob] = [await world.join('ann'), await world.join('bob', { accept: 'none' })]
  await send(ann, 'a.bin', 2 * SEGMENT, bob.target)
  assert.equal((await ann.untilEvent('file-ended')).reason, 'declined')
  assert.deepEqual(bob.disk.sinks, [])
})

for (const who of ['sender', 'receiver', 'server'] as const) {
  test(`the ${who}'s connection breaks half-way, thrice: the transfer goes on and little is sent twice`, async () => {
    await using world = await TransferWorld.open()
    const [ann, bob] = [await world.join('ann'), await world.join('bob')]
    const bytes = await send(ann, 'a.bin', 60 * SEGMENT)
    for (const part of [5, 20, 40]) {
      await bob.untilDone(part * SEGMENT)
      if (who === 'sender') ann.line?.drop()
      else if (who === 'receiver') bob.line?.drop()
      else await world.restart()
    }
    const received = await bob.untilEvent('file-received')
    assert.equal(received.sha256, sha256(bytes))
    await ann.transfers.settled()
    const { ciphertextSize } = fileShape(bytes.length)
    assert.ok(
      world.uploaded <= ciphertextSize + 4 * WINDOW_BYTES,
      `${world.uploaded} of ${ciphertextSize} bytes sent`,
    )
  })
}

test('who has a file is told once, however often the sender comes back', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob] = [await world.join('ann'), await world.join('bob')]
  await send(ann, 'a.bin', SEGMENT)
  await ann.untilEvent('file-delivered')
  await ann.transfers.settled()
  const { line } = ann
  line?.drop()
  // The relay answers a return with all that it knows, in one turn.
  await world.time.until(() => ann.line !== line && ann.line?.heard === 3)
  assert.equal(ann.of('file-delivered').length, 1)
  assert.equal(ann.of('file-sent').length, 1)
  assert.equal(bob.of('file-received').length, 1)
})

test('a receiver waits for a sender that is away, and goes on when it is back', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob] = [await world.join('ann'), await world.join('bob')]
  const bytes = await send(ann, 'a.bin', 60 * SEGMENT)
  await bob.untilDone(3 * SEGMENT)
  ann.transfers.offline()
  await world.time.until(() => bob.transfers.list()[0]?.state === 'waiting')
  assert.equal(ann.transfers.list()[0]?.state, 'waiting')
  ann.transfers.online()
  assert.equal((await bob.untilEvent('file-received')).sha256, sha256(bytes))
})

test('paused on either side nothing moves; continued it ends well', async () => {
  for (const side of ['sender', 'receiver'] as const) {
    await using world = await TransferWorld.open()
    const [ann, bob] = [await world.join('ann'), await world.join('bob')]
    const bytes = await send(ann, 'a.bin', 80 * SEGMENT)
    const { transfers } = side === 'sender' ? ann : bob
    await bob.untilDone(2 * SEGMENT)
    assert.equal(transfers.control('pause', 1), undefined)
    assert.match(transfers.control('pause', 1) ?? '', /\w/)
    await transfers.settled()
    assert.equal(transfers.list()[0]?.state, 'paused')
    assert.equal(bob.of('file-received').length, 0)
    assert.equal(transfers.control('continue', 1), undefined)
    assert.equal((await bob.untilEvent('file-received')).sha256, sha256(bytes))
  }
})

test('a file that changes while it is sent is withdrawn, and nobody finishes it', async () => {
  const changes: Readonly<Record<string, (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>>> = {
    content: bytes => noise(bytes.length, 99),
    'nothing but its time': bytes => bytes,
    shorter: bytes => bytes.slice(0, -SEGMENT),
  }
  for (const [what, change] of Object.entries(changes)) {
    await using world = await TransferWorld.open()
    const [ann, bob] = [await world.join('ann'), await world.join('bob')]
    const bytes = await send(ann, 'a.bin', 60 * SEGMENT)
    await bob.untilDone(2 * SEGMENT)
    ann.disk.put('a.bin', change(bytes))
    const error = await ann.untilEvent('error')
    assert.match(error.message, /^a\.bin: the file (changed|can no longer be read).*withdrawn$/, what)
    assert.equal((await bob.untilEvent('file-ended')).reason, 'withdrawn')
    assert.equal(bob.disk.finished.length, 0)
    await ann.transfers.settled()
  }
})

test('a relay without room refuses in plain words, and nobody is offered the file', async () => {
  await using world = await TransferWorld.open({ quota: 16 * 1024 * 1024 })
  const [ann, bob] = [await world.join('ann'), await world.join('bob', { accept: 'ask' })]
  for (let n = 0; n < 3; n += 1) await send(ann, `${n}.bin`, 12 * SEGMENT)
  const error = await ann.untilEvent('error')
  assert.equal(error.code, 'quota-full')
  assert.match(error.message, /bin: the server has no room for this file now/)
  assert.equal((await ann.untilEvent('file-ended')).reason, 'quota-full')
  await ann.transfers.settled()
  assert.equal(bob.of('file-offered').length, 2)
})

test('a file larger than the store gets through its window, and the sender is done when it did', async () => {
  await using world = await TransferWorld.open({ quota: 16 * 1024 * 1024 })
  const [ann, bob] = [await world.join('ann'), await world.join('bob')]
  const bytes = await send(ann, 'a.bin', 70 * SEGMENT)
  assert.equal((await bob.untilEvent('file-received')).sha256, sha256(bytes))
  await ann.transfers.settled()
  assert.equal(ann.of('file-sent').length, 1)
})

test('many files: all arrive, and not all of their buffers are open at once', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob] = [await world.join('ann'), await world.join('bob')]
  let most = 0
  bob.tamper = frame => {
    most = Math.max(most, bob.disk.sinks.filter(({ state }) => state === 'open').length)
    return frame
  }
  for (let n = 0; n < 15; n += 1) await send(ann, `${n}.bin`, SEGMENT + n * 100_000)
  await ann.transfers.settled()
  await bob.transfers.settled()
  assert.equal(bob.disk.finished.length, 15)
  // Four, and those that stood still for a while in between.
  assert.ok(most > 1 && most < 15, `${most} at once`)
  assert.deepEqual(
    bob.transfers.list().map(({ number, state }) => [number, state]),
    Array.from({ length: 15 }, (_, index) => [index + 1, 'done']),
  )
})

test('a full disk is said, and the file may be accepted again when there is room', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob] = [await world.join('ann'), await world.join('bob')]
  bob.disk.room = 3 * SEGMENT
  const bytes = await send(ann, 'a.bin', 30 * SEGMENT)
  assert.equal((await bob.untilEvent('file-ended')).reason, 'failed')
  assert.match(bob.of('error')[0]?.message ?? '', /^a\.bin: it cannot be written here/)
  bob.disk.room = Number.POSITIVE_INFINITY
  assert.equal(bob.transfers.control('accept', 1), undefined)
  assert.equal((await bob.untilEvent('file-received')).sha256, sha256(bytes))
  assert.deepEqual(
    bob.disk.sinks.map(({ state }) => state),
    ['discarded', 'finished'],
  )
})

test('an offer that cannot be true is refused before anything is opened', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob] = [await world.join('ann'), await world.join('bob')]
  const fair = {
    kind: 'offer',
    transfer: 'AAAAAAAAAAAAAAAAAAAAAA',
    key: 'A'.repeat(43),
    size: 10,
    segmentSize: SEGMENT,
    name: 'x',
    mime: '',
  } as const
  const lies = [
    { segmentSize: 0 },
    { segmentSize: 1 },
    { segmentSize: SEGMENT + 1 },
    { segmentSize: 2 * LIMITS.segmentBytesMax },
    { size: 2 ** 52 },
    { size: 2 ** 40, segmentSize: LIMITS.segmentBytesMin },
  ]
  for (const lie of lies) bob.hear({ ...fair, ...lie }, ann, EVERYONE, false)
  assert.equal(bob.of('error').length, lies.length)
  assert.equal(bob.of('file-offered').length, 0)
  assert.deepEqual(bob.transfers.list(), [])
  assert.equal(bob.lines, 0)
})

test('a path that cannot be opened is an error, and nothing is sent', async () => {
  await using world = await TransferWorld.open()
  const ann = await world.join('ann')
  ann.transfers.send('nowhere', EVERYONE)
  await ann.transfers.settled()
  assert.deepEqual(ann.events, [{ type: 'error', code: 'path', message: 'nowhere is not there' }])
  assert.equal(ann.lines, 0)
})
