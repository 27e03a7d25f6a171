import { createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { type Algorithm, algorithmOf } from './key-pair.ts'
import type { NameConstraints } from './name-constraints.ts'
import { encodeNameConstraints, NAME_CONSTRAINTS } from './name-constraints-extension.ts'
import * as x509 from './x509.ts'

// To be imported dynamically, when something is to be made: the library takes longer to load than all else in here.

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const AUTHORITY_DAYS = 3650
// Below the 398 days after which Apple's platforms refuse a server certificate.
const SERVER_DAYS = 397
// Clocks of phones are sometimes slow.
const BACKDATED_MS = HOUR_MS

export type Authority = { readonly certificate: X509Certificate; readonly key: KeyObject }

/** A self-signed authority for the permitted names alone, as PEM. `hostName` tells it from others in a trust store. */
export async function issueAuthority(
  key: KeyObject,
  permitted: NameConstraints,
  hostName: string,
  now: number,
): Promise<string> {
  const name = nameOf(`Chat-Room local authority (${hostName} ${new Date(now).toISOString().slice(0, 10)})`)
  const publicKey = spkiOf(createPublicKey(key))
  const certificate = await x509.X509CertificateGenerator.create({
    issuer: name,
    subject: name,
    notBefore: new Date(now - BACKDATED_MS),
    notAfter: new Date(now + AUTHORITY_DAYS * DAY_MS),
    publicKey,
    signingKey: signingKey(key),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.Extension(NAME_CONSTRAINTS, true, encodeNameConstraints(permitted)),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  })
  return `${certificate.toString('pem')}\n`
}

/** A server certificate for `names` in their order, as PEM; it never outlives its authority. */
export async function issueServerCertificate(
  authority: Authority,
  publicKey: KeyObject,
  names: readonly string[],
  now: number,
): Promise<string> {
  const issuer = new x509.X509Certificate(authority.certificate.raw)
  const notBefore = now - BACKDATED_MS
  const spki = spkiOf(publicKey)
  const certificate = await x509.X509CertificateGenerator.create({
    issuer: issuer.subjectName,
    subject: nameOf('Chat-Room server'),
    notBefore: new Date(notBefore),
    notAfter: new Date(Math.min(notBefore + SERVER_DAYS * DAY_MS, issuer.notAfter.getTime())),
    publicKey: spki,
    signingKey: signingKey(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(SERVER_KEY_USAGES[algorithmOf(publicKey)], true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map(value => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(spki),
      await authorityKeyIdentifier(issuer),
    ],
  })
  return `${certificate.toString('pem')}\n`
}

// Some older clients look for keyEncipherment in an RSA certificate.
const SERVER_KEY_USAGES: Readonly<Record<Algorithm, x509.KeyUsageFlags>> = {
  ecdsa: x509.KeyUsageFlags.digitalSignature,
  rsa: x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment,
}

const SIGNING_ALGORITHMS = {
  ecdsa: { name: 'ECDSA', namedCurve: 'P-256' },
  rsa: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
} as const

const signingKey = (key: KeyObject) => key.toCryptoKey(SIGNING_ALGORITHMS[algorithmOf(key)], false, ['sign'])

const spkiOf = (publicKey: KeyObject) => publicKey.export({ type: 'spki', format: 'der' })

const nameOf = (commonName: string) =>
  new x509.Name([{ O: ['Chat-Room'] }, { CN: [{ utf8String: commonName }] }])

// An authority made by other tools may have hashed its key in another way.
async function authorityKeyIdentifier(issuer: x509.X509Certificate) {
  const own = issuer.getExtension(x509.SubjectKeyIdentifierExtension)
  return own
    ? new x509.AuthorityKeyIdentifierExtension(own.keyId)
    : await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey)
}
