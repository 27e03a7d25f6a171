import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('health.ts', import.meta.url))

async function check(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [PROGRAM], { env: { HOST: '127.0.0.1', ...env } })
  const [complaint, [status]] = await Promise.all([text(child.stderr), once(child, 'close')])
  return { status, complaint }
}

/** Answers each connection with this, and keeps what it was sent. */
async function answering(answer: string): Promise<{ server: Server; port: string; heard: string[] }> {
  const heard: string[] = []
  const server = createServer(socket => {
    socket.on('data', bytes => {
      heard.push(bytes.toString('latin1'))
      if (heard.join('').includes('\r\n\r\n')) socket.end(answer)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: String((server.address() as AddressInfo).port), heard }
}

test('a server that answers is well; one that is not, or answers otherwise, is told of', async () => {
  const { server, port, heard } = await answering('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
  assert.deepEqual(await check({ HTTP_PORT: port }), { status: 0, complaint: '' })
  assert.match(heard.join(''), /^GET \/healthz HTTP\/1\.1\r\n/)
  server.close()
  const gone = await check({ HTTP_PORT: port })
  assert.equal(gone.status, 1)
  assert.match(gone.complaint, /^chat-room: the server does not answer: .*ECONNREFUSED.*\n$/)

  const ailing = await answering('HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n')
  const { status, complaint } = await check({ TLS: 'platform', DOMAIN: 'a.example.org', PORT: ailing.port })
  ailing.server.close()
  assert.deepEqual([status, complaint], [1, 'chat-room: the server answers with 503\n'])
})

test('behind the PROXY protocol it speaks for itself, before its request', async () => {
  const { server, port, heard } = await answering('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
  assert.equal((await check({ HTTP_PORT: port, PROXY_PROTOCOL: 'required' })).status, 0)
  server.close()
  assert.match(heard.join(''), /^PROXY UNKNOWN\r\nGET \/healthz /)
})
