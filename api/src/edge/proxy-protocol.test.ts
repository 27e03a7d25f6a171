import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { Http2SecureServer } from 'node:http2'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { ensureLocalCertificates } from '../../../certs/local-certificates.ts'
import { ProxyProtocol } from './proxy-protocol.ts'
import { createTlsServer, type Pair } from './tls.ts'

const HEADER = 'PROXY TCP4 192.0.2.7 198.51.100.2 56324 443\r\n'
const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'

let pair: Pair & { readonly ca: string }

before(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'proxy-'))
  const made = await ensureLocalCertificates({ directory, names: [], now: Date.now() })
  assert.ok(made.ok)
  const { paths } = made.value
  pair = {
    ca: await readFile(paths['ca.crt'], 'utf8'),
    cert: await readFile(paths['server.crt'], 'utf8'),
    key: await readFile(paths['server.key'], 'utf8'),
  }
  after(() => rm(directory, { recursive: true, force: true }))
})

/** Answers with the address that limits would count by. */
async function served(server: Server | Http2SecureServer, proxy: ProxyProtocol) {
  let heard = 0
  server.on('connection', () => heard++)
  server.on('request', (request: { socket: Socket }, response: { end(text: string): void }) =>
    response.end(`from ${proxy.remoteOf(request.socket)}`),
  )
  proxy.require(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    get heard() {
      return heard
    },
    dial(): Socket {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
      return socket.on('error', () => {})
    },
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}

const plain = (proxy = new ProxyProtocol()) => served(createServer(), proxy)
const secure = (proxy = new ProxyProtocol()) => served(createTlsServer(pair).server, proxy)

async function everything(socket: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  socket.on('data', chunk => {
    text += String(chunk)
  })
  await once(socket, 'close')
  return text
}

suite('PROXY_PROTOCOL=required', () => {
  test('over TLS: the address is that of the header, and the handshake goes on after it', async () => {
    await using server = await secure()
    const socket = server.dial()
    socket.write(HEADER)
    const tls = connectTls({ socket, servername: 'localhost', ca: pair.ca })
    await once(tls, 'secureConnect')
    tls.write(REQUEST)
    assert.match(await everything(tls), /from 192\.0\.2\.7$/)
  })

  for (const size of [HEADER.length + REQUEST.length, HEADER.length, 1]) {
    test(`over plain HTTP, in pieces of ${size} bytes`, async () => {
      await using server = await plain()
      const socket = server.dial().setNoDelay()
      const text = HEADER + REQUEST
      const answer = everything(socket)
      for (let at = 0; at < text.length; at += size) {
        await new Promise(resolve => socket.write(text.slice(at, at + size), resolve))
      }
      assert.match(await answer, /from 192\.0\.2\.7$/)
    })
  }

  test('a balancer that speaks for itself has its own address', async () => {
    await using server = await plain()
    const socket = server.dial()
    socket.write(`PROXY UNKNOWN\r\n${REQUEST}`)
    assert.match(await everything(socket), /from 127\.0\.0\.1$/)
  })

  test('without the header a connection is ended, and nobody hears of it', async () => {
    await using server = await secure()
    const socket = server.dial()
    const tls = connectTls({ socket, servername: 'localhost', ca: pair.ca })
    tls.on('error', () => {})
    await once(socket, 'close')
    assert.equal(server.heard, 0)
  })

  for (const [what, bytes] of [
    ['silence', ''],
    ['half a header', 'PROXY TCP4 192.0.2'],
  ] as const) {
    test(`${what} is let go of`, async () => {
      await using server = await plain(new ProxyProtocol(50))
      const socket = server.dial()
      if (bytes !== '') socket.write(bytes)
      await everything(socket)
      assert.equal(server.heard, 0)
    })
  }

  test('a client that goes before its header is whole leaves the server alive', async () => {
    await using server = await plain()
    const gone = server.dial()
    gone.write('PROXY TCP4 ')
    await once(gone, 'connect')
    gone.resetAndDestroy()
    const socket = server.dial()
    socket.write(HEADER + REQUEST)
    assert.match(await everything(socket), /from 192\.0\.2\.7$/)
    assert.equal(server.heard, 1)
  })

  test('a second header is the client\u2019s own words', async () => {
    await using server = await plain()
    const socket = server.dial()
    socket.write(`${HEADER}PROXY TCP4 203.0.113.9 198.51.100.2 1 2\r\n${REQUEST}`)
    assert.match(await everything(socket), /^HTTP\/1\.1 400 /)
  })

  test('an address is forgotten with its connection', async () => {
    const proxy = new ProxyProtocol()
    const http = createServer()
    await using server = await served(http, proxy)
    const opened = once(http, 'request')
    const socket = server.dial()
    socket.write(HEADER + REQUEST)
    const [{ socket: accepted }] = await opened
    const { remoteAddress, remotePort, localAddress, localPort } = accepted
    const name = { remoteAddress, remotePort, localAddress, localPort } as Socket
    assert.equal(proxy.remoteOf(name), '192.0.2.7')
    socket.resume()
    await once(accepted, 'close')
    assert.equal(proxy.remoteOf(name), '127.0.0.1')
  })
})
