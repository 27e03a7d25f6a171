import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { freePort } from '../scenarios/rig/free-port.ts'
import { type CertifiedServer, certifiedServer, type Said } from './certified-server.ts'
import { shown } from './handshake.ts'
import { Pebble } from './pebble.ts'

const DOMAIN = 'chat.example.org'

const obtained = ({ message }: Said) => message === 'a certificate was obtained'
const failed = ({ message }: Said) => /could (?:not be renewed|be obtained)/.test(message)

async function place() {
  const directory = await mkdtemp(join(tmpdir(), 'acme-'))
  const [tlsPort, httpPort] = [await freePort(), await freePort()]
  return {
    tlsPort,
    httpPort,
    pebble: join(directory, 'pebble'),
    certs: join(directory, 'certs'),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

async function fingerprint(port: number, domain: string, pebble: Pebble): Promise<string> {
  const certificate = await shown(port, domain, await pebble.root())
  assert.ok(certificate instanceof X509Certificate, String(certificate))
  return certificate.fingerprint256
}

const challengeOf = ({ context }: Said) => (context as { challenge: string }).challenge

test('M1: an authority that is gone: the old certificate stays, and a new one comes once it is back, without its memory', async () => {
  await using at = await place()
  const options = { directory: at.pebble, tlsPort: at.tlsPort, httpPort: at.httpPort, lifetime: 9 }
  const before = await Pebble.start(options)
  await using server = await certifiedServer({ ...at, pebble: before, directory: at.certs, domain: DOMAIN })
  await server.log.take('a certificate', obtained)
  const old = await fingerprint(at.tlsPort, DOMAIN, before)
  const root = await before.root()
  await before[Symbol.asyncDispose]()

  const failure = await server.log.take('a failed renewal', failed)
  assert.equal(failure.level, 'warn')
  assert.match(JSON.stringify(failure.context), /"reason":"unreachable".*"next":"20/)
  const kept = await shown(at.tlsPort, DOMAIN, root)
  assert.ok(kept instanceof X509Certificate && kept.fingerprint256 === old, 'the old certificate stays')

  await using after = await Pebble.start({ ...options, port: before.port })
  await server.log.take('the certificate after the failure', obtained)
  assert.notEqual(await fingerprint(at.tlsPort, DOMAIN, after), old)
})

test('M1: a port that the authority cannot reach: no certificate is shown, and the other port proves the name', async () => {
  await using at = await place()
  await using pebble = await Pebble.start({
    directory: at.pebble,
    tlsPort: await freePort(),
    httpPort: at.httpPort,
  })
  await using server = await certifiedServer({ ...at, pebble, directory: at.certs, domain: DOMAIN })
  const failure = await server.log.take('a failure', failed)
  assert.equal(failure.level, 'error')
  assert.equal(challengeOf(failure), 'tls-alpn-01')
  assert.match(JSON.stringify(failure.context), /port 443 of this name must lead to PORT/)
  const success = await server.log.take('a certificate', obtained)
  assert.equal(challengeOf(success), 'http-01')
  await fingerprint(at.tlsPort, DOMAIN, pebble)
})

test('M1: before the first certificate every handshake is refused', async () => {
  await using at = await place()
  await using pebble = await Pebble.start({
    directory: at.pebble,
    tlsPort: await freePort(),
    httpPort: await freePort(),
  })
  await using server = await certifiedServer({ ...at, pebble, directory: at.certs, domain: DOMAIN })
  await server.log.take('a failure', failed)
  assert.match(String(await shown(at.tlsPort, DOMAIN, await pebble.root())), /HANDSHAKE_FAILURE/)
})

suite('M1: an address instead of a name', () => {
  for (const proof of ['tls-alpn-01', 'http-01'] as const) {
    test(proof, async () => {
      await using at = await place()
      const unreachable = await freePort()
      const tlsPort = proof === 'http-01' ? unreachable : at.tlsPort
      await using pebble = await Pebble.start({ directory: at.pebble, tlsPort, httpPort: at.httpPort })
      await using server: CertifiedServer = await certifiedServer({
        ...at,
        pebble,
        directory: at.certs,
        domain: '127.0.0.1',
      })
      assert.equal(challengeOf(await server.log.take('a certificate', obtained)), proof)
      assert.deepEqual(server.source.current?.hosts, ['127.0.0.1'])
      await fingerprint(at.tlsPort, '127.0.0.1', pebble)
    })
  }
})

test('M1: an authorization of the last time is good for the next certificate', async () => {
  await using at = await place()
  const { tlsPort, httpPort } = at
  await using pebble = await Pebble.start({
    directory: at.pebble,
    tlsPort,
    httpPort,
    lifetime: 6,
    reusedAuthorizations: 100,
  })
  await using server = await certifiedServer({ ...at, pebble, directory: at.certs, domain: DOMAIN })
  for (let count = 0; count < 3; count++) await server.log.take(`certificate ${count}`, obtained)
  const validations = pebble.output.items.filter(line => /Starting \d+ validations/.test(line))
  assert.equal(validations.length, 1)
})
