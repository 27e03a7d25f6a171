import assert from 'node:assert/strict'
import { on } from 'node:events'
import { test } from 'node:test'
import { connectPair } from '../../test/websocket-pair.ts'
import { OPCODE } from './frame-header.ts'
import { encodeControlFrame, encodeTextFrame, FRONT_BYTES, frameInPlace } from './server-frame.ts'

// Either side of each length encoding of RFC 6455 section 5.2.
const LENGTHS = [0, 1, 125, 126, 127, 65_535, 65_536, 300_000]

test('RFC 6455 5.2: a client reads our frames of every length', async () => {
  await using pair = await connectPair()
  const messages = on(pair.client, 'message')
  for (const length of LENGTHS) {
    const text = 'x'.repeat(length)
    const body = Buffer.alloc(length, 7)
    const payload = new Uint8Array(FRONT_BYTES + length).subarray(FRONT_BYTES).fill(7)
    pair.socket.write(encodeTextFrame(text))
    pair.socket.write(frameInPlace(payload))
    const heard = [(await messages.next()).value, (await messages.next()).value]
    assert.deepEqual(heard, [
      [Buffer.from(text), false],
      [body, true],
    ])
  }
})

test('RFC 6455 5.6: the length of text is counted in bytes of UTF-8', () => {
  assert.deepEqual([...encodeTextFrame('é€')], [0x81, 5, 0xc3, 0xa9, 0xe2, 0x82, 0xac])
})

test('RFC 6455 5.5: a control frame is its opcode, its length and its payload', () => {
  assert.deepEqual([...encodeControlFrame(OPCODE.ping, Buffer.from('hi'))], [0x89, 2, 0x68, 0x69])
})
