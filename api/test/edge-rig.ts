import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { Http2SecureServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { SUBPROTOCOL } from '@chat-room/protocol'
import { type ClientOptions, WebSocket } from 'ws'
import { ensureLocalCertificates } from '../../certs/local-certificates.ts'
import type { SocketHandlers } from '../src/edge/connection.ts'
import { Hosts } from '../src/edge/hosts.ts'
import type { RoomPeer } from '../src/edge/room-peer.ts'
import { createSocketEdge, type SocketEdgeOptions } from '../src/edge/socket-edge.ts'
import { createTlsServer, type Pair } from '../src/edge/tls.ts'
import type { Frame } from '../src/room/ports.ts'

/** The socket edge behind real TLS, for the tests of one file: nothing may be left uncaught in it. */

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
export function echo(peer: RoomPeer): SocketHandlers {
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
export const attached =
  (binary: (bytes: Uint8Array) => void): SocketEdgeOptions['onSegmentSocket'] =>
  peer => {
    peer.entered()
    return { text() {}, place: length => peer.place(length), binary, closed() {} }
  }

export type Listening = AsyncDisposable & {
  readonly port: number
  readonly server: Http2SecureServer
  readonly edge: ReturnType<typeof createSocketEdge>
  readonly errors: unknown[]
}

export async function listen(options: Partial<SocketEdgeOptions> = {}): Promise<Listening> {
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

export const ROOM = '/rooms/main/socket'
export const SEGMENTS = '/rooms/main/segments'

export async function open(
  { port }: Listening,
  path = ROOM,
  options: ClientOptions = {},
): Promise<WebSocket> {
  const client = new WebSocket(`wss://localhost:${port}${path}`, SUBPROTOCOL, { ca, ...options })
  await once(client, 'open')
  return client
}

/** Proves that the server lives: a new client is served. */
export async function assertServes(server: Listening): Promise<void> {
  const client = await open(server)
  client.send('still there?')
  const [data] = await once(client, 'message')
  assert.equal(String(data), 'still there?')
  client.close()
  await once(client, 'close')
}

export async function closing(client: WebSocket): Promise<{ code: number; reason: string }> {
  const [code, reason] = await once(client, 'close')
  return { code, reason: String(reason) }
}

/** With an error or without: a server that hangs up on us while we still write resets the connection. */
export const hungUp = (socket: TLSSocket) =>
  new Promise<void>(resolve => {
    socket.on('error', () => {}).on('close', () => resolve())
  })

/** A TLS connection that speaks HTTP/1.1, if anything. */
export function dial({ port }: Listening): TLSSocket {
  const options = { port, host: '127.0.0.1', servername: 'localhost', ca, ALPNProtocols: ['http/1.1'] }
  return connectTls(options)
}

/** What the server answers to these bytes until it hangs up. */
export async function raw(server: Listening, bytes: string | Buffer): Promise<string> {
  const socket = dial(server)
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

/** An upgrade request, as its client writes it. */
export const handshake = (first: string, more = '') =>
  `${first} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n` +
  `Sec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n${more}\r\n`

/** A socket whose client's frames are written by hand. */
export async function upgraded(
  server: Listening,
  path = ROOM,
  more: Uint8Array = new Uint8Array(),
): Promise<TLSSocket> {
  const socket = dial(server)
  await once(socket, 'secureConnect')
  socket.setNoDelay().write(Buffer.concat([Buffer.from(handshake(`GET ${path}`)), more]))
  const [answer] = await once(socket, 'data')
  assert.match(String(answer), /^HTTP\/1\.1 101 /)
  return socket
}

export const GOOD = handshake(`GET ${ROOM}`)
