import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type IncomingHttpHeaders, request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { SUBPROTOCOL } from '@chat-room/protocol'
import { WebSocket } from 'ws'
import { parseConfig } from '../src/config.ts'
import { createLogger } from '../src/edge/log.ts'
import { startServer } from '../src/server.ts'
import { freePort } from './scenarios/rig/free-port.ts'

async function serve(settings: Readonly<Record<string, string>>) {
  const directory = await mkdtemp(join(tmpdir(), 'listening-'))
  const config = parseConfig(
    {
      PORT: '0',
      HTTP_PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: join(directory, 'data'),
      CERTS_DIR: join(directory, 'certs'),
      ...settings,
    },
    [],
  )
  assert.ok(config.ok, config.ok ? '' : config.error.map(({ message }) => message).join('\n'))
  const server = await startServer(config.value, createLogger('silent'))
  const caOf = () => readFile(join(directory, 'certs', 'ca.crt'), 'utf8')
  return Object.assign(server, {
    caOf,
    async [Symbol.asyncDispose]() {
      await server.close()
      await rm(directory, { recursive: true, force: true })
    },
  })
}

async function plainGet(port: number, path: string, headers: IncomingHttpHeaders) {
  const asked = requestPlain({ host: '127.0.0.1', port, path, headers, agent: false }).end()
  const [response] = await once(asked, 'response')
  response.setEncoding('utf8')
  return {
    status: response.statusCode,
    headers: response.headers as IncomingHttpHeaders,
    text: (await response.toArray()).join(''),
  }
}

/** `open`, or the status with which an upgrade is refused. */
async function upgrade(port: number, headers: Readonly<Record<string, string>>): Promise<'open' | number> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/rooms/main/socket`, SUBPROTOCOL, { headers })
  const { promise, resolve } = Promise.withResolvers<'open' | number>()
  socket.once('open', () => resolve('open'))
  socket.once('unexpected-response', (_, { statusCode }) => resolve(statusCode ?? 0))
  socket.once('error', () => resolve(0))
  return promise
}

const DOMAIN = 'chat.example.org'
const FROM = { host: DOMAIN, 'x-forwarded-proto': 'https' }

suite('TLS=platform', () => {
  test('serves pages and sockets over plain HTTP, and lets browsers insist on TLS', async () => {
    await using server = await serve({ TLS: 'platform', DOMAIN })
    const { status, headers } = await plainGet(server.port, '/', FROM)
    assert.ok(status === 200 || status === 503, 'the page, or the word that it was not built')
    assert.equal(headers['strict-transport-security'], 'max-age=31536000')
    assert.equal(await upgrade(server.port, FROM), 'open')
    assert.equal(server.httpPort, undefined)
    assert.equal((await plainGet(server.port, '/healthz', {})).status, 200)
  })

  test('whoever came to the platform by plain HTTP is sent to https, and gets no socket', async () => {
    await using server = await serve({ TLS: 'platform', DOMAIN })
    const plain = { host: DOMAIN, 'x-forwarded-proto': 'http' }
    const { status, headers } = await plainGet(server.port, '/r/x', plain)
    assert.equal(status, 308)
    assert.equal(headers.location, `https://${DOMAIN}/r/x`)
    assert.equal(await upgrade(server.port, plain), 403)
  })

  test('that https is by PUBLIC_PORT, where it is another', async () => {
    await using server = await serve({ TLS: 'platform', DOMAIN, PUBLIC_PORT: '8443' })
    const plain = { host: DOMAIN, 'x-forwarded-proto': 'http' }
    const { headers } = await plainGet(server.port, '/r/x', plain)
    assert.equal(headers.location, `https://${DOMAIN}:8443/r/x`)
  })

  test('names that were not given are refused', async () => {
    await using server = await serve({ TLS: 'platform', DOMAIN })
    assert.equal((await plainGet(server.port, '/', { ...FROM, host: 'evil.test' })).status, 421)
    assert.equal(await upgrade(server.port, { ...FROM, host: 'evil.test' }), 421)
  })

  test('limits count clients by what the nearest hop says, not by what they say of themselves', async () => {
    await using server = await serve({ TLS: 'platform', DOMAIN, MAX_CONNECTIONS_PER_ADDRESS: '1' })
    const from = (addresses: string) => upgrade(server.port, { ...FROM, 'x-forwarded-for': addresses })
    assert.equal(await from('192.0.2.1'), 'open')
    assert.equal(await from('192.0.2.2'), 'open')
    assert.equal(await from('192.0.2.1'), 429)
    assert.equal(await from('198.51.100.9, 192.0.2.1'), 429)
  })

  test('behind two hops, by what the outer one says', async () => {
    const limits = { MAX_CONNECTIONS_PER_ADDRESS: '1', TRUSTED_HOPS: '2' }
    await using server = await serve({ TLS: 'platform', DOMAIN, ...limits })
    const from = (addresses: string) => upgrade(server.port, { ...FROM, 'x-forwarded-for': addresses })
    assert.equal(await from('192.0.2.1, 198.51.100.7'), 'open')
    assert.equal(await from('192.0.2.2, 198.51.100.7'), 'open')
    assert.equal(await from('203.0.113.9, 192.0.2.1, 198.51.100.8'), 429)
  })
})

