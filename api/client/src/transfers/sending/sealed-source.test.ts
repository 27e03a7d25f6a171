import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { LIMITS, SEGMENT_HEADER_BYTES } from '@chat-room/protocol'
import { MemoryDevice } from '../../../../test/support/memory-device.ts'
import { fileShape } from '../../crypto/file-stream.ts'
import { createIdentitySecret, importIdentity } from '../../crypto/identity.ts'
import type { Journal } from '../../ports.ts'
import { ByteBudget } from '../byte-budget.ts'
import { DigestJournal } from '../kept/digest-journal.ts'
import { SealedSource } from './sealed-source.ts'

const RECORD_BYTES = 20

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))

/** A file of some segments, whose journal does what `port` says. */
async function open(port: (journal: Journal) => Partial<Journal> = () => ({})) {
  const size = 2 * LIMITS.segmentBytes
  const content = new Uint8Array(size).fill(7)
  const shape = fileShape(size)
  const device = new MemoryDevice()
  const saving = { refused: false }
  const identity = await importIdentity(createIdentitySecret(random))
  assert.ok(identity.ok)
  const source = new SealedSource(
    { path: 'a.bin', fingerprint: 'as it was', epoch: 1 },
    {
      files: {
        find: async () => ({ problem: 'not asked for' }),
        createSink: async () => ({ problem: 'not asked for' }),
        reopenSink: async () => ({ problem: 'not asked for' }),
        openSource: async name => ({
          name,
          size,
          mime: '',
          fingerprint: async () => 'as it was',
          read: async (offset, length) => content.slice(offset, offset + length),
          close: async () => undefined,
        }),
      },
      identity: identity.value,
      random,
      checking: new ByteBudget(LIMITS.segmentBytes),
      saved: async () => {
        if (saving.refused) throw new Error('the disk is full')
      },
    },
    { roomId: 'main', fileId: random(16), key: random(32) },
    shape,
    new DigestJournal(async () => {
      const journal = device.journal('j')
      return { ...journal, ...port(journal) }
    }, false),
  )
  const records = () => (device.journals.get('j')?.length ?? 0) / RECORD_BYTES
  return { source, shape, records, saving }
}

test('P77 a segment that is wanted again while its digest is being noted waits for that, too', async () => {
  const begun = Promise.withResolvers<void>()
  const disk = Promise.withResolvers<void>()
  const { source, records } = await open(journal => ({
    async append(bytes) {
      begun.resolve()
      await disk.promise
      await journal.append(bytes)
    },
  }))
  const left: number[] = []
  const leave = async () => {
    const frame = await source.segment(0)
    left.push(records())
    return typeof frame
  }
  const first = leave()
  await begun.promise
  const second = leave()
  // More than sealing takes.
  for (let turns = 0; turns < 200; turns += 1) await turn()
  assert.deepEqual(left, [])
  disk.resolve()
  assert.deepEqual(await Promise.all([first, second]), ['object', 'object'])
  assert.deepEqual(left, [1, 1], 'it is noted once, before it leaves')
})

test('P77 a segment whose digest could not be noted does not leave, and is noted at the next attempt', async () => {
  let isFull = true
  const { source, records } = await open(journal => ({
    async append(bytes) {
      if (isFull) throw new Error('the disk is full')
      await journal.append(bytes)
    },
  }))
  assert.deepEqual(await Promise.all([source.segment(0), source.segment(0)]), ['unnoted', 'unnoted'])
  assert.equal(await source.segment(0), 'unnoted')
  isFull = false
  assert.equal(typeof (await source.segment(0)), 'object')
  assert.equal(records(), 1)
  assert.equal(typeof (await source.segment(0)), 'object')
  assert.equal(records(), 1, 'what is noted is not noted again')
})

test('P77 what was noted is kept as long as it is not kept on this device that the transfer is over', async () => {
  const { source, records, saving } = await open()
  await source.segment(0)
  saving.refused = true
  await assert.rejects(source.discard(), /the disk is full/)
  assert.deepEqual([source.discarded, records()], [false, 1])
  saving.refused = false
  await source.discard()
  assert.deepEqual([source.discarded, records()], [true, 0])
})

test('frames that were sealed for the trailer alone give their memory back', async () => {
  const { source, shape, records } = await open()
  const freed: number[] = []
  const transfer = mock.method(
    ArrayBuffer.prototype,
    'transfer',
    function (this: ArrayBuffer, length?: number) {
      freed.push(this.byteLength)
      return length === undefined ? this.slice() : new ArrayBuffer(length)
    },
  )
  try {
    assert.equal(typeof (await source.trailer()), 'object')
  } finally {
    transfer.mock.restore()
  }
  const indices = Array.from({ length: shape.segmentCount }, (_, index) => index)
  const frames = indices.map(index => shape.sealedLength(index) + SEGMENT_HEADER_BYTES)
  assert.deepEqual(
    freed.filter(bytes => frames.includes(bytes)),
    frames,
  )
  assert.equal(records(), shape.segmentCount)
})
