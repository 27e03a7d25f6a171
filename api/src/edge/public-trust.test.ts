import assert from 'node:assert/strict'
import type { webcrypto } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, suite, test } from 'node:test'
import { rootCertificates } from 'node:tls'
import { ensureLocalCertificates } from '../../../certs/local-certificates.ts'
import * as x509 from './acme/x509.ts'
import { isPubliclyTrusted } from './public-trust.ts'

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const HOUR = 3_600_000

type Signer = { readonly name: string; readonly keys: webcrypto.CryptoKeyPair }

async function signer(name: string): Promise<Signer> {
  return { name: `CN=${name}`, keys: await crypto.subtle.generateKey(P256, true, ['sign', 'verify']) }
}

async function issue(subject: Signer, issuer: Signer, ca: boolean): Promise<string> {
  const certificate = await x509.X509CertificateGenerator.create({
    subject: subject.name,
    issuer: issuer.name,
    publicKey: subject.keys.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: P256,
    notBefore: new Date(Date.now() - HOUR),
    notAfter: new Date(Date.now() + HOUR),
    extensions: [new x509.BasicConstraintsExtension(ca, undefined, true)],
  })
  return `${certificate.toString('pem')}\n`
}

suite('a browser is told to insist on TLS only where it trusts the certificate from the start', () => {
  let root = ''
  let intermediate = ''
  let leaf = ''
  let impostor = ''

  before(async () => {
    const [top, middle, server] = [await signer('root'), await signer('intermediate'), await signer('server')]
    root = await issue(top, top, true)
    intermediate = await issue(middle, top, true)
    leaf = await issue(server, middle, false)
    const other = await signer('root')
    impostor = await issue(middle, other, true)
  })

  test('a chain to a known authority is trusted, with or without the authority itself', () => {
    assert.ok(isPubliclyTrusted(leaf + intermediate, [root]))
    assert.ok(isPubliclyTrusted(leaf + intermediate + root, [root]))
    assert.ok(isPubliclyTrusted(leaf + root + intermediate, [root]), 'in whatever order')
  })

  test('a chain with a gap, to nobody, or to another authority of the same name is not', () => {
    assert.ok(!isPubliclyTrusted(leaf, [root]))
    assert.ok(!isPubliclyTrusted(leaf + intermediate + root, []))
    assert.ok(!isPubliclyTrusted(leaf + impostor, [root]))
    assert.ok(!isPubliclyTrusted(root + leaf + intermediate, []))
    assert.ok(!isPubliclyTrusted('', [root]))
    assert.ok(
      !isPubliclyTrusted(`${leaf}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`, [root]),
    )
  })

  test('a certificate that is no authority vouches for nothing', async () => {
    const [top, middle, server] = [await signer('r'), await signer('i'), await signer('s')]
    const anchor = await issue(top, top, true)
    const noAuthority = await issue(middle, top, false)
    assert.ok(!isPubliclyTrusted((await issue(server, middle, false)) + noAuthority, [anchor]))
  })

  test('the list is that of Node', async () => {
    const [known = ''] = rootCertificates
    assert.ok(isPubliclyTrusted(known))
    const directory = await mkdtemp(join(tmpdir(), 'trust-'))
    try {
      const made = await ensureLocalCertificates({ directory, names: [], now: Date.now() })
      assert.ok(made.ok)
      const { paths } = made.value
      const own = await readFile(paths['server.crt'], 'utf8')
      assert.ok(!isPubliclyTrusted(own + (await readFile(paths['ca.crt'], 'utf8'))))
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })
})
