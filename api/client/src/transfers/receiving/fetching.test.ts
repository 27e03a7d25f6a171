import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { LIMITS } from '@chat-room/protocol'
import { MemoryDevice } from '../../../../test/support/memory-device.ts'
import { VirtualClock } from '../../../../test/support/virtual-clock.ts'
import type { Bytes } from '../../bytes.ts'
import { createSegmentSealer, fileShape } from '../../crypto/file-stream.ts'
import { createIdentitySecret, importIdentity } from '../../crypto/identity.ts'
import type { FileSink, Files, Journal } from '../../ports.ts'
import { SegmentChannel } from '../channel/segment-channel.ts'
import { DigestJournal } from '../kept/digest-journal.ts'
import { createBudgets, type TransferContext } from '../transfer-context.ts'
import { Fetching } from './fetching.ts'
import { IncomingBuffer } from './incoming-buffer.ts'

const SEGMENT_SIZE = LIMITS.segmentBytesMin
const PLACE = 'a place'
const GONE = { problem: 'it is not there' }

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
const shape = fileShape(9 * SEGMENT_SIZE, SEGMENT_SIZE)
/** More than are looked through side by side. */
const SEGMENTS = shape.segmentCount
const file = { roomId: 'main', fileId: random(16), key: random(32) }
const plaintextOf = (index: number): Bytes => {
  const { start, end } = shape.plaintextRange(index)
  return new Uint8Array(end - start).fill(index)
}

/** What was done to the buffer. */
function createSink(done: string[]): FileSink {
  return {
    place: PLACE,
    write: async () => void done.push('write'),
    read: async offset => {
      const index = Array.from({ length: SEGMENTS }, (_, each) => each).find(
        each => shape.plaintextRange(each).start === offset,
      )
      return plaintextOf(index ?? 0)
    },
    finish: async () => ({ name: 'a.bin', path: '/a.bin', sha256: '' }),
    keep: async () => void done.push('keep'),
    discard: async () => void done.push('discard'),
  }
}

type Options = {
  readonly files?: Partial<Files>
  readonly journal?: (journal: Journal) => Partial<Journal>
  readonly saved?: () => Promise<void>
  /** An earlier process left a buffer. */
  readonly left?: boolean
  readonly device?: MemoryDevice
  readonly context?: Partial<TransferContext>
}

async function open({
  files,
  journal,
  saved,
  left = false,
  device = new MemoryDevice(),
  context,
}: Options = {}) {
  const identity = await importIdentity(createIdentitySecret(random))
  assert.ok(identity.ok)
  /** Of the buffer; of the listener. */
  const [done, said]: [string[], string[]] = [[], []]
  const channel = new SegmentChannel(
    {
      clock: new VirtualClock(),
      random,
      requestTicket: async () => 'T',
      openSegmentSocket: handlers => {
        queueMicrotask(() => handlers.text('{"type":"attached"}'))
        return { send() {}, buffered: 0, drained: async () => undefined, close() {} }
      },
    },
    { attached() {}, detached() {}, message() {}, segment() {}, stopped() {} },
  )
  channel.online()
  channel.need(true)
  while (!channel.attached) await turn()
  const unused = () => {
    throw new Error('not asked for')
  }
  const surroundings: TransferContext = {
    room: 'main',
    clock: new VirtualClock(),
    random,
    identity: identity.value,
    member: 'me',
    channel,
    ...createBudgets(),
    files: {
      find: unused,
      openSource: unused,
      createSink: async (_incoming, announce) => {
        await announce(PLACE)
        return createSink(done)
      },
      reopenSink: async () => (left ? createSink(done) : GONE),
      ...files,
    },
    openJournal: async () => {
      const port = device.journal('j')
      return { ...port, ...journal?.(port) }
    },
    isToldOnce: false,
    saved: saved ?? (async () => undefined),
    emit: unused,
    sendOffer: unused,
    aliasOf: unused,
    sayLast: unused,
    sendAgain: unused,
    changed: () => undefined,
    ...context,
  }
  const buffer = new IncomingBuffer(
    surroundings,
    { transfer: 'T', name: 'a.bin', size: shape.size },
    { file, shape, sender: identity.value.public, epoch: 1 },
    'j',
    left ? { place: PLACE } : undefined,
  )
  const fetching = new Fetching(surroundings, 'T', buffer, {
    kept: index => said.push(`kept ${index}`),
    resumed: () => said.push('resumed'),
    arrived: () => said.push('arrived'),
    failed: problem => {
      said.push(problem)
      // As a download does.
      fetching.discard(false)
    },
  })
  return { fetching, buffer, done, said, device }
}

/** A device on which an earlier process noted so much. */
async function noting(segments: number, verified = false): Promise<MemoryDevice> {
  const device = new MemoryDevice()
  const journal = new DigestJournal(async () => device.journal('j'), false)
  const { digests, seal } = await createSegmentSealer(file, shape)
  for (let index = 0; index < segments; index += 1) {
    await seal(index, plaintextOf(index))
    await journal.append(index, digests.of(index))
  }
  if (verified) await journal.appendVerified(SEGMENTS)
  return device
}

