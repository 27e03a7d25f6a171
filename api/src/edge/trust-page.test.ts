import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { ensureLocalCertificates } from '../../../certs/local-certificates.ts'
import { Hosts } from './hosts.ts'
import { createRedirect } from './redirect.ts'
import { createTrustPage } from './trust-page.ts'

async function served() {
  const directory = await mkdtemp(join(tmpdir(), 'trust-'))
  const made = await ensureLocalCertificates({ directory, names: [], now: Date.now() })
  assert.ok(made.ok)
  const { paths, authority } = made.value
  const pem = await readFile(paths['ca.crt'], 'utf8')
  const hosts = new Hosts(['localhost', '192.168.1.5'])
  const page = createTrustPage({ hosts, port: 8443, authority: { pem, fingerprint: authority.fingerprint } })
  const redirect = createRedirect(hosts, 8443)
  const server = createServer((request, response) => {
    if (!page(request, response)) redirect(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    pem,
    fingerprint: authority.fingerprint,
    async get(path: string, { host = '192.168.1.5:8080', method = 'GET' } = {}) {
      const asked = request({ host: '127.0.0.1', port, path, method, headers: { host }, agent: false }).end()
      const [response] = await once(asked, 'response')
      const body = Buffer.concat(await response.toArray())
      return { status: response.statusCode, headers: response.headers, body, text: body.toString() }
    },
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
      await rm(directory, { recursive: true, force: true })
    },
  }
}

suite('M15: the local authority is offered over plain HTTP', () => {
  test('the page tells each system how, with the fingerprint and the way into the room', async () => {
    await using server = await served()
    const { status, headers, text } = await server.get('/trust')
    assert.equal(status, 200)
    for (const system of ['iPhone', 'Android', 'macOS', 'Windows', 'Linux', 'Firefox']) {
      assert.ok(text.includes(`<summary>${system}`), system)
    }
    assert.ok(text.replaceAll('<wbr>', '').includes(server.fingerprint))
    assert.ok(text.includes('href="https://192.168.1.5:8443/"'))
    assert.match(String(headers['content-security-policy']), /^default-src 'none'; style-src 'self';/)
    assert.doesNotMatch(text, /<script|<style| style=| on[a-z]+=/)
  })

  test('all that the page names is there', async () => {
    await using server = await served()
    const { text } = await server.get('/trust')
    const paths = [...text.matchAll(/href="(\/[^"]+)"/g)].map(([, path = '']) => path)
    assert.equal(paths.length, 3)
    for (const path of paths) assert.equal((await server.get(path)).status, 200, path)
  })

  test('the authority is the certificate alone, as DER and as PEM', async () => {
    await using server = await served()
    const der = await server.get('/trust/chat-room-ca.crt')
    assert.equal(der.headers['content-type'], 'application/x-x509-ca-cert')
    assert.equal(new X509Certificate(der.body).fingerprint256, server.fingerprint)
    assert.notEqual(der.body[0], '-'.charCodeAt(0))
    const pem = await server.get('/trust/chat-room-ca.pem')
    assert.equal(pem.text, server.pem)
    assert.doesNotMatch(pem.text, /PRIVATE/)
  })

  test('all else leads to the room, and other hosts and methods get nothing of it', async () => {
    await using server = await served()
    const { status, headers } = await server.get('/')
    assert.equal(status, 308)
    assert.equal(headers.location, 'https://192.168.1.5:8443/')
    assert.equal((await server.get('/trust/../ca.key')).status, 308)
    assert.equal((await server.get('/trust', { host: 'evil.test' })).status, 421)
    assert.equal((await server.get('/trust', { method: 'POST' })).status, 308)
    assert.equal((await server.get('/trust', { method: 'HEAD' })).body.length, 0)
  })
})