suite('TLS that the room terminates itself', () => {
  test('what a client says of forwarding counts for nothing', async () => {
    await using server = await serve({ MAX_CONNECTIONS_PER_ADDRESS: '1' })
    const ca = await server.caOf()
    const open = async (address: string) => {
      const socket = new WebSocket(`wss://localhost:${server.port}/rooms/main/socket`, SUBPROTOCOL, {
        ca,
        headers: { 'x-forwarded-for': address, 'x-forwarded-proto': 'http' },
      })
      const { promise, resolve } = Promise.withResolvers<'open' | number>()
      socket.once('open', () => resolve('open'))
      socket.once('unexpected-response', (_, { statusCode }) => resolve(statusCode ?? 0))
      return promise
    }
    assert.equal(await open('192.0.2.1'), 'open')
    assert.equal(await open('192.0.2.2'), 429)
  })

  test('browsers are not told to insist on a certificate that only this network trusts', async () => {
    await using server = await serve({ DOMAIN: 'box.local', TLS: 'local' })
    const asked = requestSecure({
      host: '127.0.0.1',
      port: server.port,
      ca: await server.caOf(),
      headers: { host: 'box.local' },
      agent: false,
    }).end()
    const [response] = await once(asked, 'response')
    response.resume()
    assert.equal(response.headers['strict-transport-security'], undefined)
  })

  test('plain HTTP leads to the port that people use, and in local mode offers the authority', async () => {
    await using server = await serve({ HTTP_PORT: String(await freePort()), PUBLIC_PORT: '443' })
    const headers = { host: 'localhost:8080' }
    const { httpPort = 0 } = server
    assert.equal((await plainGet(httpPort, '/', headers)).headers.location, 'https://localhost/')
    assert.match((await plainGet(httpPort, '/trust', headers)).text, /Trust this room/)
  })
})

suite('PROXY_PROTOCOL=required', () => {
  test('limits count by the address in the header; connections without one end', async () => {
    await using server = await serve({ PROXY_PROTOCOL: 'required', MAX_CONNECTIONS_PER_ADDRESS: '1' })
    const ca = await server.caOf()
    const open = async (header: string): Promise<'open' | number> => {
      const raw = connect(server.port, '127.0.0.1')
      raw.on('error', () => {})
      raw.write(header)
      const socket = new WebSocket(`wss://localhost:${server.port}/rooms/main/socket`, SUBPROTOCOL, {
        createConnection: () => connectTls({ socket: raw, servername: 'localhost', ca }),
      })
      const { promise, resolve } = Promise.withResolvers<'open' | number>()
      socket.once('open', () => resolve('open'))
      socket.once('unexpected-response', (_, { statusCode }) => resolve(statusCode ?? 0))
      socket.once('error', () => resolve(0))
      return promise
    }
    const from = (address: string) => open(`PROXY TCP4 ${address} 198.51.100.2 56324 443\r\n`)
    assert.equal(await from('192.0.2.1'), 'open')
    assert.equal(await from('192.0.2.2'), 'open')
    assert.equal(await from('192.0.2.1'), 429)
    assert.equal(await open(''), 0)
  })

  test('a connection that owes its header does not hold up the end', async () => {
    const server = await serve({ PROXY_PROTOCOL: 'required' })
    const silent = connect(server.port, '127.0.0.1')
    await once(silent, 'connect')
    const gone = once(silent, 'close')
    await server[Symbol.asyncDispose]()
    await gone
  })
})

suite('TLS=acme', () => {
  test('before there is a certificate the ports are open, handshakes are refused, and plain HTTP leads to https', async () => {
    const HTTP_PORT = String(await freePort())
    await using server = await serve({ DOMAIN, HTTP_PORT, ACME_DIRECTORY: 'https://127.0.0.1:1/directory' })
    assert.equal(server.certificate, undefined)
    const socket = connectTls({ host: '127.0.0.1', port: server.port, servername: DOMAIN })
    const [error] = await once(socket, 'error')
    assert.match(String(error.code), /HANDSHAKE_FAILURE/)
    const { httpPort = 0 } = server
    const { headers } = await plainGet(httpPort, '/', { host: DOMAIN })
    assert.equal(headers.location, `https://${DOMAIN}/`)
    assert.equal((await plainGet(httpPort, '/.well-known/acme-challenge/x', { host: DOMAIN })).status, 404)
  })
})
