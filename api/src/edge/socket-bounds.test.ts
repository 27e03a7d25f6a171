import assert from 'node:assert/strict'
import { once } from 'node:events'
import { suite, test } from 'node:test'
import { CLOSE } from '@chat-room/protocol'
import { WebSocket } from 'ws'
import {
  assertServes,
  closing,
  echo,
  GOOD,
  hungUp,
  listen,
  open,
  ROOM,
  raw,
  SEGMENTS,
  upgraded,
} from '../../test/edge-rig.ts'
import { SeededRandom } from '../../test/support/seeded-random.ts'
import type { RoomPeer } from './room-peer.ts'

suite('bounds', () => {
  test('a client that does not read is cut off; nobody else notices', async () => {
    const limit = 1 << 20
    const cut = Promise.withResolvers<void>()
    const frame = { text: 'x'.repeat(64 * 1024), wire: undefined }
    await using server = await listen({
      slowReaderBuffer: limit,
      onRoomSocket: peer => {
        const timer = setInterval(() => peer.send(frame), 0)
        return {
          text: text => peer.send({ text, wire: undefined }),
          closed() {
            clearInterval(timer)
            cut.resolve()
          },
        }
      },
    })
    const client = await open(server)
    client.pause()
    await cut.promise
    client.terminate()
  })

  test('a client that does not answer pings is closed; one that does stays', async () => {
    await using server = await listen({ pingEvery: 50 })
    const silent = await open(server, ROOM, { autoPong: false })
    const lively = await open(server)
    assert.deepEqual(await closing(silent), { code: 4414, reason: CLOSE.unanswered.reason })
    lively.send('still here')
    assert.equal(String((await once(lively, 'message'))[0]), 'still here')
    lively.terminate()
  })

  test('connections are limited per address and in all', async () => {
    await using server = await listen({ limits: { total: 3, perAddress: 2 } })
    const clients = [await open(server), await open(server)]
    assert.match(await raw(server, GOOD), /^HTTP\/1\.1 429 [\s\S]*too many connections/)
    clients[0]?.close()
    await once(clients[0] as WebSocket, 'close')
    await assertServes(server)
    clients[1]?.terminate()
  })

  for (const path of [ROOM, SEGMENTS]) {
    test(`a message of too many fragments closes ${path} with 1008`, async () => {
      await using server = await listen()
      const client = await open(server, path)
      for (let part = 0; part < 65; part++) client.send('', { fin: false })
      assert.equal((await closing(client)).code, 1008)
      await assertServes(server)
    })
  }

  test('a frame that comes in too many pieces closes its socket with 1008', async () => {
    await using server = await listen()
    const socket = await upgraded(server)
    const ended = hungUp(socket)
    socket.write(Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4]))
    const dribble = setInterval(() => socket.write('x'), 0)
    const [data] = await once(socket, 'data')
    clearInterval(dribble)
    assert.deepEqual([...data.subarray(0, 1), data.readUInt16BE(2)], [0x88, 1008])
    socket.destroy()
    await ended
  })

  test('whoever answers pings in the middle of a message that never ends is closed', async () => {
    await using server = await listen({ pingEvery: 50 })
    const client = await open(server)
    client.send('x', { fin: false })
    assert.equal((await closing(client)).code, CLOSE.unanswered.code)
  })

  test('whoever talks in every way that there is, and ends what it begins, is never closed for silence', async () => {
    await using server = await listen({ pingEvery: 50 })
    const client = await open(server)
    let pings = 0
    const random = new SeededRandom(20)
    client.on('ping', () => {
      pings++
      client.ping(Buffer.alloc(random.below(126)))
      client.pong(Buffer.alloc(random.below(126)))
      for (let part = random.below(4); part >= 0; part--) {
        client.send('x'.repeat(random.below(20_000)), { fin: part === 0 })
        client.pong(Buffer.alloc(random.below(126)))
      }
    })
    while (pings < 20) await once(client, 'ping')
    // From here on it only answers; a byte that was counted wrongly would end it after two more pings.
    client.removeAllListeners('ping')
    while (pings++ < 26) await once(client, 'ping')
    assert.equal(client.readyState, WebSocket.OPEN)
    client.terminate()
  })

  test('a newcomer to a full house takes the place of whoever waits longest; who has entered stays', async () => {
    const peers: RoomPeer[] = []
    await using server = await listen({
      newcomers: { total: 2, perAddress: 2 },
      onRoomSocket: peer => {
        peers.push(peer)
        return echo(peer)
      },
    })
    const member = await open(server)
    peers[0]?.entered()
    const oldest = await open(server)
    const left = closing(oldest)
    const waiting = await open(server)
    const newest = await open(server)
    assert.deepEqual(await left, { code: CLOSE.idle.code, reason: CLOSE.idle.reason })
    for (const client of [member, waiting, newest]) {
      client.send('still here')
      assert.equal(String((await once(client, 'message'))[0]), 'still here')
      client.terminate()
    }
  })

  test('a newcomer is owed little, a member more', async () => {
    const answer = { text: 'x'.repeat(70_000), wire: undefined }
    await using server = await listen({
      onRoomSocket: peer => ({
        text(text) {
          if (text === 'join') peer.entersWhen(() => true)
          peer.send(answer)
        },
        closed() {},
      }),
    })
    const member = await open(server)
    member.send('join')
    assert.equal(String((await once(member, 'message'))[0]).length, 70_000)
    member.terminate()
    const newcomer = await open(server)
    newcomer.send('hello')
    assert.equal((await closing(newcomer)).code, CLOSE.slowReader.code)
  })

  test('a segment socket without a ticket is turned away before its segment is there', async () => {
    let heard = 0
    await using server = await listen({
      onSegmentSocket: peer => ({
        text() {},
        place() {
          peer.close('notAttached')
          return undefined
        },
        binary: () => void heard++,
        closed() {},
      }),
    })
    const socket = await upgraded(server, SEGMENTS)
    const ended = hungUp(socket)
    socket.write(Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 16, 0, 0, 1, 2, 3, 4]))
    socket.write(Buffer.alloc(8_000))
    const [data] = await once(socket, 'data')
    assert.deepEqual([data[0], data.readUInt16BE(2)], [0x88, CLOSE.notAttached.code])
    socket.end()
    await ended
    assert.equal(heard, 0)
  })

  test('closing all tells every client why, even one that does not answer, and then takes nobody', async () => {
    await using server = await listen()
    const client = await open(server)
    const deaf = await open(server)
    deaf.pause()
    const closed = closing(client)
    await server.edge.closeAll('shuttingDown')
    assert.deepEqual(await closed, { code: 1001, reason: CLOSE.shuttingDown.reason })
    assert.match(await raw(server, GOOD), /^HTTP\/1\.1 503 /)
    deaf.terminate()
  })
})
