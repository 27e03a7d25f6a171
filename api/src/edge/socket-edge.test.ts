import assert from 'node:assert/strict'
import { once } from 'node:events'
import { suite, test } from 'node:test'
import { CLOSE, LIMITS, SUBPROTOCOL } from '@chat-room/protocol'
import type { WebSocket } from 'ws'
import { attached, closing, listen, open, ROOM, SEGMENTS } from '../../test/edge-rig.ts'

suite('what arrives on a socket', () => {
  test('text is heard whole, fragmented or not, and the subprotocol is chosen', async () => {
    await using server = await listen()
    const client = await open(server)
    assert.equal(client.protocol, SUBPROTOCOL)
    assert.equal(client.extensions, '')
    client.send('é', { fin: false })
    client.ping()
    client.send('€', { fin: true })
    const [data] = await once(client, 'message')
    assert.equal(String(data), 'é€')
    client.terminate()
  })

  test('a room socket knows its room, its visitor, and its end', async () => {
    const ended = Promise.withResolvers<void>()
    const visitors: unknown[] = []
    await using server = await listen({
      onRoomSocket: (_peer, visitor) => {
        visitors.push(visitor)
        return { text() {}, closed: ended.resolve }
      },
    })
    const client = await open(server)
    client.terminate()
    await ended.promise
    assert.deepEqual(visitors, [{ room: 'main', address: '127.0.0.1' }])
  })

  test('a segment socket hears bytes that were not copied, and takes the largest segment', async () => {
    const heard = Promise.withResolvers<Uint8Array>()
    await using server = await listen({
      onSegmentSocket: attached(heard.resolve),
    })
    const client = await open(server, SEGMENTS)
    client.send(Buffer.alloc(LIMITS.segmentBytesMax + 21, 5))
    const bytes = await heard.promise
    assert.deepEqual([bytes.length, bytes[0], bytes.at(-1)], [LIMITS.segmentBytesMax + 21, 5, 5])
    client.terminate()
  })

  const wrong: readonly (readonly [string, string, (client: WebSocket) => void, number])[] = [
    ['a binary frame on the room socket', ROOM, client => client.send(Buffer.of(1)), 1003],
    ['invalid UTF-8', ROOM, client => client.send(Buffer.of(0xff), { binary: false }), 1007],
    [
      'a text frame over the limit',
      ROOM,
      client => client.send('x'.repeat(LIMITS.clientFrameBytes + 1)),
      1009,
    ],
    [
      'fragments over the limit',
      ROOM,
      client => {
        for (let part = 0; part < 4; part++) client.send('x'.repeat(30_000), { fin: part === 3 })
      },
      1009,
    ],
    [
      'a segment over the limit',
      SEGMENTS,
      client => client.send(Buffer.alloc(LIMITS.segmentBytesMax + 22)),
      1009,
    ],
    ['a callback that throws', ROOM, client => client.send('throw'), 1011],
    ['a callback that rejects', ROOM, client => client.send('reject'), 1011],
  ]
  for (const [what, path, send, code] of wrong) {
    test(`${what} closes that socket with ${code}, and no other`, async () => {
      await using server = await listen()
      const bystander = await open(server)
      const client = await open(server, path)
      send(client)
      assert.equal((await closing(client)).code, code)
      bystander.send('unharmed')
      assert.equal(String((await once(bystander, 'message'))[0]), 'unharmed')
      assert.equal(server.errors.length, code === 1011 ? 1 : 0)
      bystander.terminate()
    })
  }

  test('a callback that throws at the opening closes that socket with 1011', async () => {
    await using server = await listen({
      onRoomSocket: () => {
        throw new Error('planted')
      },
    })
    assert.equal((await closing(await open(server))).code, CLOSE.internalError.code)
    assert.equal(server.errors.length, 1)
  })

  test('nothing is heard after our close frame', async () => {
    const heard: string[] = []
    await using server = await listen({
      onRoomSocket: peer => ({
        text(text) {
          heard.push(text)
          peer.close('malformed')
        },
        closed() {},
      }),
    })
    const client = await open(server)
    client.send('first')
    client.send('second')
    assert.deepEqual(await closing(client), { code: 4400, reason: CLOSE.malformed.reason })
    assert.deepEqual(heard, ['first'])
  })
})
