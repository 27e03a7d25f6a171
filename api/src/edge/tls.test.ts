import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect as connectHttp2, constants } from 'node:http2'
import { get } from 'node:https'
import { type AddressInfo, connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { type ConnectionOptions, connect, type PeerCertificate } from 'node:tls'
import { WebSocket, WebSocketServer } from 'ws'
import { ensureLocalCertificates } from '../../../certs/local-certificates.ts'
import { HTTP_TIMES, type HttpTimes } from './http-times.ts'
import { createTlsServer, type Pair } from './tls.ts'

const NOW = Date.now()

async function certificates(algorithm: 'ecdsa' | 'rsa' = 'ecdsa') {
  const directory = await mkdtemp(join(tmpdir(), 'tls-'))
  const host = { name: 'box-7', addresses: ['127.0.0.1', '192.168.7.7', 'fd00::7'] }
  const made = await ensureLocalCertificates({ directory, names: [], algorithm, now: NOW, host })
  assert.ok(made.ok)
  const { paths } = made.value
  return {
    directory,
    paths,
    ca: await readFile(paths['ca.crt'], 'utf8'),
    cert: await readFile(paths['server.crt'], 'utf8'),
    key: await readFile(paths['server.key'], 'utf8'),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

async function listening(pair: Pair, times?: HttpTimes) {
  const { server, replace } = createTlsServer(pair, times === undefined ? {} : { times })
  const sockets = new WebSocketServer({ noServer: true })
  server.on('request', (request, response) => {
    if (request.url !== '/never') response.end(`${request.httpVersion} ${request.url}`)
  })
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, ws => ws.on('message', data => ws.send(`echo ${data}`)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    replace,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate()
      server.close()
      await once(server, 'close')
    },
  }
}

async function http2Get(port: number, ca: string): Promise<string> {
  const session = connectHttp2(`https://localhost:${port}`, { ca })
  try {
    const stream = session.request({ ':path': '/page' })
    stream.setEncoding('utf8')
    return (await stream.toArray()).join('')
  } finally {
    session.close()
    await once(session, 'close')
  }
}

async function http1Get(port: number, ca: string): Promise<string> {
  const request = get({ host: 'localhost', port, path: '/page', ca, agent: false })
  const [response] = await once(request, 'response')
  response.setEncoding('utf8')
  return (await response.toArray()).join('')
}

async function echo(socket: WebSocket, text: string): Promise<string> {
  socket.send(text)
  const [data] = await once(socket, 'message')
  return String(data)
}

/** A bare TLS connection, gone at the end of its block. */
async function handshake(port: number, options: ConnectionOptions) {
  const socket = connect({ host: 'localhost', port, ...options })
  try {
    await once(socket, 'secureConnect')
    return Object.assign(socket, { [Symbol.dispose]: () => void socket.destroy() })
  } catch (error) {
    socket.destroy()
    throw error
  }
}

async function refusesHandshake(port: number, options: ConnectionOptions, why: RegExp): Promise<void> {
  await assert.rejects(async () => {
    using socket = await handshake(port, options)
    assert.fail(`agreed on ${socket.getProtocol()}`)
  }, why)
}

test('M1: one port answers HTTP/2, HTTP/1.1 and a WebSocket upgrade', async () => {
  await using made = await certificates()
  await using server = await listening(made)
  assert.equal(await http2Get(server.port, made.ca), '2.0 /page')
  assert.equal(await http1Get(server.port, made.ca), '1.1 /page')
  const socket = new WebSocket(`wss://localhost:${server.port}/`, { ca: made.ca })
  await once(socket, 'open')
  assert.equal(await echo(socket, 'hello'), 'echo hello')
})

test('M1: a new certificate serves new connections while an open WebSocket stays', async () => {
  await using first = await certificates()
  await using second = await certificates('rsa')
  await using server = await listening(first)
  const socket = new WebSocket(`wss://localhost:${server.port}/`, { ca: first.ca })
  await once(socket, 'open')
  server.replace(second)
  assert.equal(await echo(socket, 'still here'), 'echo still here')
  assert.equal(await http2Get(server.port, second.ca), '2.0 /page')
  await assert.rejects(http1Get(server.port, first.ca), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
  using fresh = await handshake(server.port, { ca: second.ca })
  const peer: PeerCertificate = fresh.getPeerCertificate()
  assert.equal(peer.fingerprint256, new X509Certificate(second.cert).fingerprint256)
  assert.equal(await echo(socket, 'and still'), 'echo and still')
})

for (const swapped of [false, true]) {
  test(`M1: TLS 1.2 and 1.3 with forward secrecy alone${swapped ? ', after a swap too' : ''}`, async () => {
    await using made = await certificates()
    await using server = await listening(made)
    if (swapped) server.replace(made)
    const { ca } = made
    using modern = await handshake(server.port, { ca })
    assert.equal(modern.getProtocol(), 'TLSv1.3')
    assert.equal(modern.getCipher().standardName, 'TLS_AES_128_GCM_SHA256')
    using chacha = await handshake(server.port, {
      ca,
      ciphers: 'TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256',
    })
    assert.equal(
      chacha.getCipher().standardName,
      'TLS_CHACHA20_POLY1305_SHA256',
      'a client without AES instructions',
    )
    using older = await handshake(server.port, { ca, maxVersion: 'TLSv1.2' })
    assert.equal(older.getCipher().standardName, 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256')
    const old: ConnectionOptions = {
      ca,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'ALL:@SECLEVEL=0',
    }
    await refusesHandshake(server.port, old, /protocol version/)
    const weak: ConnectionOptions = {
      ca,
      maxVersion: 'TLSv1.2',
      ciphers: 'ECDHE-ECDSA-AES128-SHA:AES128-SHA',
    }
    await refusesHandshake(server.port, weak, /handshake failure/)
  })

  test(`M1: key exchange by X25519MLKEM768, X25519 and P-256${swapped ? ', after a swap too' : ''}`, async () => {
    await using made = await certificates()
    await using server = await listening(made)
    if (swapped) server.replace(made)
    for (const group of ['X25519MLKEM768', 'X25519', 'P-256']) {
      using socket = await handshake(server.port, { ca: made.ca, ecdhCurve: group })
      assert.equal(socket.getProtocol(), 'TLSv1.3')
    }
    await refusesHandshake(server.port, { ca: made.ca, ecdhCurve: 'P-521' }, /handshake failure/)
  })
}

test('M1: a session is resumed by its ticket', async () => {
  await using made = await certificates()
  await using server = await listening(made)
  const options = { ca: made.ca, servername: 'localhost' }
  using first = await handshake(server.port, options)
  const [session] = await once(first, 'session')
  using second = await handshake(server.port, { ...options, session })
  assert.ok(second.isSessionReused())
})

test('M1: bytes that are no TLS, and a client that goes in the handshake, leave the server alive', async () => {
  await using made = await certificates()
  await using server = await listening(made)
  for (const bytes of ['GET / HTTP/1.1\r\n\r\n', '\x16\x03\x01\x00\x05hello', '\0'.repeat(1000)]) {
    const socket = connectTcp(server.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.resume().end(bytes)
    await once(socket, 'close')
  }
  using garbled = await handshake(server.port, { ca: made.ca, ALPNProtocols: ['h2'] })
  garbled.on('error', () => {})
  garbled.resume().end('this is no HTTP/2 preface')
  await once(garbled, 'close')
  assert.equal(await http1Get(server.port, made.ca), '1.1 /page')
})

const IMPATIENT: HttpTimes = { head: 50, request: 50, idle: 100, farewell: 50, check: 20 }

suite('M1: who says nothing more is let go of', () => {
  test('an HTTP/2 session without streams, by GOAWAY', async () => {
    await using made = await certificates()
    await using server = await listening(made, { ...HTTP_TIMES, idle: 100 })
    const session = connectHttp2(`https://localhost:${server.port}`, { ca: made.ca })
    const [code] = await once(session, 'goaway')
    assert.equal(code, constants.NGHTTP2_NO_ERROR)
    await once(session, 'close')
  })

  test('an HTTP/2 session whose stream stands still', async () => {
    await using made = await certificates()
    await using server = await listening(made, IMPATIENT)
    const session = connectHttp2(`https://localhost:${server.port}`, { ca: made.ca })
    session.on('error', () => {})
    session.request({ ':path': '/never' }).on('error', () => {})
    await once(session, 'close')
  })

  test('a client that chose HTTP/2 and never begins it', async () => {
    await using made = await certificates()
    await using server = await listening(made, IMPATIENT)
    using socket = await handshake(server.port, { ca: made.ca, ALPNProtocols: ['h2'] })
    socket.on('error', () => {}).resume()
    await once(socket, 'close')
  })

  for (const [what, bytes] of [
    ['silence', ''],
    ['half a head', 'GET / HTTP/1.1\r\nHost: localhost\r\n'],
    ['half a body', 'POST /never HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc'],
    ['a request that is never answered', 'GET /never HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ] as const) {
    test(`HTTP/1.1: ${what}`, async () => {
      await using made = await certificates()
      await using server = await listening(made, IMPATIENT)
      using socket = await handshake(server.port, { ca: made.ca, ALPNProtocols: ['http/1.1'] })
      socket.on('error', () => {}).resume()
      if (bytes !== '') socket.write(bytes)
      await once(socket, 'close')
    })
  }

  test('but an open WebSocket stays', async () => {
    await using made = await certificates()
    await using server = await listening(made, IMPATIENT)
    const quiet = new WebSocket(`wss://localhost:${server.port}/`, { ca: made.ca })
    await once(quiet, 'open')
    const session = connectHttp2(`https://localhost:${server.port}`, { ca: made.ca })
    await once(session, 'close')
    assert.equal(await echo(quiet, 'still here'), 'echo still here')
  })
})
