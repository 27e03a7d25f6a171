import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { suite, test } from 'node:test'
import { Hosts } from './hosts.ts'
import { createRedirect } from './redirect.ts'

const hosts = new Hosts(['localhost', '::1', '*.example.org'])

async function plain(port: number) {
  const uncaught: unknown[] = []
  const redirect = createRedirect(hosts, port)
  const server = createServer((request, response) => {
    try {
      redirect(request, response)
    } catch (error) {
      uncaught.push(error)
      response.destroy()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    uncaught,
    /** The head of the answer to this request; empty if there was none. */
    async ask(target: string, host: string): Promise<string> {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
      socket.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
      socket.setEncoding('latin1')
      return (await socket.toArray()).join('').split('\r\n\r\n')[0] ?? ''
    },
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}

const location = (head: string): string | undefined => /^Location: (.*)$/m.exec(head)?.[1]?.trim()

suite('M1: plain HTTP leads to the room', () => {
  const cases: readonly (readonly [target: string, host: string, location: string])[] = [
    ['/', 'localhost:8080', 'https://localhost:8443/'],
    ['/r/blue?x=1', 'LOCALHOST', 'https://localhost:8443/r/blue?x=1'],
    ['/', '[::1]:8080', 'https://[::1]:8443/'],
    ['//evil.test/', 'localhost', 'https://localhost:8443//evil.test/'],
    ['http://evil.test/', 'localhost', 'https://localhost:8443/'],
    ['/%zz?"<', 'localhost', 'https://localhost:8443/%zz?%22%3C'],
    ['/', 'xn--zzzzz.example.org', 'https://xn--zzzzz.example.org:8443/'],
    ['//[', 'localhost', 'https://localhost:8443//['],
  ]
  for (const [target, host, expected] of cases) {
    test(`${host} ${target}`, async () => {
      await using server = await plain(8443)
      assert.equal(location(await server.ask(target, host)), expected)
      assert.deepEqual(server.uncaught, [])
    })
  }

  test('the port of HTTPS itself is not told', async () => {
    await using server = await plain(443)
    assert.equal(location(await server.ask('/', 'localhost:80')), 'https://localhost/')
  })

  test('no answer is taken for more than plain text', async () => {
    await using server = await plain(8443)
    for (const [target, host] of [
      ['/', 'localhost'],
      ['/', 'evil.test'],
      ['/healthz', 'evil.test'],
    ] as const) {
      assert.match(await server.ask(target, host), /\r\nX-Content-Type-Options: nosniff\r\n/)
    }
  })
})

test('M1: a Host that is none of ours, or none at all, is refused, and throws nothing', async () => {
  await using server = await plain(8443)
  for (const host of [
    'localhost:99999',
    'localhost:65536',
    'evil.test',
    '[::1',
    '[]',
    'xn--',
    '',
    '*.example.org',
  ]) {
    assert.match(await server.ask('/', host), /^HTTP\/1\.1 4(21|00) /, host)
  }
  assert.match(await server.ask('/healthz', 'evil.test'), /^HTTP\/1\.1 200 /)
  assert.deepEqual(server.uncaught, [])
})
