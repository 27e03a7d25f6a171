import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { connect as connectTcp } from 'node:net'
import { suite, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { freePort } from './scenarios/rig/free-port.ts'
import { BareClient } from './support/bare-client.ts'
import { serveRooms } from './support/served-room.ts'

suite('what strangers hold open costs the room nothing', { timeout: 30_000 }, () => {
  test('an end in spite of half a request, a stream that nobody reads, and a silent connection', async () => {
    const httpPort = await freePort()
    const server = await serveRooms({ HTTP_PORT: String(httpPort) })
    const { hostname, port } = new URL(server.url)
    const member = await BareClient.member(server, 'main')
    const ended: Promise<unknown>[] = []

    const half = connectTls({
      host: hostname,
      port: Number(port),
      ca: server.ca,
      ALPNProtocols: ['http/1.1'],
    })
    half.on('error', () => {}).resume()
    ended.push(new Promise(resolve => half.once('close', resolve)))
    await once(half, 'secureConnect')
    half.write('GET / HTTP/1.1\r\nHost: localhost\r\n')

    const session = connectHttp2(`https://${hostname}:${port}`, { ca: server.ca })
    session.on('error', () => {})
    ended.push(new Promise(resolve => session.once('close', resolve)))
    const stream = session.request({ ':method': 'POST', ':path': '/', ':authority': 'localhost' })
    stream.on('error', () => {}).pause()
    stream.write('x')
    await once(stream, 'response')

    const silent = connectTcp(httpPort, '127.0.0.1').on('error', () => {})
    ended.push(new Promise(resolve => silent.once('close', resolve)))
    silent.resume()
    await once(silent, 'connect')

    // It resolves once the stores are closed, and never if it waits for these three.
    await server[Symbol.asyncDispose]()
    await Promise.all(ended)
    const heard = await member.next()
    assert.ok('code' in heard && heard.code === 1001)
  })

  test('connections beyond the bound of an address are ended before their handshake', async () => {
    await using server = await serveRooms({ MAX_CONNECTIONS_PER_ADDRESS: '1' })
    const { hostname, port } = new URL(server.url)
    const open = Array.from({ length: 17 }, () => connectTcp(Number(port), hostname))
    await Promise.all(open.map(socket => once(socket, 'connect')))
    const beyond = connectTcp(Number(port), hostname)
      .on('error', () => {})
      .resume()
    await new Promise(resolve => beyond.once('close', resolve))
    for (const socket of open) {
      assert.equal(socket.destroyed, false)
      socket.destroy()
    }
  })

  test('M1: a Host with a port that is none does not end the server', async () => {
    const httpPort = await freePort()
    await using server = await serveRooms({ HTTP_PORT: String(httpPort) })
    const socket = connectTcp(httpPort, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nHost: localhost:99999\r\nConnection: close\r\n\r\n')
    assert.match(String(Buffer.concat(await socket.toArray())), /^HTTP\/1\.1 421 /)
    const member = await BareClient.member(server, 'main')
    await member.close()
  })
})
