import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { LIMITS, SEGMENT_HEADER_BYTES } from '@chat-room/protocol'
import { fileShape } from '../client/src/crypto/file-stream.ts'
import { noise, sha256 } from './transfers-rig/bytes.ts'
import type { TransferClient } from './transfers-rig/client.ts'
import { EVERYONE, send, TransferWorld } from './transfers-rig/world.ts'

const SEGMENT = LIMITS.segmentBytes
const IN_FLIGHT = LIMITS.windowSegments * (SEGMENT + SEGMENT_HEADER_BYTES)

/** Bytes of frames that a file takes when nothing is sent twice. */
function framesOf(size: number): number {
  const { ciphertextSize, segmentCount } = fileShape(size)
  return ciphertextSize + (segmentCount + 1) * SEGMENT_HEADER_BYTES + LIMITS.trailerBytes
}

const stateOf = (client: TransferClient) => client.transfers.list()[0]?.state

suite('a killed sender', () => {
  for (const how of [':File', ':Continue'] as const) {
    test(`goes on by the same ${how}, and at most what was in flight is sent twice`, async () => {
      await using world = await TransferWorld.open()
      const [first, bob] = [await world.join('ann'), await world.join('bob')]
      let ann = first
      const bytes = await send(ann, 'a.bin', 60 * SEGMENT)
      for (const part of [5, 20, 40]) {
        await bob.untilDone(part * SEGMENT)
        ann = ann.kill()
        const { transfer } = await ann.untilEvent('file-interrupted')
        assert.equal(ann.transfers.list()[0]?.transfer, transfer)
        assert.equal(stateOf(ann), 'interrupted')
        await ann.transfers.settled()
        if (how === ':File') ann.transfers.send('a.bin', EVERYONE)
        else assert.equal(ann.transfers.control('continue', 1), undefined)
        const { received } = await ann.untilEvent('file-resumed')
        assert.ok(received >= (part - 1) * SEGMENT, `${received} bytes need not be sent again`)
      }
      assert.equal((await bob.untilEvent('file-received')).sha256, sha256(bytes))
      await ann.transfers.settled()
      assert.equal(ann.transfers.list().length, 1)
      assert.equal(bob.of('file-offered').length, 1, 'the offer is sent once')
      assert.ok(world.uploaded <= framesOf(bytes.length) + 3 * IN_FLIGHT, `${world.uploaded} bytes were sent`)
      assert.equal(ann.disk.open, 0)
    })
  }

  test('whose file is another one now withdraws what it offered, and sends it anew under another key', async () => {
    const changes: Readonly<Record<string, (ann: TransferClient) => void>> = {
      'by its time': ann => ann.disk.put('a.bin', noise(24 * SEGMENT, 7)),
      'by its content alone': ann => ann.disk.sources.get('a.bin')?.bytes.fill(7, 0, 100),
      'which only the file tells': ann => ann.disk.put('a.bin', noise(24 * SEGMENT + 1, 7)),
    }
    for (const [what, change] of Object.entries(changes)) {
      for (const how of [':File', ':Continue']) {
        await using world = await TransferWorld.open()
        const [first, bob] = [await world.join('ann'), await world.join('bob')]
        await send(first, 'a.bin', 24 * SEGMENT)
        await bob.untilDone(5 * SEGMENT)
        change(first)
        const ann = first.kill()
        await ann.untilEvent('file-interrupted')
        if (how === ':File') ann.transfers.send('a.bin', EVERYONE)
        else ann.transfers.control('continue', 1)
        assert.match((await ann.untilEvent('error')).message, /^a\.bin: the file changed/, what)
        assert.equal((await bob.untilEvent('file-ended')).reason, 'withdrawn')
        const received = await bob.untilEvent('file-received')
        assert.equal(received.sha256, sha256(ann.disk.sources.get('a.bin')?.bytes ?? new Uint8Array()))
        const [old, anew] = bob.of('file-offered')
        assert.notEqual(old?.transfer, anew?.transfer)
        assert.equal(bob.disk.finished.length, 1)
      }
    }
  })

  test('whose file is not there any more is told so, and may go on when it is', async () => {
    await using world = await TransferWorld.open()
    const [first, bob] = [await world.join('ann'), await world.join('bob')]
    const bytes = await send(first, 'a.bin', 60 * SEGMENT)
    await bob.untilDone(5 * SEGMENT)
    const ann = first.kill()
    const source = ann.disk.sources.get('a.bin')
    ann.disk.sources.delete('a.bin')
    ann.transfers.control('continue', 1)
    assert.equal((await ann.untilEvent('error')).code, 'path')
    assert.equal(stateOf(ann), 'interrupted')
    if (source) ann.disk.sources.set('a.bin', source)
    ann.transfers.control('continue', 1)
    assert.equal((await bob.untilEvent('file-received')).sha256, sha256(bytes))
  })

  test('to another target is another transfer', async () => {
    await using world = await TransferWorld.open()
    const [first, bob] = [await world.join('ann'), await world.join('bob')]
    await send(first, 'a.bin', 60 * SEGMENT)
    await bob.untilDone(5 * SEGMENT)
    const ann = first.kill()
    ann.transfers.send('a.bin', bob.target)
    await bob.untilEvent('file-received')
    assert.deepEqual(
      ann.transfers.list().map(({ state }) => state),
      ['interrupted', 'done'],
    )
  })

  test('whose file was sent hears who has it, and who does not want it, without a word', async () => {
    await using world = await TransferWorld.open()
    const [first, bob, cyd] = [
      await world.join('ann'),
      await world.join('bob', { accept: 'ask' }),
      await world.join('cyd', { accept: 'ask' }),
    ]
    await send(first, 'a.bin', 3 * SEGMENT)
    await first.untilEvent('file-sent')
    await first.transfers.settled()
    await world.time.until(() => first.device.saved?.includes('"sent":true') === true)
    const ann = first.kill()
    assert.equal(stateOf(ann), 'done')
    bob.transfers.control('accept', 1)
    cyd.transfers.control('decline', 1)
    assert.equal((await ann.untilEvent('file-delivered')).to, 'bob')
    assert.equal((await ann.untilEvent('file-declined')).by, 'cyd')
    const [view] = ann.transfers.list()
    assert.deepEqual([view?.has, view?.declined], [['bob'], ['cyd']])
    await ann.transfers.settled()
    await world.time.until(() => /"bob".*"cyd"/.test(ann.device.saved ?? ''))
    const again = ann.kill()
    await world.time.until(() => again.line?.heard === 4)
    assert.deepEqual(again.of('file-delivered'), [], 'told once')
    assert.deepEqual(again.of('file-declined'), [], 'told once')
    assert.deepEqual(again.transfers.list()[0]?.has, ['bob'])
  })

  test('may be cancelled while it is compared with its file', async () => {
    await using world = await TransferWorld.open()
    const [first, bob] = [await world.join('ann'), await world.join('bob')]
    await send(first, 'a.bin', 200 * SEGMENT)
    await bob.untilDone(100 * SEGMENT)
    const ann = first.kill()
    ann.transfers.control('continue', 1)
    await world.time.until(() => stateOf(ann) === 'checking')
    await ann.untilEvent('file-progress')
    assert.equal(stateOf(ann), 'checking')
    assert.equal(ann.transfers.control('cancel', 1), undefined)
    assert.equal((await bob.untilEvent('file-ended')).reason, 'withdrawn')
    await ann.transfers.settled()
    assert.equal(ann.of('file-resumed').length, 0)
    await world.time.until(() => ann.disk.open === 0)
    assert.equal(ann.device.memory.journals.size, 0)
  })
})

