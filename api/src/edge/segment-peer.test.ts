import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mock, suite, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { LIMITS } from '@chat-room/protocol'
import { connectSegmentPair } from '../../test/segment-pair.ts'
import { BufferPool } from './buffer-pool.ts'
import { SegmentPeer } from './segment-peer.ts'
import type { EndOwner } from './server-end.ts'

const TRANSFER = 'AAAAAAAAAAAAAAAAAAAAAA'

async function connect({ limit = 1 << 20, ...owner }: Partial<EndOwner> & { limit?: number } = {}) {
  const pair = await connectSegmentPair(owner)
  const buffers = new BufferPool()
  const peer = new SegmentPeer(pair.end, pair.socket, limit, buffers)
  pair.socket.on('close', () => peer.dispose())
  const segment = (fill: number, length: number = LIMITS.segmentBytes) => buffers.take(length).fill(fill)
  return { ...pair, peer, buffers, segment }
}

const settled = (promise: Promise<void>) => {
  const state = { settled: false }
  void promise.then(() => {
    state.settled = true
  })
  return state
}

suite('a receiver of segments', () => {
  test('gets segments and messages whole; messages overtake segments that wait', async () => {
    await using pair = await connect()
    const segments: unknown[] = []
    const messages: unknown[] = []
    pair.client.on('message', (data: Buffer, isBinary) => {
      if (isBinary) segments.push([data.length, data[0], data.at(-1)])
      else messages.push(JSON.parse(data.toString()).first)
    })
    const expected: unknown[] = []
    const sent: Promise<void>[] = []
    for (let round = 0; round < 40; round++) {
      const length = 1 + ((round * 40_503) % 300_000)
      pair.peer.send({ type: 'want', transfer: TRANSFER, first: round, count: 1 })
      sent.push(pair.peer.sendSegment(pair.segment(round, length)))
      expected.push([length, round, round])
    }
    await Promise.all(sent)
    assert.ok(pair.peer.bytesTaken > 40 * 1_000)
    pair.peer.close('shuttingDown')
    await once(pair.client, 'close')
    assert.deepEqual(segments, expected)
    assert.deepEqual(messages, [...expected.keys()])
  })

  test('that does not read makes the sender wait, holds one segment, and is not cut off for it', async () => {
    await using pair = await connect({ limit: 64 * 1024 })
    pair.client.pause()
    let waiting = settled(Promise.resolve())
    do {
      waiting = settled(pair.peer.sendSegment(pair.segment(1)))
      for (let turn = 0; turn < 5; turn++) await nextTurn()
      assert.ok(pair.socket.writableLength <= LIMITS.segmentBytes + 100)
    } while (waiting.settled)
    pair.peer.send({ type: 'want', transfer: TRANSFER, first: 0, count: 1 })
    assert.equal(pair.peer.isOpen, true)
    pair.client.resume()
    while (!waiting.settled) await nextTurn()
  })

  test('that does not read its messages is cut off', async () => {
    await using pair = await connect({ limit: 1_000 })
    pair.client.pause()
    for (let count = 0; count < 20; count++) pair.peer.send({ type: 'attached' })
    await nextTurn()
    assert.equal(pair.peer.isOpen, true)
    for (let count = 0; count < 60; count++) pair.peer.send({ type: 'attached' })
    assert.equal(pair.peer.isOpen, false)
  })

  test('that goes away keeps nobody waiting', async () => {
    await using pair = await connect()
    pair.client.pause()
    const sends = Promise.all(Array.from({ length: 40 }, () => pair.peer.sendSegment(pair.segment(1))))
    await nextTurn()
    pair.client.terminate()
    await sends
    await pair.peer.sendSegment(pair.segment(1))
  })

  test('shows by every segment it takes that it lives', async () => {
    await using pair = await connect()
    let moved = 0
    pair.peer.moves(() => moved++)
    await pair.peer.sendSegment(pair.segment(1))
    await pair.peer.sendSegment(pair.segment(1))
    assert.equal(moved, 2)
  })

  test('is not read between pause and resume', async () => {
    const message = Promise.withResolvers<void>()
    let received = 0
    await using pair = await connect({
      binary() {
        received++
        message.resolve()
      },
    })
    pair.peer.pause()
    await new Promise<void>(resolve => pair.client.send(Buffer.alloc(1_000), () => resolve()))
    for (let turn = 0; turn < 20; turn++) await nextTurn()
    assert.equal(received, 0)
    pair.peer.resume()
    await message.promise
    assert.equal(received, 1)
  })
})

test('is read again only when it has rested and the relay has room, in whatever order', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    await using pair = await connect()
    const { peer, end } = pair
    peer.rest(1_000)
    peer.pause()
    peer.resume()
    assert.equal(end.isPaused, true, 'it rests')
    mock.timers.tick(1_000)
    assert.equal(end.isPaused, false)
    peer.pause()
    peer.rest(1_000)
    mock.timers.tick(1_000)
    assert.equal(end.isPaused, true, 'the relay has enough')
    peer.resume()
    assert.equal(end.isPaused, false)
  } finally {
    mock.timers.reset()
  }
})

test('a buffer that is given back as soon as a segment was taken spoils no receiver’s bytes', async () => {
  await using first = await connect()
  await using second = await connect()
  const pool = first.buffers
  const heard = [first, second].map(({ client }) => {
    const fills: number[] = []
    client.on('message', (data: Buffer) => {
      assert.ok(data.every(byte => byte === data[0]))
      fills.push(data[0] ?? 0)
    })
    return fills
  })
  second.client.pause()
  setTimeout(() => second.client.resume(), 20)
  const rounds = Array.from({ length: 60 }, (_, at) => at + 1)
  await Promise.all(
    rounds.map(async round => {
      const frame = pool.take(LIMITS.segmentBytes).fill(round)
      await Promise.all([first.peer.sendSegment(frame), second.peer.sendSegment(frame)])
      frame.fill(0xff)
      pool.giveBack(frame)
    }),
  )
  for (const { peer, client } of [first, second]) {
    peer.close('shuttingDown')
    await once(client, 'close')
  }
  assert.deepEqual(heard, [rounds, rounds])
})
