import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Bytes, ConnectionProblem, Socket } from '@chat-room/client'
import { LIMITS, SEGMENT_HEADER_BYTES } from '@chat-room/protocol'
import { type WebSocket, WebSocketServer } from 'ws'
import { ensureLocalCertificates } from '../../../certs/local-certificates.ts'
import { SeededRandom } from '../../test/support/seeded-random.ts'
import { FakeClock } from '../../test/terminal/fake-clock.ts'
import { systemClock } from './clock.ts'
import { createOpenSocket } from './socket.ts'
import { trustedAuthorities } from './trust.ts'

const YEAR = 365 * 24 * 3_600_000
const HOST = { name: 'laptop', addresses: [] }

let directory = ''
let authority = ''
let server: Server
let sockets: WebSocketServer
let port = 0
let fingerprint = ''

async function serve(folder: string, now = Date.now(), address = '127.0.0.1') {
  const made = await ensureLocalCertificates({
    directory: join(directory, folder),
    names: [],
    now,
    host: HOST,
  })
  assert.ok(made.ok)
  const { 'server.crt': cert, 'server.key': key, 'ca.crt': ca } = made.value.paths
  const started = createServer({ cert: await readFile(cert), key: await readFile(key) })
  started.listen(0, address)
  await once(started, 'listening')
  return {
    server: started,
    port: (started.address() as AddressInfo).port,
    authority: ca,
    fingerprint: new X509Certificate(await readFile(cert)).fingerprint256,
  }
}

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'socket-'))
  const served = await serve('local')
  ;({ server, port, authority, fingerprint } = served)
  sockets = new WebSocketServer({ server, path: '/room', handleProtocols: () => 'chat-room.v1' })
})
after(async () => {
  sockets.close()
  server.closeAllConnections()
  server.close()
  await rm(directory, { recursive: true })
})

function trusting(own: string, asked?: string) {
  const trust = trustedAuthorities(own, asked)
  assert.ok(trust.ok)
  return trust.value
}

/** RFC 6455, 1.3. */
const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const NOBODY = '/nonexistent/ca.crt'
/** Of a frame's header and its mask (RFC 6455, 5.2), several times. */
const FRAMING = 64

const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve))

async function received(client: Seen, count: number): Promise<void> {
  while (client.received.length < count) await nextTurn()
}

type Seen = {
  readonly socket: Socket
  readonly opened: Promise<void>
  readonly closed: Promise<{ readonly code: number; readonly problem: ConnectionProblem | undefined }>
  readonly received: (string | Bytes)[]
}

function open(url: string, trust = trusting(authority), clock: typeof systemClock = systemClock): Seen {
  const opened = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<{ code: number; problem: ConnectionProblem | undefined }>()
  const received: (string | Bytes)[] = []
  const socket = createOpenSocket(trust, clock)(url, 'chat-room.v1', {
    opened: opened.resolve,
    text: text => received.push(text),
    binary: bytes => received.push(bytes),
    closed: (code, problem) => closed.resolve({ code, problem }),
  })
  return { socket, opened: opened.promise, closed: closed.promise, received }
}

async function accepted(): Promise<WebSocket> {
  const [socket] = await once(sockets, 'connection')
  return socket
}

async function problemAt(url: string, trust = trusting(authority)): Promise<ConnectionProblem> {
  const { problem } = await open(url, trust).closed
  assert.ok(problem)
  return problem
}

test("the project's local authority is trusted by itself, one that is asked for too", async () => {
  for (const trust of [trusting(authority), trusting(NOBODY, authority)]) {
    const arrival = accepted()
    const client = open(`wss://127.0.0.1:${port}/room`, trust)
    await client.opened
    ;(await arrival).send('hello')
    client.socket.close(1000)
    assert.deepEqual(await client.closed, { code: 1000, problem: undefined })
    assert.deepEqual(client.received, ['hello'])
  }
})

