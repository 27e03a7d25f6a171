import assert from 'node:assert/strict'
import { once } from 'node:events'
import { suite, test } from 'node:test'
import { SUBPROTOCOL } from '@chat-room/protocol'
import { assertServes, dial, GOOD, handshake, hungUp, listen, ROOM, raw } from '../../test/edge-rig.ts'

suite('the server lives on, whatever asks for a socket', () => {
  const cases: readonly (readonly [string, string | Buffer, RegExp])[] = [
    ['GET //, which ends a bare @hono/node-ws', handshake('GET //'), /^HTTP\/1\.1 404 /],
    ['a target that climbs', handshake('GET /rooms/../'), /^HTTP\/1\.1 404 /],
    ['no target that a URL could hold', handshake('GET http://[/'), /^HTTP\/1\.1 40[04] /],
    ['POST', handshake('POST /rooms/main/socket'), /^HTTP\/1\.1 405 /],
    [
      'another Host',
      GOOD.replace('localhost', 'evil.test'),
      /^HTTP\/1\.1 421 [\s\S]*\r\nx-content-type-options: nosniff\r\n/,
    ],
    ['another Origin', handshake(`GET ${ROOM}`, 'Origin: https://evil.test\r\n'), /^HTTP\/1\.1 403 /],
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
    ['10 KiB of header', handshake(`GET ${ROOM}`, `Cookie: ${'a'.repeat(10_000)}\r\n`), /^HTTP\/1\.1 431 /],
    [
      '100 KiB of header',
      handshake(`GET ${ROOM}`, `Cookie: ${'a'.repeat(100_000)}\r\n`),
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
      const socket = dial(server)
      const ended = hungUp(socket)
      await once(socket, 'secureConnect')
      socket.end(GOOD)
      socket.resume()
      await ended
    }
    await assertServes(server)
  })
})
