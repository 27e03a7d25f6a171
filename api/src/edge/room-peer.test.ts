import assert from 'node:assert/strict'
import { once } from 'node:events'
import { suite, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { CLOSE, type ServerMessage } from '@chat-room/protocol'
import { connectPair } from '../../test/websocket-pair.ts'
import { Frame } from '../room/ports.ts'
import { RoomPeer } from './room-peer.ts'

const frame = (text: string) => new Frame({ type: 'left', text } as ServerMessage)

async function connect(limit = 4 << 20) {
  const pair = await connectPair()
  const peer = new RoomPeer(pair.ws, pair.socket, limit)
  pair.ws.on('close', () => peer.dispose())
  const texts: string[] = []
  pair.client.on('message', data => texts.push(data.toString()))
  return { ...pair, peer, texts }
}

suite('a client of the room', () => {
  test('gets every frame once and in order, written once per turn of the loop', async context => {
    await using pair = await connect()
    const write = context.mock.method(pair.socket, 'write')
    const frames = Array.from({ length: 64 }, (_, index) => frame(`${index}`))
    for (const each of frames) pair.peer.send(each)
    assert.equal(write.mock.callCount(), 0)
    await nextTurn()
    assert.equal(write.mock.callCount(), 1)
    pair.peer.close('left')
    const [code] = await once(pair.client, 'close')
    assert.equal(code, CLOSE.left.code)
    assert.deepEqual(
      pair.texts,
      frames.map(each => each.text),
    )
  })

  test('shares the frame that was built for the first', async () => {
    await using first = await connect()
    await using second = await connect()
    const shared = frame('shared')
    first.peer.send(shared)
    const { wire } = shared
    second.peer.send(shared)
    assert.ok(wire)
    assert.equal(shared.wire, wire)
  })

  test('is owed the right frames, though its neighbour is owed almost the same', async () => {
    await using first = await connect()
    await using second = await connect()
    const [a, b, c] = [frame('a'), frame('b'), frame('c')]
    for (const each of [a, b]) first.peer.send(each)
    for (const each of [a, c]) second.peer.send(each)
    first.peer.close('left')
    second.peer.close('left')
    await Promise.all([once(first.client, 'close'), once(second.client, 'close')])
    assert.deepEqual(first.texts, [a.text, b.text])
    assert.deepEqual(second.texts, [a.text, c.text])
  })

  test('reads frames of every size among pings, pongs and fragments of its own', async () => {
    await using pair = await connect()
    const sent: string[] = []
    for (let round = 0; round < 200; round++) {
      const next = frame('é'.repeat((round * 379) % 70_000))
      sent.push(next.text)
      pair.peer.send(next)
      if (round % 3 === 0) pair.ws.ping()
      if (round % 5 === 0) pair.client.ping()
      if (round % 7 === 0) pair.client.send('fragment', { fin: round % 14 === 0 })
      if (round % 11 === 0) await nextTurn()
      if (round % 23 === 0) pair.peer.flush()
    }
    pair.peer.close('shuttingDown')
    const [code, reason] = await once(pair.client, 'close')
    assert.deepEqual([code, String(reason)], [CLOSE.shuttingDown.code, CLOSE.shuttingDown.reason])
    assert.deepEqual(pair.texts, sent)
  })

  test('is sent nothing after the close frame', async () => {
    await using pair = await connect()
    pair.peer.close('left')
    pair.peer.send(frame('late'))
    pair.peer.flush()
    await once(pair.client, 'close')
    assert.deepEqual(pair.texts, [])
  })

  test('that does not read is cut off at the bound', async () => {
    const limit = 256 * 1024
    await using pair = await connect(limit)
    pair.client.pause()
    const big = frame('x'.repeat(32 * 1024))
    while (pair.peer.isOpen) {
      pair.peer.send(big)
      await nextTurn()
      assert.ok(pair.socket.writableLength <= limit + 200)
    }
    await once(pair.ws, 'close')
    assert.equal(pair.socket.destroyed, true)
  })

  test('that reads late, but within the time for goodbyes, learns why it was cut off', async () => {
    await using pair = await connect(100_000)
    pair.client.pause()
    for (let count = 0; count < 4; count++) pair.peer.send(frame('x'.repeat(30_000)))
    pair.client.resume()
    const [code] = await once(pair.client, 'close')
    assert.equal(code, CLOSE.slowReader.code)
  })

  test('may be owed one turn up to the bound, to the byte', async () => {
    const { wire } = await probe()
    await using pair = await connect(3 * wire.length)
    for (let count = 0; count < 3; count++) pair.peer.send(frame('probe'))
    assert.equal(pair.peer.isOpen, true)
    pair.peer.send(frame('probe'))
    assert.equal(pair.peer.isOpen, false)
  })

  test('that is paused is not read until its time is up', async context => {
    context.mock.timers.enable({ apis: ['setTimeout'] })
    await using pair = await connect()
    let received = 0
    pair.ws.on('message', () => received++)
    pair.peer.pause(1_000)
    pair.peer.pause(5_000)
    await new Promise<void>(resolve => pair.client.send('waits', () => resolve()))
    context.mock.timers.tick(1_000)
    for (let turn = 0; turn < 20; turn++) await nextTurn()
    assert.equal(received, 0)
    assert.equal(pair.peer.isPaused, true)
    const message = once(pair.ws, 'message')
    context.mock.timers.tick(4_000)
    await message
    assert.equal(received, 1)
  })

  test('that is paused can still be closed', async () => {
    await using pair = await connect()
    pair.peer.pause(60_000)
    pair.peer.close('flooding')
    const [code] = await once(pair.ws, 'close')
    assert.equal(code, CLOSE.flooding.code)
  })
})

async function probe() {
  await using pair = await connect()
  const probed = frame('probe')
  pair.peer.send(probed)
  assert.ok(probed.wire)
  return { wire: probed.wire }
}
