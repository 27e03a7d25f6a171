import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mock, suite, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { LIMITS } from '@chat-room/protocol'
import { connectPair } from '../../test/websocket-pair.ts'
import { SegmentPeer } from './segment-peer.ts'

const TRANSFER = 'AAAAAAAAAAAAAAAAAAAAAA'
const LOW_WATER = 512 * 1024

async function connect(limit = 1 << 20) {
  const pair = await connectPair()
  const peer = new SegmentPeer(pair.ws, pair.socket, limit)
  pair.ws.on('close', () => peer.dispose())
  return { ...pair, peer }
}

const segment = (fill: number, length: number = LIMITS.segmentBytes) => Buffer.alloc(length, fill)
const settled = (promise: Promise<void>) => {
  const state = { settled: false }
  void promise.then(() => {
    state.settled = true
  })
  return state
}

suite('a receiver of segments', () => {
  test('gets segments and messages whole and in the order they were sent', async () => {
    await using pair = await connect()
    const received: unknown[] = []
    pair.client.on('message', (data: Buffer, isBinary) => {
      received.push(isBinary ? [data.length, data[0], data.at(-1)] : JSON.parse(data.toString()).first)
    })
    const expected: unknown[] = []
    for (let round = 0; round < 40; round++) {
      const length = 1 + ((round * 40_503) % 300_000)
      pair.peer.send({ type: 'want', transfer: TRANSFER, first: round, count: 1 })
      await pair.peer.sendSegment(segment(round, length))
      expected.push(round, [length, round, round])
    }
    pair.peer.close('shuttingDown')
    await once(pair.client, 'close')
    assert.deepEqual(received, expected)
  })

  test('that does not read makes the sender wait, and is not cut off for its segments', async () => {
    await using pair = await connect(64 * 1024)
    pair.client.pause()
    let waiting = settled(Promise.resolve())
    do {
      waiting = settled(pair.peer.sendSegment(segment(1)))
      for (let turn = 0; turn < 5; turn++) await nextTurn()
      assert.ok(pair.socket.writableLength <= LOW_WATER + LIMITS.segmentBytes + 100)
    } while (waiting.settled)
    pair.peer.send({ type: 'want', transfer: TRANSFER, first: 0, count: 1 })
    assert.equal(pair.peer.isOpen, true)
    pair.client.resume()
    while (!waiting.settled) await nextTurn()
  })

  test('that does not read its messages is cut off', async () => {
    await using pair = await connect(1_000)
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
    const sends = Promise.all(Array.from({ length: 40 }, () => pair.peer.sendSegment(segment(1))))
    await nextTurn()
    pair.client.terminate()
    await sends
    await pair.peer.sendSegment(segment(1))
  })

  test('is not read between pause and resume', async () => {
    await using pair = await connect()
    let received = 0
    pair.ws.on('message', () => received++)
    pair.peer.pause()
    await new Promise<void>(resolve => pair.client.send(segment(1, 1_000), () => resolve()))
    for (let turn = 0; turn < 20; turn++) await nextTurn()
    assert.equal(received, 0)
    const message = once(pair.ws, 'message')
    pair.peer.resume()
    await message
    assert.equal(received, 1)
  })
})

test('is read again only when it has rested and the relay has room, in whatever order', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    await using pair = await connect()
    const { peer, ws } = pair
    peer.rest(1_000)
    peer.pause()
    peer.resume()
    assert.equal(ws.isPaused, true, 'it rests')
    mock.timers.tick(1_000)
    assert.equal(ws.isPaused, false)
    peer.pause()
    peer.rest(1_000)
    mock.timers.tick(1_000)
    assert.equal(ws.isPaused, true, 'the relay has enough')
    peer.resume()
    assert.equal(ws.isPaused, false)
  } finally {
    mock.timers.reset()
  }
})
