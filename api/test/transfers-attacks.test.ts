import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeSegmentFrame, LIMITS, SEGMENT_HEADER_BYTES } from '@chat-room/protocol'
import { fileShape } from '../client/src/crypto/file-stream.ts'
import { noise, sha256 } from './transfers-rig/bytes.ts'
import type { TransferClient } from './transfers-rig/client.ts'
import { EVERYONE, send, TransferWorld } from './transfers-rig/world.ts'

const SEGMENT = LIMITS.segmentBytes

/** A file of five segments; the trailer is the sixth. */
const FIVE = 5 * SEGMENT - 100_000
assert.equal(fileShape(FIVE).segmentCount, 5)

async function failed(client: TransferClient): Promise<void> {
  const ended = await client.untilEvent('file-ended')
  assert.equal(ended.reason, 'failed')
  assert.equal(client.of('error')[0]?.code, 'file')
  await client.transfers.close()
  assert.deepEqual(
    client.disk.sinks.map(({ state }) => state),
    ['discarded'],
  )
  assert.equal(client.of('file-received').length, 0)
}

test('a segment damaged once is fetched again, wherever it lies', async () => {
  for (const damaged of [0, 2, 4, 5]) {
    await using world = await TransferWorld.open()
    const [ann, bob] = [await world.join('ann'), await world.join('bob')]
    let spoiled = false
    bob.tamper = (frame, index) => {
      if (index === damaged && !spoiled) {
        spoiled = true
        frame[SEGMENT_HEADER_BYTES + 30] = (frame[SEGMENT_HEADER_BYTES + 30] ?? 0) ^ 1
      }
      return frame
    }
    const bytes = await send(ann, 'a.bin', FIVE)
    const received = await bob.untilEvent('file-received')
    assert.equal(received.sha256, sha256(bytes))
    assert.ok(spoiled)
  }
})

const other = (index: number) => (index === 1 ? 2 : 1)
const OVERHEAD = SEGMENT_HEADER_BYTES
type Frames = ReadonlyMap<number, Uint8Array<ArrayBuffer>>

/** What a hostile relay may do to the frames of a file of five segments. */
const ATTACKS: Readonly<
  Record<string, (frame: Uint8Array<ArrayBuffer>, index: number, seen: Frames) => Uint8Array>
> = {
  'a flipped bit in a segment': (frame, index) => {
    if (index === 3) frame[OVERHEAD + 1000] = (frame[OVERHEAD + 1000] ?? 0) ^ 0x80
    return frame
  },
  'a flipped bit in the trailer': (frame, index) => {
    if (index === 5) frame[OVERHEAD + 40] = (frame[OVERHEAD + 40] ?? 0) ^ 0x01
    return frame
  },
  'two segments swapped': (frame, index, seen) => {
    const body = index === 2 ? seen.get(other(index)) : undefined
    if (body) frame.set(body.subarray(OVERHEAD), OVERHEAD)
    return frame
  },
  'a truncated segment': (frame, index) => (index === 3 ? frame.subarray(0, -7) : frame),
  'a truncated last segment': (frame, index) => (index === 4 ? frame.subarray(0, -7) : frame),
  'an appended byte': (frame, index) => (index === 4 ? Buffer.concat([frame, Buffer.of(0)]) : frame),
  'a segment in place of the trailer': (frame, index, seen) =>
    index === 5
      ? Buffer.concat([frame.subarray(0, OVERHEAD), seen.get(4)?.subarray(OVERHEAD) ?? frame])
      : frame,
  'the trailer in place of a segment': (frame, index) =>
    index === 4 ? frame.subarray(0, OVERHEAD + 145) : frame,
}

for (const [what, attack] of Object.entries(ATTACKS)) {
  test(`${what} is refused, and the file is never finished`, async () => {
    await using world = await TransferWorld.open()
    const [ann, bob] = [await world.join('ann'), await world.join('bob')]
    const seen = new Map<number, Uint8Array<ArrayBuffer>>()
    bob.tamper = (frame, index) => {
      seen.set(index, frame.slice())
      return Uint8Array.from(attack(frame, index, seen))
    }
    await send(ann, 'a.bin', FIVE)
    await failed(bob)
  })
}

test('segments replayed from another transfer are refused', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob] = [await world.join('ann'), await world.join('bob')]
  const first = new Map<number, Uint8Array<ArrayBuffer>>()
  bob.tamper = (frame, index) => {
    const known = first.get(index)
    if (!known) first.set(index, frame.slice())
    return known
      ? encodeSegmentFrame({
          transfer: frame.subarray(1, 17),
          index,
          ciphertext: known.subarray(SEGMENT_HEADER_BYTES),
        })
      : frame
  }
  ann.disk.put('a.bin', noise(3 * SEGMENT))
  ann.transfers.send('a.bin', EVERYONE)
  await bob.untilEvent('file-received')
  ann.transfers.send('a.bin', EVERYONE)
  assert.equal((await bob.untilEvent('file-ended')).reason, 'failed')
  assert.equal(bob.disk.finished.length, 1)
})

test("another member's offer of the same segments does not pass for the sender's", async () => {
  await using world = await TransferWorld.open()
  const [ann, bob, mal] = [
    await world.join('ann'),
    await world.join('bob', { accept: 'ask' }),
    await world.join('mal'),
  ]
  let stolen = false
  bob.hear = (offer, _from, target, history) => {
    if (stolen) return
    stolen = true
    Object.getPrototypeOf(bob).hear.call(bob, offer, mal, target, history)
  }
  await send(ann, 'a.bin', 3 * SEGMENT)
  await bob.untilEvent('file-offered')
  assert.equal(bob.of('file-offered')[0]?.from, 'mal')
  bob.transfers.control('accept', 1)
  await failed(bob)
})