test("a message that comes with the server's answer, in one write, is heard", async () => {
  const served = await serve('at-once')
  served.server.on('upgrade', ({ headers }, socket) => {
    const accept = createHash('sha1')
      .update(`${headers['sec-websocket-key']}${WEBSOCKET_GUID}`)
      .digest('base64')
    const answer = [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${accept}`,
      'Sec-WebSocket-Protocol: chat-room.v1',
    ]
    const frames = Buffer.from([0x81, 2, ...Buffer.from('hi'), 0x88, 2, 0x03, 0xe8])
    socket.end(Buffer.concat([Buffer.from(`${answer.join('\r\n')}\r\n\r\n`), frames]))
  })
  try {
    const client = open(`wss://127.0.0.1:${served.port}/room`, trusting(served.authority))
    assert.equal((await client.closed).code, 1000)
    assert.deepEqual(client.received, ['hi'])
  } finally {
    served.server.closeAllConnections()
    served.server.close()
  }
})

test('an authority made after the client started is trusted from then on', async () => {
  const later = join(directory, 'later')
  const trust = trusting(join(later, 'ca.crt'))
  assert.equal((await problemAt(`wss://127.0.0.1:${port}/room`, trust)).reason, 'certificate')
  const served = await serve('later')
  served.server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 404 Not Found\r\n\r\n'))
  try {
    assert.equal((await problemAt(`wss://127.0.0.1:${served.port}/room`, trust)).reason, 'unreachable')
  } finally {
    served.server.closeAllConnections()
    served.server.close()
  }
})

test('an untrusted certificate is refused with its fingerprint, and nothing is sent', async () => {
  let heard = 0
  const count = () => heard++
  server.on('upgrade', count)
  const problem = await problemAt(`wss://127.0.0.1:${port}/room`, trusting(NOBODY))
  server.off('upgrade', count)
  assert.equal(problem.reason, 'certificate')
  assert.ok(problem.message.includes(fingerprint), problem.message)
  assert.match(problem.message, /--ca/)
  assert.equal(heard, 0)
})

test('a certificate for another name, and one that has expired, are refused in plain words', async () => {
  const past = await serve('past', Date.now() - 12 * YEAR)
  try {
    const expired = await problemAt(`wss://127.0.0.1:${past.port}/room`, trusting(past.authority))
    assert.equal(expired.reason, 'certificate')
    assert.match(expired.message, /expired/)
    assert.ok(expired.message.includes(past.fingerprint))
  } finally {
    past.server.closeAllConnections()
    past.server.close()
  }
  const other = await serve('local', Date.now(), '127.0.0.2')
  try {
    const mismatch = await problemAt(`wss://127.0.0.2:${other.port}/room`)
    assert.equal(mismatch.reason, 'certificate')
    assert.match(mismatch.message, /not for 127\.0\.0\.2; it is for .*localhost/)
    assert.ok(mismatch.message.includes(fingerprint))
  } finally {
    other.server.closeAllConnections()
    other.server.close()
  }
})

test('what cannot be reached is explained', async () => {
  const closed = createTcpServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port: free } = closed.address() as AddressInfo
  closed.close()
  await once(closed, 'close')
  assert.deepEqual(await problemAt(`wss://127.0.0.1:${free}/room`), {
    reason: 'unreachable',
    message: `nothing listens at 127.0.0.1:${free}`,
  })

  const plain = createHttpServer().listen(0, '127.0.0.1')
  await once(plain, 'listening')
  const { port: plainPort } = plain.address() as AddressInfo
  assert.match((await problemAt(`wss://127.0.0.1:${plainPort}/room`)).message, /does not speak TLS/)
  plain.closeAllConnections()
  plain.close()

  assert.match((await problemAt(`wss://127.0.0.1:${port}/elsewhere`)).message, /HTTP status 400/)
})

test('a server that accepts and says nothing is given up', async () => {
  const silent = createTcpServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const clock = new FakeClock(0)
  const client = open(
    `wss://127.0.0.1:${(silent.address() as AddressInfo).port}/room`,
    trusting(authority),
    clock,
  )
  clock.advance(20_000)
  const { problem } = await client.closed
  assert.match(problem?.message ?? '', /does not answer/)
  silent.close()
})

test('60 s without a ping from the server end the connection; pings keep it', async () => {
  const clock = new FakeClock(0)
  const arrival = accepted()
  const client = open(`wss://127.0.0.1:${port}/room`, trusting(authority), clock)
  const peer = await arrival
  await client.opened
  for (let i = 0; i < 4; i++) {
    clock.advance(50_000)
    peer.ping()
    await once(peer, 'pong')
  }
  clock.advance(60_000)
  assert.equal((await client.closed).code, 1006)
})

test('whatever arrives keeps the connection: a ping may wait behind megabytes of segments', async () => {
  const clock = new FakeClock(0)
  const arrival = accepted()
  const client = open(`wss://127.0.0.1:${port}/room`, trusting(authority), clock)
  const peer = await arrival
  await client.opened
  let isClosed = false
  void client.closed.then(() => {
    isClosed = true
  })
  for (let count = 1; count <= 4; count++) {
    clock.advance(50_000)
    peer.send(new Uint8Array(LIMITS.segmentBytes))
    await received(client, count)
  }
  clock.advance(59_999)
  await nextTurn()
  assert.equal(isClosed, false)
  clock.advance(1)
  assert.equal((await client.closed).code, 1006)
})

test('binary frames come as they were sent, up to a segment and its header; larger ones end the connection', async () => {
  const arrival = accepted()
  const client = open(`wss://127.0.0.1:${port}/room`)
  const peer = await arrival
  const segment = Buffer.alloc(LIMITS.segmentBytesMax + SEGMENT_HEADER_BYTES, 7)
  peer.send(segment)
  peer.send('after')
  await received(client, 2)
  assert.ok(segment.equals(client.received[0] as Bytes))
  peer.send(Buffer.alloc(segment.length + 1))
  assert.notEqual((await client.closed).code, 1000)
})

test('a binary message is the core’s alone, whatever comes with it or after it', async () => {
  const arrival = accepted()
  const client = open(`wss://127.0.0.1:${port}/room`)
  const peer = await arrival
  const random = new SeededRandom(0x5e9)
  const sent: Buffer[] = []
  const pongs: string[] = []
  peer.on('pong', payload => pongs.push(payload.toString()))
  // Of all sizes that TLS cuts differently: some share a record, some fill one, some take many.
  for (let count = 0; count < 400; count++) {
    const bytes = Buffer.alloc(random.below(count % 8 === 0 ? LIMITS.segmentBytes : 20_000), count)
    sent.push(bytes)
    peer.send(bytes)
    if (count % 5 === 0) peer.ping(`ping ${count}`)
    if (count % 10 === 0) {
      const exact = Buffer.alloc(16_384 - (count % 20), count)
      sent.push(exact)
      peer.send(exact)
    }
  }
  await received(client, sent.length)
  for (const [index, bytes] of client.received.entries()) {
    assert.ok(typeof bytes !== 'string' && sent[index]?.equals(bytes), `message ${index}`)
    assert.equal(bytes.byteLength, bytes.buffer.byteLength, 'it shares its memory with nothing')
  }
  // Behind all pongs; a frame that is broken is an error of the server's socket.
  const end = once(peer, 'message')
  client.socket.send('end')
  await end
  assert.deepEqual(
    pongs,
    Array.from({ length: 80 }, (_, index) => `ping ${index * 5}`),
  )
  peer.terminate()
  await client.closed
})

test('a binary message that is sent is the socket’s, which gives its memory back', async () => {
  const arrival = accepted()
  const client = open(`wss://127.0.0.1:${port}/room`)
  const peer = await arrival
  await client.opened
  const segment = new Uint8Array(LIMITS.segmentBytes).fill(7)
  const heard = once(peer, 'message')
  client.socket.send(segment)
  const [message] = await heard
  assert.ok(Buffer.alloc(LIMITS.segmentBytes, 7).equals(message))
  while (client.socket.buffered > 0) await nextTurn()
  assert.equal(segment.buffer.byteLength, 0)
  peer.terminate()
  await client.closed
})

test('drained waits until the network took what was sent, and never longer than the connection lasts', async () => {
  const arrival = accepted()
  const client = open(`wss://127.0.0.1:${port}/room`)
  const peer = await arrival
  await client.opened
  peer.pause()
  await client.socket.drained(LIMITS.segmentBytes)
  const sendMany = () => {
    for (let i = 0; i < 64; i++) client.socket.send(new Uint8Array(LIMITS.segmentBytes))
  }
  sendMany()
  assert.ok(client.socket.buffered > 1024 * 1024)
  await client.socket.drained(client.socket.buffered)
  let isDrained = false
  const drained = client.socket.drained(LIMITS.segmentBytes).then(() => {
    isDrained = true
  })
  await nextTurn()
  assert.equal(isDrained, false)
  peer.resume()
  await drained
  assert.ok(client.socket.buffered <= LIMITS.segmentBytes)

  peer.pause()
  sendMany()
  const ended = client.socket.drained(LIMITS.segmentBytes)
  peer.terminate()
  await ended
  await client.closed
})

test('a close waits behind two segments at most for whoever lets the socket drain before each', async () => {
  const arrival = accepted()
  const client = open(`wss://127.0.0.1:${port}/room`)
  const peer = await arrival
  await client.opened
  peer.pause()
  let isDrained = true
  while (isDrained) {
    client.socket.send(new Uint8Array(LIMITS.segmentBytes))
    isDrained = false
    void client.socket.drained(LIMITS.segmentBytes).then(() => {
      isDrained = true
    })
    for (let turn = 0; turn < 50 && !isDrained; turn++) await nextTurn()
  }
  assert.ok(
    client.socket.buffered <= 2 * LIMITS.segmentBytes + FRAMING,
    `${client.socket.buffered} bytes wait`,
  )
  client.socket.close(1000)
  const closed = once(peer, 'close')
  peer.resume()
  assert.equal((await closed)[0], 1000)
})
