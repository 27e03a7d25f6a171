import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { Identifier } from './identifier.ts'
import * as x509 from './x509.ts'

// To be imported dynamically, when something is to be made: the library takes longer to load than all else in here.

const generate = promisify(generateKeyPair)
const HOUR = 3_600_000
const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const
/** RFC 8737 section 6.1. */
const ACME_IDENTIFIER = '1.3.6.1.5.5.7.1.31'

/** A fresh key for a certificate, and the request that asks for it. */
export async function requestCertificate(
  identifier: Identifier,
): Promise<{ readonly key: string; readonly csr: string }> {
  const { keys, pem } = await freshKeys()
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    signingAlgorithm: SIGNING,
    keys,
    extensions: [new x509.SubjectAlternativeNameExtension([identifier])],
  })
  return { key: pem, csr: Buffer.from(request.rawData).toString('base64url') }
}

/**
 * The certificate that answers a challenge (RFC 8737 section 3).
 *
 * @param digest SHA-256 of the key authorization.
 */
export async function issueChallengeCertificate(
  identifier: Identifier,
  digest: Uint8Array,
): Promise<{ readonly cert: string; readonly key: string }> {
  const { keys, pem } = await freshKeys()
  const now = Date.now()
  const octetString = Uint8Array.of(0x04, digest.length, ...digest)
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    keys,
    signingAlgorithm: SIGNING,
    notBefore: new Date(now - HOUR),
    notAfter: new Date(now + 24 * HOUR),
    extensions: [
      new x509.SubjectAlternativeNameExtension([identifier]),
      new x509.Extension(ACME_IDENTIFIER, true, octetString),
    ],
  })
  return { cert: certificate.toString('pem'), key: pem }
}

async function freshKeys() {
  const { privateKey, publicKey } = await generate('ec', { namedCurve: 'P-256' })
  const webKey = (key: KeyObject, usage: 'sign' | 'verify') => key.toCryptoKey(P256, true, [usage])
  return {
    keys: { privateKey: webKey(privateKey, 'sign'), publicKey: webKey(publicKey, 'verify') },
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}
