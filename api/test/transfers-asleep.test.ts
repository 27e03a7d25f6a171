import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS, SEGMENT_HEADER_BYTES } from '@chat-room/protocol'
import { fileShape } from '../client/src/crypto/file-stream.ts'
import { sha256 } from './transfers-rig/bytes.ts'
import { send, TransferWorld } from './transfers-rig/world.ts'

const SEGMENT = LIMITS.segmentBytes
const SIZE = 60 * SEGMENT
const HOUR = 3_600_000
const { ciphertextSize, segmentCount } = fileShape(SIZE)
/** Bytes of frames, when nothing is sent twice. */
const FRAMES = ciphertextSize + (segmentCount + 1) * SEGMENT_HEADER_BYTES + LIMITS.trailerBytes
const IN_FLIGHT = LIMITS.windowBytes + LIMITS.windowSegments * SEGMENT_HEADER_BYTES

for (const sleeper of ['the sender', 'the receiver', 'each of them'] as const) {
  test(`P76 an hour's sleep of ${sleeper}, its connections gone without a word: the file goes on, 4 MiB at most twice`, async () => {
    await using world = await TransferWorld.open()
    const [ann, bob] = [await world.join('ann'), await world.join('bob')]
    const bytes = await send(ann, 'a.bin', SIZE)
    await bob.untilDone(20 * SEGMENT)
    const asleep = { 'the sender': [ann], 'the receiver': [bob], 'each of them': [ann, bob] }[sleeper]
    for (const client of asleep) {
      client.transfers.offline()
      client.line?.drop()
    }
    world.time.sleep(HOUR)
    for (const client of asleep) client.transfers.online()
    assert.equal((await bob.untilEvent('file-received')).sha256, sha256(bytes))
    await ann.untilEvent('file-delivered')
    assert.equal(bob.of('file-offered').length, 1)
    assert.ok(world.uploaded <= FRAMES + IN_FLIGHT, `${world.uploaded} bytes were sent`)
    assert.ok(world.downloaded <= FRAMES + IN_FLIGHT, `${world.downloaded} bytes were fetched`)
  })
}
