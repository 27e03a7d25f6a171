import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '@chat-room/protocol'
import type { Bytes } from '../bytes.ts'
import { createSegmentOpener, createSegmentSealer, fileShape } from './file-stream.ts'
import { type FileManifest, sealTrailer, verifyTrailer } from './file-trailer.ts'
import { errorOf, flipped, ROOM, seededRandom, testIdentity, unwrap } from './fixtures.test.ts'
import { createSegmentDigests } from './segment-digests.ts'

const random = seededRandom(51)
const alice = await testIdentity(1)
const mallory = await testIdentity(2)
const file = { roomId: ROOM, fileId: random(16), key: random(32) }
const manifest: FileManifest = { epoch: 1, size: 5000, segmentCount: 6, root: random(32) }
const trailer = await sealTrailer(file, alice, manifest, random)

test('M14: a file sealed by one client is verified by another, and not if a segment is another one', async () => {
  const shape = fileShape(3000, 1024)
  const content = random(3000)
  const sealer = await createSegmentSealer(file, shape)
  const opener = await createSegmentOpener(file, shape)
  const sealed: Bytes[] = []
  for (let index = 0; index < shape.segmentCount; index += 1) {
    const { start, end } = shape.plaintextRange(index)
    sealed.push(unwrap(await sealer.seal(index, content.subarray(start, end))))
    unwrap(await opener.open(index, sealed[index] as Bytes))
  }
  const about = { epoch: 1, size: shape.size, segmentCount: shape.segmentCount }
  const sent = await sealTrailer(file, alice, { ...about, root: await sealer.digests.root() }, random)
  const received = { ...about, root: await opener.digests.root() }
  unwrap(await verifyTrailer(file, alice.public, received, sent))

  // Whoever knows the file's key can seal other content that opens: the root is what tells.
  const forger = await createSegmentSealer(file, shape)
  const cheated = await createSegmentOpener(file, shape)
  for (let index = 0; index < shape.segmentCount; index += 1) {
    const { start, end } = shape.plaintextRange(index)
    const other = unwrap(await forger.seal(index, new Uint8Array(end - start)))
    unwrap(await cheated.open(index, index === 1 ? other : (sealed[index] as Bytes)))
  }
  const wrong = { ...about, root: await cheated.digests.root() }
  assert.equal(errorOf(await verifyTrailer(file, alice.public, wrong, sent)), 'wrong-root')
})

test('a trailer vouches for one size, count, epoch, file and sender', async () => {
  unwrap(await verifyTrailer(file, alice.public, manifest, trailer))
  assert.ok(trailer.length <= LIMITS.trailerBytes)
  for (const other of [{ size: 5001 }, { segmentCount: 7 }, { epoch: 2 }]) {
    const reason = errorOf(await verifyTrailer(file, alice.public, { ...manifest, ...other }, trailer))
    assert.equal(reason, 'bad-signature')
  }
  assert.equal(errorOf(await verifyTrailer(file, mallory.public, manifest, trailer)), 'bad-signature')
  for (const other of [
    { ...file, fileId: random(16) },
    { ...file, roomId: 'other' },
    { ...file, key: random(32) },
  ]) {
    assert.equal(errorOf(await verifyTrailer(other, alice.public, manifest, trailer)), 'damaged')
  }
})

test('any changed byte of a trailer is refused, and so is another length', async () => {
  for (const changed of flipped(trailer)) {
    assert.ok(!(await verifyTrailer(file, alice.public, manifest, changed)).ok)
  }
  for (const bytes of [new Uint8Array(), trailer.subarray(1)]) {
    assert.equal(errorOf(await verifyTrailer(file, alice.public, manifest, bytes)), 'malformed')
  }
})

test('a root needs every segment and changes with any digest and with their order', async () => {
  const digests = createSegmentDigests(2)
  assert.throws(() => digests.root(), /every segment/)
  assert.ok(digests.note(0, random(16)))
  assert.ok(digests.note(1, random(16)))
  const swapped = createSegmentDigests(2)
  swapped.note(0, digests.bytes.slice(16))
  swapped.note(1, digests.bytes.slice(0, 16))
  assert.notDeepEqual(await swapped.root(), await digests.root())
  assert.equal(digests.note(0, random(16)), false)
})
