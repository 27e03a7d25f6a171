import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { LIMITS } from '@chat-room/protocol'
import { noise, sha256 } from './transfers-rig/bytes.ts'
import type { TransferClient } from './transfers-rig/client.ts'
import { EVERYONE, send, TransferWorld } from './transfers-rig/world.ts'

const SEGMENT = LIMITS.segmentBytes

/** Puts files of these sizes into one folder of the sender. */
function putFolder(from: TransferClient, folder: string, sizes: readonly number[]): Map<string, string> {
  const digests = new Map<string, string>()
  for (const [n, size] of sizes.entries()) {
    const path = n % 3 === 0 ? `${folder}/${n}.bin` : `${folder}/sub ${n % 3}/${n}.bin`
    digests.set(`${n}.bin`, sha256(from.disk.put(path, noise(size, n))))
  }
  return digests
}

const received = (client: TransferClient) =>
  new Map(client.of('file-received').map(({ name, sha256: digest }) => [name, digest]))

suite('a folder', () => {
  test('is sent file by file, each with the path that it lies at', async () => {
    await using world = await TransferWorld.open()
    const [ann, bob] = [await world.join('ann'), await world.join('bob')]
    const digests = putFolder(ann, 'photos', [0, 1, 2 * SEGMENT, 100_000, 5, SEGMENT])
    ann.transfers.send('photos', EVERYONE)
    await ann.transfers.settled()
    await bob.transfers.settled()
    assert.deepEqual(received(bob), digests)
    assert.deepEqual(
      bob.of('file-offered').map(({ name, folder }) => [name, folder]),
      [
        ['0.bin', 'photos'],
        ['1.bin', 'photos/sub 1'],
        ['2.bin', 'photos/sub 2'],
        ['3.bin', 'photos'],
        ['4.bin', 'photos/sub 1'],
        ['5.bin', 'photos/sub 2'],
      ],
    )
    const ids = new Set(bob.disk.names.map(({ folder }) => folder?.id))
    assert.equal(ids.size, 1, 'one folder')
    assert.equal([...ids][0]?.split('/')[0], ann.member, 'of this sender')
    assert.equal(ann.transfers.list()[1]?.folder, 'photos/sub 1')
    ann.transfers.send('photos', EVERYONE)
    await ann.transfers.settled()
    await bob.transfers.settled()
    assert.equal(
      new Set(bob.disk.names.map(({ folder }) => folder?.id)).size,
      2,
      'sent again, it is another one',
    )
  })

  test('of more than a hundred files opens and announces a few at once, and all arrive', async () => {
    await using world = await TransferWorld.open()
    const [ann, bob] = [await world.join('ann'), await world.join('bob')]
    const digests = putFolder(
      ann,
      'many',
      Array.from({ length: 120 }, (_, n) => n),
    )
    let mostOpen = 0
    let mostUnsent = 0
    bob.tamper = frame => {
      const views = ann.transfers.list()
      mostOpen = Math.max(mostOpen, ann.disk.open)
      mostUnsent = Math.max(mostUnsent, views.filter(({ state }) => state === 'running').length)
      return frame
    }
    ann.transfers.send('many', EVERYONE)
    await ann.transfers.settled()
    await bob.transfers.settled()
    assert.deepEqual(received(bob), digests)
    assert.ok(mostOpen <= 9, `${mostOpen} open at once`)
    assert.ok(mostUnsent <= 8, `${mostUnsent} under way at once`)
    assert.equal(ann.disk.open, 0)
  })

  test('of too many files is refused as a whole, with advice', async () => {
    await using world = await TransferWorld.open()
    const ann = await world.join('ann')
    putFolder(
      ann,
      'huge',
      Array.from({ length: 1_001 }, () => 1),
    )
    ann.transfers.send('huge', EVERYONE)
    await ann.transfers.settled()
    const { code, message } = await ann.untilEvent('error')
    assert.equal(code, 'path')
    assert.match(message, /1001 files.*archive/)
    assert.deepEqual(ann.transfers.list(), [])
  })

  test('with something that is not sent says so, and sends the rest', async () => {
    await using world = await TransferWorld.open()
    const [ann, bob] = [await world.join('ann'), await world.join('bob')]
    const digests = putFolder(ann, 'photos', [1, 2])
    ann.disk.omitted = ['Left out (a link): photos/x.', 'Left out (hidden): photos/.y.']
    ann.transfers.send('photos', EVERYONE)
    await ann.transfers.settled()
    await bob.transfers.settled()
    assert.deepEqual(
      ann.of('error').map(({ code, message }) => [code, message]),
      ann.disk.omitted.map(each => ['path', each]),
    )
    assert.deepEqual(received(bob), digests)
  })

  test('whose sender is killed goes on by the same command: nothing is sent twice, nothing is left out', async () => {
    await using world = await TransferWorld.open()
    const [first, bob] = [await world.join('ann'), await world.join('bob')]
    const digests = putFolder(
      first,
      'photos',
      Array.from({ length: 40 }, (_, n) => n * 20_000),
    )
    first.transfers.send('photos', EVERYONE)
    await bob.until(() => bob.of('file-received').length >= 10)
    const ann = first.kill()
    await ann.transfers.settled()
    ann.transfers.send('photos', EVERYONE)
    await ann.transfers.settled()
    await bob.until(() => bob.of('file-received').length >= 40)
    assert.deepEqual(received(bob), digests)
    assert.equal(bob.of('file-received').length, 40)
    assert.equal(new Set(bob.disk.names.map(({ folder }) => folder?.id)).size, 1)
  })
})

test('one file for which there is no room ends none of the others, and goes when there is', async () => {
  await using world = await TransferWorld.open({ quota: 16 * 1024 * 1024 })
  const [ann, bob] = [await world.join('ann'), await world.join('bob', { accept: 'ask' })]
  await send(ann, 'first.bin', 12 * SEGMENT)
  await send(ann, 'second.bin', 12 * SEGMENT)
  await ann.until(() => ann.of('file-sent').length === 2)
  const bytes = await send(ann, 'third.bin', 12 * SEGMENT)
  assert.equal((await ann.untilEvent('error')).code, 'quota-full')
  assert.equal(ann.transfers.list()[2]?.state, 'waiting')
  await send(ann, 'fourth.bin', 1)
  assert.equal(ann.transfers.control('cancel', 1), undefined)
  await ann.until(() => ann.of('file-sent').length === 4)
  assert.match(
    ann
      .of('error')
      .map(({ message }) => message)
      .join(),
    /^third\.bin: [^,]*tried again by itself$/,
  )
  bob.transfers.control('accept', bob.transfers.list().find(({ name }) => name === 'third.bin')?.number ?? 0)
  assert.equal((await bob.untilEvent('file-received')).sha256, sha256(bytes))
})

test('however many files move, and however slow a disk is, memory is bounded by windows', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob] = [await world.join('ann'), await world.join('bob')]
  bob.disk.writing = () => world.time.pass(3_000)
  for (let n = 0; n < 6; n += 1) await send(ann, `${n}.bin`, 50 * SEGMENT)
  await ann.transfers.settled()
  await bob.transfers.settled()
  assert.equal(bob.disk.finished.length, 6)
  const MIB = 1024 * 1024
  // Four files at once, each with its window, and what is being opened.
  assert.ok(bob.mostHeld <= 20 * MIB, `${bob.mostHeld} bytes held by the receiver`)
  assert.ok(ann.mostHeld <= 12 * MIB, `${ann.mostHeld} bytes held by the sender`)
})
