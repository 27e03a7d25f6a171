import assert from 'node:assert/strict'
import { once } from 'node:events'
import { suite, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { CLOSE } from '@chat-room/protocol'
import { WebSocket } from 'ws'
import { attached, closing, listen, open, SEGMENTS, upgraded } from '../../test/edge-rig.ts'
import { binaryFrame, clientFrame } from '../../test/support/client-frames.ts'
import { OPCODE } from './frame-header.ts'
import type { SegmentPeer } from './segment-peer.ts'

/** Revolutions of the wheel that a silent client survives, and one more. */
const PINGS = 6

suite('P11: a segment socket is cut for stalling alone', () => {
  test('who neither answers nor moves a byte is closed', async () => {
    await using server = await listen({ pingEvery: 20 })
    const client = await open(server, SEGMENTS, { autoPong: false })
    assert.deepEqual(await closing(client), { code: CLOSE.unanswered.code, reason: CLOSE.unanswered.reason })
  })

  test('who sends a segment byte by byte, and answers no ping meanwhile, is heard to its end', async () => {
    const whole = Promise.withResolvers<Uint8Array>()
    await using server = await listen({ pingEvery: 20, onSegmentSocket: attached(whole.resolve) })
    const socket = await upgraded(server, SEGMENTS)
    const segment = Buffer.from('x'.repeat(3 * PINGS))
    const frame = binaryFrame(segment)
    let pings = 0
    socket.on('data', (data: Buffer) => {
      for (const byte of data) if (byte === 0x89) pings++
    })
    for (const [at] of frame.entries()) {
      socket.write(frame.subarray(at, at + 1))
      // A ping or two for every few bytes: far more than it might leave unanswered.
      const before = pings
      while (at % 4 === 0 && pings === before) await once(socket, 'data')
    }
    assert.deepEqual(Buffer.from(await whole.promise), segment)
    assert.ok(pings >= PINGS)
    socket.destroy()
  })

  test('who takes segments, and answers no ping, is alive; who takes none for as long is not', async () => {
    let peer: SegmentPeer | undefined
    await using server = await listen({
      pingEvery: 20,
      onSegmentSocket(opened, visitor) {
        peer = opened
        return attached(() => {})(opened, visitor)
      },
    })
    const client = await open(server, SEGMENTS, { autoPong: false })
    const closed = closing(client)
    for (let pings = 0; pings < 2 * PINGS; pings++) {
      await once(client, 'ping')
      await peer?.sendSegment(peer.place(1_000).fill(1))
    }
    assert.equal(client.readyState, WebSocket.OPEN)
    assert.equal((await closed).code, CLOSE.unanswered.code)
  })

  test('who answers pings in the middle of a segment that never grows is closed', async () => {
    await using server = await listen({ pingEvery: 20 })
    const client = await open(server, SEGMENTS)
    client.send(new Uint8Array(), { fin: false })
    assert.equal((await closing(client)).code, CLOSE.unanswered.code)
  })
})

suite('bounds of a segment socket', () => {
  test('P9: text of more than 4 KiB closes it with 1009', async () => {
    await using server = await listen()
    const client = await open(server, SEGMENTS)
    client.send(' '.repeat(4 * 1024 + 1))
    assert.equal((await closing(client)).code, CLOSE.frameTooLarge.code)
  })

  test('a segment in thousands of pieces costs what one in a single piece does', async () => {
    const whole = Promise.withResolvers<Uint8Array>()
    await using server = await listen({ onSegmentSocket: attached(whole.resolve) })
    const socket = await upgraded(server, SEGMENTS)
    const segment = Buffer.alloc(5_000, 'abcdefg')
    for (const byte of binaryFrame(segment)) socket.write(Buffer.of(byte))
    assert.deepEqual(Buffer.from(await whole.promise), segment)
    socket.destroy()
  })

  test('what comes with the handshake is heard, too', async () => {
    const whole = Promise.withResolvers<Uint8Array>()
    await using server = await listen({ onSegmentSocket: attached(whole.resolve) })
    const socket = await upgraded(server, SEGMENTS, binaryFrame(Buffer.from('early')))
    assert.equal(Buffer.from(await whole.promise).toString(), 'early')
    socket.destroy()
  })

  test('a client that hangs up amid a segment leaves nothing behind, and nobody notices', async () => {
    const ended = Promise.withResolvers<void>()
    await using server = await listen({
      onSegmentSocket: (peer, visitor) => ({
        ...attached(() => assert.fail('it is not whole'))(peer, visitor),
        closed: ended.resolve,
      }),
    })
    const socket = await upgraded(server, SEGMENTS)
    socket.write(clientFrame({ opcode: OPCODE.binary, payload: new Uint8Array(70_000) }).subarray(0, 30_000))
    await nextTurn()
    socket.destroy()
    await ended.promise
    assert.deepEqual(server.errors, [])
  })
})
