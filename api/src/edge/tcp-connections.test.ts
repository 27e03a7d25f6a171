import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { connectionLimits, createTcpConnections } from './tcp-connections.ts'

/** Two listeners that share one count. */
async function listening(limits: { total: number; perAddress: number }) {
  const connections = createTcpConnections(limits)
  const servers = [createServer(), createServer()] as const
  for (const server of servers) {
    server.on('connection', socket => !socket.destroyed && socket.on('error', () => {}).write('in'))
    connections.guard(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  const visit = (door: 0 | 1) => connect((servers[door].address() as AddressInfo).port, '127.0.0.1')
  return {
    connections,
    /** A connection that was let in, or undefined if it was ended. */
    async enter(door: 0 | 1): Promise<Socket | undefined> {
      const socket = visit(door).on('error', () => {})
      const admitted = await Promise.race([
        once(socket, 'data').then(() => true),
        new Promise<boolean>(resolve => socket.once('close', () => resolve(false))),
      ])
      return admitted ? socket : undefined
    },
    async [Symbol.asyncDispose]() {
      connections.destroyAll()
      for (const server of servers) {
        server.close()
        await once(server, 'close')
      }
    },
  }
}

test('connections of both ports are counted together; who goes makes room', async () => {
  await using port = await listening({ total: 9, perAddress: 2 })
  const first = await port.enter(0)
  assert.ok(first && (await port.enter(1)))
  assert.equal(await port.enter(0), undefined)
  assert.equal(await port.enter(1), undefined)
  first.destroy()
  // The server hears of the end in its own time.
  let next: Socket | undefined
  while (next === undefined) next = await port.enter(1)
})

test('all are ended together, and nobody comes after', async () => {
  await using port = await listening({ total: 9, perAddress: 9 })
  const open = [await port.enter(0), await port.enter(1)]
  const ended = open.map(socket => socket && once(socket, 'close'))
  port.connections.destroyAll()
  await Promise.all(ended)
  assert.equal(await port.enter(0), undefined)
})

test('whoever may have sockets may have half as many connections beside them', () => {
  assert.deepEqual(connectionLimits({ total: 20_000, perAddress: 1_000 }), {
    total: 30_000,
    perAddress: 1_500,
  })
  assert.deepEqual(connectionLimits({ total: 2, perAddress: 1 }), { total: 18, perAddress: 17 })
})
