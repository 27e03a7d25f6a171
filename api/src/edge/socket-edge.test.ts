import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { Http2SecureServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { CLOSE, LIMITS, SUBPROTOCOL } from '@chat-room/protocol'
import { WebSocket } from 'ws'
import { ensureLocalCertificates } from '../../../certs/local-certificates.ts'
import type { Frame } from '../room/ports.ts'
import type { SocketHandlers } from './connection.ts'
import { Hosts } from './hosts.ts'
import type { RoomPeer } from './room-peer.ts'
import { createSocketEdge, type SocketEdgeOptions } from './socket-edge.ts'
import { createTlsServer, type Pair } from './tls.ts'

let pair: Pair
let ca: string

before(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'socket-edge-'))
  const host = { name: 'box-7', addresses: ['127.0.0.1'] }
  const made = await ensureLocalCertificates({ directory, names: [], now: Date.now(), host })
  assert.ok(made.ok)
  const read = (name: 'ca.crt' | 'server.crt' | 'server.key') => readFile(made.value.paths[name], 'utf8')
  ca = await read('ca.crt')
  pair = { cert: await read('server.crt'), key: await read('server.key') }
  await rm(directory, { recursive: true })
})

const uncaught: unknown[] = []
const remember = (error: unknown) => uncaught.push(error)
process.on('unhandledRejection', remember)
after(() => {
  process.off('unhandledRejection', remember)
  assert.deepEqual(uncaught, [])
})

/** Says back what it hears; does as it is told by some words. */
function echo(peer: RoomPeer): SocketHandlers {
  return {
    text(text) {
      if (text === 'throw') throw new Error('planted')
      if (text === 'reject') return Promise.reject(new Error('planted'))
      peer.send({ text, wire: undefined } satisfies Frame)
    },
    closed() {},
  }
}

/** A segment socket that has shown its ticket. */
const attached =
  (binary: (bytes: Uint8Array) => void): SocketEdgeOptions['onSegmentSocket'] =>
  peer => {
    peer.entered()
    return { text() {}, binary, closed() {} }
  }

type Listening = AsyncDisposable & {
  readonly port: number
  readonly server: Http2SecureServer
  readonly edge: ReturnType<typeof createSocketEdge>
  readonly errors: unknown[]
}

async function listen(options: Partial<SocketEdgeOptions> = {}): Promise<Listening> {
  const { server } = createTlsServer(pair)
  const errors: unknown[] = []
  const edge = createSocketEdge({
    hosts: new Hosts(['localhost', '127.0.0.1']),
    hasRoom: room => room === 'main',
    limits: { total: 100, perAddress: 100 },
    log: { error: (context: object) => errors.push(context), debug: () => {} } as SocketEdgeOptions['log'],
    onRoomSocket: echo,
    onSegmentSocket: attached(() => {}),
    farewell: 300,
    ...options,
  })
  edge.attach(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    server,
    edge,
    errors,
    async [Symbol.asyncDispose]() {
      await edge.closeAll('shuttingDown')
      server.close()
      await once(server, 'close')
    },
  }
}

async function open({ port }: Listening, path = '/rooms/main/socket'): Promise<WebSocket> {
  const client = new WebSocket(`wss://localhost:${port}${path}`, SUBPROTOCOL, { ca })
  await once(client, 'open')
  return client
}

/** Proves that the server lives: a new client is served. */
async function assertServes(server: Listening): Promise<void> {
  const client = await open(server)
  client.send('still there?')
  const [data] = await once(client, 'message')
  assert.equal(String(data), 'still there?')
  client.close()
  await once(client, 'close')
}

async function closing(client: WebSocket): Promise<{ code: number; reason: string }> {
  const [code, reason] = await once(client, 'close')
  return { code, reason: String(reason) }
}

/** With an error or without: a server that hangs up on us while we still write resets the connection. */
const hungUp = (socket: TLSSocket) =>
  new Promise<void>(resolve => {
    socket.on('error', () => {}).on('close', () => resolve())
  })

/** What the server answers to these bytes until it hangs up. */
async function raw({ port }: Listening, bytes: string | Buffer): Promise<string> {
  const socket = connectTls({
    port,
    host: '127.0.0.1',
    servername: 'localhost',
    ca,
    ALPNProtocols: ['http/1.1'],
  })
  let answer = ''
  socket.on('data', data => {
    answer += data.toString('latin1')
  })
  const ended = hungUp(socket)
  await once(socket, 'secureConnect')
  socket.write(bytes)
  await ended
  return answer
}

const handshake = (first: string, more = '') =>
  `${first} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n` +
  `Sec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n${more}\r\n`

/** A socket whose client's frames are written by hand. */
async function upgraded({ port }: Listening, path = '/rooms/main/socket'): Promise<TLSSocket> {
  const options = { port, host: '127.0.0.1', servername: 'localhost', ca, ALPNProtocols: ['http/1.1'] }
  const socket = connectTls(options)
  await once(socket, 'secureConnect')
  socket.setNoDelay().write(handshake(`GET ${path}`))
  const [answer] = await once(socket, 'data')
  assert.match(String(answer), /^HTTP\/1\.1 101 /)
  return socket
}