async function segment(index: number): Promise<Bytes> {
  const sealed = await (await createSegmentSealer(file, shape)).seal(index, plaintextOf(index))
  assert.ok(sealed.ok)
  return sealed.value
}

suite('stopped while its buffer is opened', () => {
  const outcomes: Readonly<Record<string, (done: string[]) => FileSink | typeof GONE>> = {
    'is made': createSink,
    'cannot be made': () => GONE,
    'fails to be made': () => {
      throw new Error('no more open files')
    },
  }
  for (const [what, outcome] of Object.entries(outcomes)) {
    for (const how of ['discard', 'keep', 'discard, then keep'] as const) {
      test(`${how}: one whose buffer ${what} says nothing, and leaves nothing that is not to be kept`, async () => {
        const asked = Promise.withResolvers<void>()
        const answer = Promise.withResolvers<void>()
        const files: Partial<Files> = {
          async createSink(_incoming, announce) {
            await announce(PLACE)
            asked.resolve()
            await answer.promise
            return outcome(done)
          },
        }
        const { fetching, buffer, done, said, device } = await open({ files })
        fetching.start()
        await asked.promise
        if (how !== 'keep') fetching.discard(true)
        const kept = how === 'discard' ? undefined : fetching.keep()
        answer.resolve()
        await kept
        await fetching.settled()
        const isThere = what === 'is made'
        assert.deepEqual(said, [])
        assert.deepEqual(done, !isThere ? [] : how === 'keep' ? ['keep'] : ['discard'])
        assert.equal(buffer.place, isThere && how === 'keep' ? PLACE : undefined)
        assert.equal(device.journals.size, 0)
      })
    }
  }

  test('M10 what an earlier process finished is not received any more by whoever cancelled it', async () => {
    const { fetching, said, device, buffer } = await open({
      left: true,
      device: await noting(SEGMENTS, true),
      files: { reopenSink: async () => GONE },
    })
    fetching.start()
    fetching.discard(true)
    await fetching.settled()
    assert.deepEqual(said, [])
    assert.deepEqual([device.journals.size, buffer.remains], [0, false])
  })

  test('what an earlier process finished is left for the next one to tell', async () => {
    const device = await noting(SEGMENTS, true)
    const files = { reopenSink: async () => GONE }
    const { fetching, said, buffer } = await open({ left: true, device, files })
    fetching.start()
    await fetching.keep()
    assert.deepEqual([said, device.journals.size, buffer.place], [[], 1, PLACE])
    const next = await open({ left: true, device, files })
    next.fetching.start()
    await next.fetching.settled()
    assert.deepEqual([next.said, device.journals.size], [['arrived'], 0])
  })
})

test('a buffer whose journal cannot be read fails once, and goes with its journal', async () => {
  let reads = 0
  const { fetching, buffer, done, said, device } = await open({
    left: true,
    device: await noting(2),
    journal: () => ({
      async read() {
        reads += 1
        throw new Error('input/output error')
      },
    }),
  })
  fetching.start()
  await fetching.settled()
  assert.deepEqual([said.length, reads], [1, 1])
  assert.deepEqual(done, ['keep', 'discard'], 'let go of, found again, deleted')
  assert.deepEqual([device.journals.size, buffer.place], [0, undefined])
})

test('P77 a buffer that no later process would know takes nothing, and is discarded', async () => {
  for (const arrives of [true, false]) {
    let saves = 0
    const { fetching, buffer, done, said } = await open({
      async saved() {
        saves += 1
        // The first is that of the announcement.
        if (saves > 1) throw new Error('the disk is full')
      },
    })
    fetching.start()
    await fetching.settled()
    assert.deepEqual([done, said], [[], []])
    if (arrives) {
      const segments = [await segment(0), await segment(1)]
      for (const [index, sealed] of segments.entries()) assert.equal(fetching.segment(index, sealed), true)
      while (said.length === 0) await turn()
      assert.match(said.join(), /^it cannot be written here[^,]*$/)
    } else fetching.discard(true)
    await fetching.settled()
    assert.deepEqual([done, buffer.place], [['discard'], undefined])
  }
})

test('one that cannot be looked through is not shown as being looked through for ever', async () => {
  const { checking } = createBudgets()
  checking.spend = async () => {
    throw new Error('no more memory')
  }
  const { fetching, buffer, said } = await open({
    left: true,
    device: await noting(2),
    context: { checking },
  })
  fetching.start()
  await fetching.settled()
  assert.deepEqual([buffer.checking, said.length], [false, 1])
})

test('what was not looked at is a gap', async () => {
  const { buffer } = await open({ left: true, device: await noting(SEGMENTS) })
  const found: number[] = []
  const opened = await buffer.open({ found: index => found.push(index), goesOn: () => false })
  assert.ok(typeof opened === 'object' && 'file' in opened)
  // Several are looked at side by side, so that which ones were is not told: the first of the others is the gap.
  assert.ok(found.length < SEGMENTS)
  const gap = [...Array(SEGMENTS).keys()].find(index => !found.includes(index))
  assert.equal(opened.file.window.next()?.first, gap)
})