suite('a killed receiver', () => {
  test('goes on by itself, and at most what was in flight is fetched twice', async () => {
    await using world = await TransferWorld.open()
    const [ann, first] = [await world.join('ann'), await world.join('bob')]
    let bob = first
    const bytes = await send(ann, 'a.bin', 60 * SEGMENT)
    for (const part of [5, 20, 40]) {
      await bob.untilDone(part * SEGMENT)
      bob = bob.kill()
      const { received } = await bob.untilEvent('file-resumed')
      assert.ok(received >= (part - 2) * SEGMENT, `${received} bytes need not be fetched again`)
    }
    assert.equal((await bob.untilEvent('file-received')).sha256, sha256(bytes))
    assert.equal(bob.disk.sinks.length, 1, 'one buffer')
    assert.ok(
      world.downloaded <= framesOf(bytes.length) + 3 * IN_FLIGHT,
      `${world.downloaded} bytes were fetched`,
    )
    await bob.transfers.settled()
    await world.time.until(() => bob.device.memory.journals.size === 0)
    await ann.untilEvent('file-delivered')
  })

  test('fetches again what its buffer does not hold any more, and no more', async () => {
    await using world = await TransferWorld.open()
    const [ann, first] = [await world.join('ann'), await world.join('bob')]
    const bytes = await send(ann, 'a.bin', 60 * SEGMENT)
    await first.untilDone(30 * SEGMENT)
    first.disk.sinks[0]?.bytes.fill(0, 3 * SEGMENT, 5 * SEGMENT)
    const before = world.downloaded
    const bob = first.kill()
    assert.equal((await bob.untilEvent('file-received')).sha256, sha256(bytes))
    assert.ok(world.downloaded - before <= framesOf(33 * SEGMENT) + IN_FLIGHT)
  })

  test('without its buffer fetches all of it anew', async () => {
    await using world = await TransferWorld.open()
    const [ann, first] = [await world.join('ann'), await world.join('bob')]
    const bytes = await send(ann, 'a.bin', 60 * SEGMENT)
    await first.untilDone(30 * SEGMENT)
    const [sink] = first.disk.sinks
    if (sink) sink.state = 'discarded'
    const bob = first.kill()
    if (sink) sink.state = 'discarded'
    assert.equal((await bob.untilEvent('file-received')).sha256, sha256(bytes))
    assert.equal(bob.of('file-resumed').length, 0)
  })

  test('that had given the file its name does not fetch it again', async () => {
    await using world = await TransferWorld.open()
    const [ann, first] = [await world.join('ann'), await world.join('bob')]
    await send(ann, 'a.bin', 5 * SEGMENT)
    await first.until(() => first.disk.finished.length === 1 || first.of('file-received').length === 1)
    // The last that was saved is older than the name.
    const { saved } = first.device
    assert.match(saved ?? '', /"place":"0"/)
    const bob = first.kill()
    assert.equal((await ann.untilEvent('file-delivered')).to, 'bob')
    assert.equal(bob.disk.sinks.length, 1)
  })

  test('leaves no buffer behind of what had ended', async () => {
    await using world = await TransferWorld.open()
    const [ann, first] = [await world.join('ann'), await world.join('bob')]
    await send(ann, 'a.bin', 60 * SEGMENT)
    await first.untilDone(5 * SEGMENT)
    await world.time.until(() => first.device.saved?.includes('"place":"0"') === true)
    first.transfers.control('cancel', 1)
    const bob = first.kill()
    await world.time.until(() =>
      bob.disk.sinks.every(({ state }) => state === 'discarded' || state === 'finished'),
    )
    assert.equal(bob.disk.sinks.filter(({ state }) => state === 'kept').length, 0)
  })
})

