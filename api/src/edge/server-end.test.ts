import assert from 'node:assert/strict'
import { once } from 'node:events'
import { suite, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { connectSegmentPair, type SegmentPair } from '../../test/segment-pair.ts'
import { clientFrame } from '../../test/support/client-frames.ts'
import { OPCODE } from './frame-header.ts'

/** Writes past the library. */
const raw = ({ client }: SegmentPair, ...frames: Buffer[]): void => {
  ;(client as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(Buffer.concat(frames))
}

const closing = async ({ client }: SegmentPair): Promise<readonly [number, string]> => {
  const [code, reason] = await once(client, 'close')
  return [code, String(reason)]
}

suite('RFC 6455 7: the closing handshake', () => {
  test('what we close with is heard, and the connection is gone once it is answered', async () => {
    await using pair = await connectSegmentPair()
    const gone = once(pair.socket, 'close')
    pair.end.close(4409, 'elsewhere')
    assert.deepEqual(await closing(pair), [4409, 'elsewhere'])
    await gone
    assert.equal(pair.end.readyState, 3)
  })

  test('a client that closes is answered with its own code', async () => {
    await using pair = await connectSegmentPair()
    pair.client.close(4001, 'enough')
    assert.equal((await closing(pair))[0], 4001)
  })

  test('a client that closes without a code is answered without one', async () => {
    await using pair = await connectSegmentPair()
    pair.client.close()
    assert.equal((await closing(pair))[0], 1005)
  })

  test('a client that does not answer is cut off after the farewell', async () => {
    await using pair = await connectSegmentPair()
    pair.client.pause()
    const gone = once(pair.socket, 'close')
    pair.end.close(1001, '')
    await gone
  })

  test('a client that hangs up without a word is gone, and so is one that only stops speaking', async () => {
    for (const hangUp of ['terminate', 'end'] as const) {
      await using pair = await connectSegmentPair()
      const gone = once(pair.socket, 'close')
      if (hangUp === 'terminate') pair.client.terminate()
      else (pair.client as unknown as { _socket: { end(): void } })._socket.end()
      await gone
      assert.equal(pair.end.readyState, 3)
    }
  })

  test('segments on their way when we close are skipped, up to the client’s close frame', async () => {
    let asked = 0
    await using pair = await connectSegmentPair({
      place(length) {
        asked++
        return new Uint8Array(length)
      },
    })
    pair.end.close(4409, '')
    raw(
      pair,
      ...Array.from({ length: 20 }, () =>
        clientFrame({ opcode: OPCODE.binary, payload: Buffer.alloc(300_000) }),
      ),
    )
    await closing(pair)
    assert.equal(asked, 0)
  })

  test('frames that break the protocol end it with their code, and nothing after them is heard', async () => {
    const broken: number[] = []
    const texts: string[] = []
    await using pair = await connectSegmentPair({
      broken: code => broken.push(code),
      text: text => texts.push(text),
    })
    raw(
      pair,
      clientFrame({ opcode: 3, payload: Buffer.of(1) }),
      clientFrame({ opcode: OPCODE.text, payload: Buffer.from('late') }),
    )
    assert.deepEqual(await closing(pair), [1002, ''])
    assert.deepEqual([broken, texts], [[1002], []])
  })
})

suite('RFC 6455 5.5: pings', () => {
  test('are answered with what they said', async () => {
    await using pair = await connectSegmentPair()
    pair.client.ping('are you there?')
    assert.equal(String((await once(pair.client, 'pong'))[0]), 'are you there?')
  })

  test('of a client that reads nothing cost us two answers, of which the last is the latest ping’s', async () => {
    await using pair = await connectSegmentPair()
    // They are none that it could understand.
    pair.client.on('error', () => {})
    // Bytes that fill what the systems hold, so that an answer has to wait.
    pair.client.pause()
    while (pair.socket.write(Buffer.alloc(1 << 16))) await nextTurn()
    const before = pair.socket.writableLength
    const pings = Array.from({ length: 5_000 }, (_, at) =>
      clientFrame({ opcode: OPCODE.ping, payload: Buffer.from(String(at).padStart(100)) }),
    )
    const read = pair.socket.bytesRead
    raw(pair, ...pings)
    const sent = pings.reduce((sum, { length }) => sum + length, 0)
    while (pair.socket.bytesRead < read + sent) await nextTurn()
    assert.ok(pair.socket.writableLength - before <= 2 * 102, 'two answers')
  })

  test('of ours are heard by the client; after our close frame there are none', async () => {
    await using pair = await connectSegmentPair()
    const pinged = once(pair.client, 'ping')
    pair.end.ping()
    await pinged
    const written = pair.socket.bytesWritten
    pair.end.close(1000, '')
    const closed = pair.socket.bytesWritten
    pair.end.ping()
    assert.ok(closed > written)
    assert.equal(pair.socket.bytesWritten, closed)
  })
})

suite('signs of life', () => {
  async function heardOf(...frames: Buffer[]): Promise<number> {
    let heard = 0
    await using pair = await connectSegmentPair({ heard: () => heard++ })
    const read = pair.socket.bytesRead
    for (const frame of frames) {
      raw(pair, frame)
      await nextTurn()
    }
    const sent = frames.reduce((sum, { length }) => sum + length, 0)
    while (pair.socket.bytesRead < read + sent) await nextTurn()
    return heard
  }
  const begun = clientFrame({ opcode: OPCODE.binary, payload: Buffer.of(1, 2, 3), fin: false })
  const empty = clientFrame({ opcode: OPCODE.binary, payload: new Uint8Array(), fin: false })
  const pong = clientFrame({ opcode: OPCODE.pong, payload: Buffer.from('here') })

  test('are bytes of a message that is not whole, and answers to pings', async () => {
    assert.ok((await heardOf(begun)) > 0)
    assert.ok((await heardOf(pong)) > 0)
  })

  test('are no answers amid a message that never ends (RFC 6455 5.4)', async () => {
    assert.equal(await heardOf(empty, pong, pong), 0)
  })
})