/** Whole numbers below a bound, the same ones every time. */
function seededRandom(seed: number) {
  let state = seed
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const GOOD = handshake('GET /rooms/main/socket')

suite('the server lives on, whatever asks for a socket', () => {
  const cases: readonly (readonly [string, string | Buffer, RegExp])[] = [
    ['GET //, which ends a bare @hono/node-ws', handshake('GET //'), /^HTTP\/1\.1 404 /],
    ['a target that climbs', handshake('GET /rooms/../'), /^HTTP\/1\.1 404 /],
    ['no target that a URL could hold', handshake('GET http://[/'), /^HTTP\/1\.1 40[04] /],
    ['POST', handshake('POST /rooms/main/socket'), /^HTTP\/1\.1 405 /],
    ['another Host', GOOD.replace('localhost', 'evil.test'), /^HTTP\/1\.1 421 /],
    [
      'another Origin',
      handshake('GET /rooms/main/socket', 'Origin: https://evil.test\r\n'),
      /^HTTP\/1\.1 403 /,
    ],
    [
      'another subprotocol',
      GOOD.replace(SUBPROTOCOL, 'chat'),
      /^HTTP\/1\.1 400 [\s\S]*subprotocol chat-room/,
    ],
    [
      'a list of subprotocols that ws refuses',
      GOOD.replace(SUBPROTOCOL, `${SUBPROTOCOL}, ,`),
      /^HTTP\/1\.1 400 /,
    ],
    ['no key', GOOD.replace(/Sec-WebSocket-Key.*\r\n/, ''), /^HTTP\/1\.1 400 /],
    [
      'version 8',
      GOOD.replace('Version: 13', 'Version: 8'),
      /^HTTP\/1\.1 426 [\s\S]*sec-websocket-version: 13/,
    ],
    [
      '10 KiB of header',
      handshake('GET /rooms/main/socket', `Cookie: ${'a'.repeat(10_000)}\r\n`),
      /^HTTP\/1\.1 431 /,
    ],
    [
      '100 KiB of header',
      handshake('GET /rooms/main/socket', `Cookie: ${'a'.repeat(100_000)}\r\n`),
      /^(HTTP\/1\.1 431 |$)/,
    ],
    ['garbage', Buffer.alloc(5_000, 0xfe), /^(HTTP\/1\.1 400 |$)/],
    ['half a handshake, then garbage', `${GOOD.slice(0, 90)}\0\0\r\n\r\n`, /^(HTTP\/1\.1 400 |$)/],
    [
      'a handshake and garbage in one go',
      Buffer.concat([Buffer.from(GOOD), Buffer.alloc(5_000, 0xff)]),
      /^HTTP\/1\.1 101 /,
    ],
  ]
  for (const [what, bytes, answer] of cases) {
    test(what, async () => {
      await using server = await listen()
      assert.match(await raw(server, bytes), answer)
      await assertServes(server)
      assert.deepEqual(server.errors, [])
    })
  }

  test('a handshake whose client has hung up already', async () => {
    await using server = await listen({ limits: { total: 1, perAddress: 1 } })
    for (let attempt = 0; attempt < 5; attempt++) {
      const socket = connectTls({ port: server.port, host: '127.0.0.1', servername: 'localhost', ca })
      const ended = hungUp(socket)
      await once(socket, 'secureConnect')
      socket.end(GOOD)
      socket.resume()
      await ended
    }
    await assertServes(server)
  })
})

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
    const client = await open(server, '/rooms/main/segments')
    client.send(Buffer.alloc(LIMITS.segmentBytesMax + 21, 5))
    const bytes = await heard.promise
    assert.deepEqual([bytes.length, bytes[0], bytes.at(-1)], [LIMITS.segmentBytesMax + 21, 5, 5])
    client.terminate()
  })

  const wrong: readonly (readonly [string, string, (client: WebSocket) => void, number])[] = [
    ['a binary frame on the room socket', '/rooms/main/socket', client => client.send(Buffer.of(1)), 1003],
    ['invalid UTF-8', '/rooms/main/socket', client => client.send(Buffer.of(0xff), { binary: false }), 1007],
    [
      'a text frame over the limit',
      '/rooms/main/socket',
      client => client.send('x'.repeat(LIMITS.clientFrameBytes + 1)),
      1009,
    ],
    [
      'fragments over the limit',
      '/rooms/main/socket',
      client => {
        for (let part = 0; part < 4; part++) client.send('x'.repeat(30_000), { fin: part === 3 })
      },
      1009,
    ],
    [
      'a segment over the limit',
      '/rooms/main/segments',
      client => client.send(Buffer.alloc(LIMITS.segmentBytesMax + 22)),
      1009,
    ],
    ['a callback that throws', '/rooms/main/socket', client => client.send('throw'), 1011],
    ['a callback that rejects', '/rooms/main/socket', client => client.send('reject'), 1011],
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
    const silent = new WebSocket(`wss://localhost:${server.port}/rooms/main/socket`, SUBPROTOCOL, {
      ca,
      autoPong: false,
    })
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

  for (const path of ['/rooms/main/socket', '/rooms/main/segments']) {
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
    const random = seededRandom(20)
    client.on('ping', () => {
      pings++
      client.ping(Buffer.alloc(random(126)))
      client.pong(Buffer.alloc(random(126)))
      for (let part = random(4); part >= 0; part--) {
        client.send('x'.repeat(random(20_000)), { fin: part === 0 })
        client.pong(Buffer.alloc(random(126)))
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
      onSegmentSocket: () => ({ text() {}, binary: () => void heard++, closed() {} }),
    })
    const socket = await upgraded(server, '/rooms/main/segments')
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