test('all are killed, and the server too: everything arrives', async () => {
  await using world = await TransferWorld.open()
  let [ann, bob] = [await world.join('ann'), await world.join('bob')]
  const bytes = await send(ann, 'a.bin', 60 * SEGMENT)
  for (const part of [10, 30]) {
    await bob.untilDone(part * SEGMENT)
    await world.restart()
    ann = ann.kill()
    bob = bob.kill()
    ann.transfers.send('a.bin', EVERYONE)
  }
  assert.equal((await bob.untilEvent('file-received')).sha256, sha256(bytes))
  assert.ok(world.uploaded <= framesOf(bytes.length) + 2 * IN_FLIGHT)
  assert.ok(world.downloaded <= framesOf(bytes.length) + 2 * IN_FLIGHT)
})

for (const side of ['sender', 'receiver'] as const) {
  test(`what was paused by its ${side} stays paused in the next process`, async () => {
    await using world = await TransferWorld.open()
    let [ann, bob] = [await world.join('ann'), await world.join('bob')]
    const bytes = await send(ann, 'a.bin', 60 * SEGMENT)
    await bob.untilDone(2 * SEGMENT)
    const one = side === 'sender' ? ann : bob
    assert.equal(one.transfers.control('pause', 1), undefined)
    await one.transfers.settled()
    await world.time.until(() => one.device.saved?.includes('"paused":true') === true)
    const next = one.kill()
    if (side === 'sender') ann = next
    else bob = next
    await next.transfers.settled()
    assert.equal(stateOf(next), 'paused')
    assert.equal(bob.of('file-received').length, 0)
    assert.equal(next.transfers.control('continue', 1), undefined)
    assert.equal((await bob.untilEvent('file-received')).sha256, sha256(bytes))
  })
}

suite('who stops', () => {
  test('keeps buffers and notes for its next process', async () => {
    await using world = await TransferWorld.open()
    const [ann, first] = [await world.join('ann'), await world.join('bob')]
    const bytes = await send(ann, 'a.bin', 60 * SEGMENT)
    await first.untilDone(10 * SEGMENT)
    await first.transfers.suspend()
    assert.equal(first.disk.sinks[0]?.state, 'kept')
    const bob = first.kill()
    await bob.untilEvent('file-resumed')
    assert.equal((await bob.untilEvent('file-received')).sha256, sha256(bytes))
  })

  test('and keeps nothing on its device deletes the buffers', async () => {
    await using world = await TransferWorld.open()
    const [ann, bob] = [await world.join('ann'), await world.join('bob', { openJournal: undefined })]
    await send(ann, 'a.bin', 60 * SEGMENT)
    await bob.untilDone(10 * SEGMENT)
    await bob.transfers.suspend()
    assert.equal(bob.disk.sinks[0]?.state, 'discarded')
  })

  test('for good deletes what has not arrived, and takes back what is not sent', async () => {
    await using world = await TransferWorld.open()
    const [ann, bob] = [await world.join('ann'), await world.join('bob')]
    await send(ann, 'a.bin', 60 * SEGMENT)
    await bob.untilDone(10 * SEGMENT)
    await ann.transfers.close()
    assert.equal((await bob.untilEvent('file-ended')).reason, 'withdrawn')
    await bob.transfers.close()
    assert.equal(bob.disk.sinks[0]?.state, 'discarded')
    assert.equal(ann.device.memory.journals.size + bob.device.memory.journals.size, 0)
  })
})
