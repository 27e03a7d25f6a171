import { createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import type { Authority } from './authority.ts'
import type { CertificateFiles } from './certificate-files.ts'
import { namesOf } from './host-names.ts'
import { algorithmOf, makePrivateKey, parsePrivateKey } from './key-pair.ts'
import { done, type Outcome, refuse } from './outcome.ts'
import { parseCertificate } from './stored-authority.ts'

export type ServerPair = { readonly certificate: X509Certificate | undefined; readonly key: KeyObject }

/** The server's key, made if there is none, and its certificate if there is one that this authority signed. */
export async function openServerPair(
  files: CertificateFiles,
  authority: Authority,
): Promise<Outcome<ServerPair>> {
  const { directory } = files
  const remedy = `remove server.crt and server.key from ${directory} to have new ones made, or name your own pair by TLS_CERT and TLS_KEY`
  const pem = await files.read('server.crt')
  let keyPem = await files.read('server.key')
  if (pem !== undefined && keyPem === undefined) {
    return refuse('mismatch', `${directory} holds server.crt without its server.key: ${remedy}`)
  }
  keyPem ??= await files.create('server.key', await makePrivateKey(algorithmOf(authority.key)))
  const key = parsePrivateKey(keyPem)
  if (!key)
    return refuse('broken', `${join(directory, 'server.key')} is no P-256 or RSA private key: ${remedy}`)
  if (pem === undefined) return done({ certificate: undefined, key })
  const certificate = parseCertificate(pem)
  if (!certificate) return refuse('broken', `${join(directory, 'server.crt')} is no certificate: ${remedy}`)
  if (!certificate.checkPrivateKey(key)) {
    return refuse('mismatch', `server.crt and server.key in ${directory} do not belong together: ${remedy}`)
  }
  if (!certificate.verify(authority.certificate.publicKey)) {
    return refuse('mismatch', `server.crt in ${directory} was not signed by the ca.crt beside it: ${remedy}`)
  }
  return done({ certificate, key })
}

const RENEW_BELOW = 1 / 3

/** Whether a certificate covers the names and has more than a third of its life left. */
export function stillServes(certificate: X509Certificate, names: readonly string[], now: number): boolean {
  const from = certificate.validFromDate.getTime()
  const to = certificate.validToDate.getTime()
  const held = new Set(namesOf(certificate))
  return now >= from && to - now > (to - from) * RENEW_BELOW && names.every(name => held.has(name))
}

/** A new certificate for the same key, so that one rename is the whole change. */
export async function renew(
  files: CertificateFiles,
  authority: Authority,
  key: KeyObject,
  names: readonly string[],
  now: number,
): Promise<X509Certificate> {
  const { issueServerCertificate } = await import('./authority.ts')
  const pem = await issueServerCertificate(authority, createPublicKey(key), names, now)
  await files.replace('server.crt', pem)
  const certificate = parseCertificate(pem)
  if (!certificate) throw new Error('a certificate just issued cannot be parsed')
  return certificate
}
