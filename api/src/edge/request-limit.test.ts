import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import {
  type ClientHttp2Stream,
  connect as connectHttp2,
  constants,
  createServer as createHttp2Server,
} from 'node:http2'
import { type AddressInfo, connect, type Server } from 'node:net'
import { suite, test } from 'node:test'
import { limitRequests } from './request-limit.ts'

const LIMITS = { total: 5, perAddress: 3 }

/** A server that answers when it is told to. */
async function serve(create: (listener: RequestListener) => Server, stalled = 30_000) {
  const responses: ServerResponse[] = []
  const server = create(
    limitRequests(
      (_, response) => void responses.push(response),
      () => '192.0.2.1',
      { limits: LIMITS, stalled },
    ),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    responses,
    port: (server.address() as AddressInfo).port,
    [Symbol.dispose]: () => void server.close(),
  }
}

suite('requests that are answered at once are bounded', () => {
  test('HTTP/1.1: one may wait behind another; a third ends the connection, and none of it is kept', async () => {
    using server = await serve(createServer)
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(500))
    await once(socket, 'close')
    assert.equal(server.responses.length, 2)
  })

  test('HTTP/1.1: one after the other, as many as it likes', async () => {
    using server = await serve(createServer)
    const socket = connect(server.port, '127.0.0.1')
    for (let asked = 1; asked <= 10; asked++) {
      socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
      while (server.responses.length < asked) await new Promise(resolve => setImmediate(resolve))
      server.responses.at(-1)?.end('here')
      await once(socket, 'data')
    }
    socket.destroy()
  })

  test('HTTP/2: streams of one address beyond its share are refused, to be asked for again, until one has ended', async () => {
    using server = await serve(listener => createHttp2Server(listener as never))
    using opened = new DisposableStack()
    const sessions = [1, 2].map(() => connectHttp2(`http://127.0.0.1:${server.port}`))
    for (const session of sessions) opened.defer(() => session.destroy())
    const asked: ClientHttp2Stream[] = []
    const ask = (index: number): ClientHttp2Stream => {
      const stream = sessions[index]?.request({ ':path': '/' })
      assert.ok(stream)
      asked.push(stream)
      return stream.on('error', () => {})
    }
    for (const index of [0, 0, 1]) ask(index)
    while (server.responses.length < 3) await new Promise(resolve => setImmediate(resolve))
    const refused = ask(1)
    await new Promise(resolve => refused.once('close', resolve))
    assert.equal(refused.rstCode, constants.NGHTTP2_REFUSED_STREAM)
    server.responses[0]?.end('here')
    await once(asked[0]?.resume() ?? refused, 'close')
    const admitted = ask(1)
    while (server.responses.length < 4) await new Promise(resolve => setImmediate(resolve))
    assert.equal(admitted.rstCode, constants.NGHTTP2_NO_ERROR)
  })

  test('HTTP/2: a stream on which nothing moves is ended, though its session lives', async () => {
    using server = await serve(listener => createHttp2Server(listener as never), 10)
    const session = connectHttp2(`http://127.0.0.1:${server.port}`)
    using opened = new DisposableStack()
    opened.defer(() => session.destroy())
    const stream = session.request({ ':path': '/' })
    stream.on('error', () => {})
    await new Promise(resolve => stream.once('close', resolve))
    assert.equal(stream.rstCode, constants.NGHTTP2_CANCEL)
    assert.equal(session.destroyed, false)
  })
})
