import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { connectPair } from '../../test/websocket-pair.ts'
import type { SocketHandlers } from './connection.ts'
import { RoomConnection } from './room-connection.ts'
import { RoomPeer } from './room-peer.ts'

async function connect(handlers: Partial<SocketHandlers> = {}) {
  const pair = await connectPair()
  const errors: unknown[] = []
  const log = { error: (context: object) => errors.push(context), debug() {} }
  const peer = new RoomPeer(pair.ws, pair.socket, 1 << 20)
  const connection = new RoomConnection(
    pair.ws,
    peer,
    '192.0.2.1',
    log as ConstructorParameters<typeof RoomConnection>[3],
  )
  connection.open(() => ({ text() {}, closed() {}, ...handlers }))
  return { ...pair, peer, connection, errors }
}

test('whoever speaks is alive; whoever is silent is counted', async () => {
  await using pair = await connect()
  pair.connection.unheard = 2
  pair.connection.received(Buffer.from('here'), false)
  assert.equal(pair.connection.unheard, 0)
})

test('a client that we do not read is pinged, but its silence is not held against it', async () => {
  await using pair = await connect()
  pair.peer.pause(60_000)
  pair.connection.unheard = 1
  const pinged = once(pair.client, 'ping')
  pair.connection.ping()
  await pinged
  assert.equal(pair.connection.unheard, 0)
  pair.peer.close('left')
  await once(pair.client, 'close')
})

test('an end whose callback fails is logged and ends nothing else', async () => {
  await using pair = await connect({
    closed() {
      throw new Error('planted')
    },
  })
  pair.connection.closed()
  assert.equal(pair.errors.length, 1)
})
