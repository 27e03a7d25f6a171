import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import type { Authority } from './authority.ts'
import type { CertificateFiles } from './certificate-files.ts'
import { type Algorithm, algorithmOf, makePrivateKey, parsePrivateKey } from './key-pair.ts'
import type { NameConstraints } from './name-constraints.ts'
import { done, type Outcome, refuse } from './outcome.ts'

export type NewAuthority = {
  readonly permitted: NameConstraints
  readonly hostName: string
  readonly algorithm: Algorithm | undefined
}

/**
 * The authority of a directory, made there if there is none. The key comes first: a key without a certificate
 * (a crash between the two, or another process on its way) was never trusted by anybody and is carried on with.
 */
export async function openAuthority(
  files: CertificateFiles,
  wanted: NewAuthority,
  now: number,
): Promise<Outcome<Authority>> {
  const { directory } = files
  const anew = startAnew(directory)
  let pem = await files.read('ca.crt')
  let keyPem = await files.read('ca.key')
  if (pem !== undefined && keyPem === undefined) {
    return refuse('mismatch', `${directory} holds ca.crt without its ca.key: put the key back, or ${anew}`)
  }
  keyPem ??= await files.create('ca.key', await makePrivateKey(wanted.algorithm ?? 'ecdsa'))
  const key = parsePrivateKey(keyPem)
  if (!key) return refuse('broken', `${join(directory, 'ca.key')} is no P-256 or RSA private key: ${anew}`)
  const algorithm = algorithmOf(key)
  if (wanted.algorithm && wanted.algorithm !== algorithm) {
    const kind = algorithm === 'rsa' ? 'RSA' : 'ECDSA'
    return refuse(
      'other-algorithm',
      `the authority in ${directory} is ${kind}: take another directory, or ${anew}`,
    )
  }
  if (pem === undefined) {
    const { issueAuthority } = await import('./authority.ts')
    const made = await issueAuthority(key, wanted.permitted, wanted.hostName, now)
    pem = await files.create('ca.crt', made)
  }
  const certificate = parseCertificate(pem)
  if (!certificate?.ca) {
    return refuse('broken', `${join(directory, 'ca.crt')} is no certificate of an authority: ${anew}`)
  }
  if (!certificate.checkPrivateKey(key)) {
    return refuse('mismatch', `ca.crt and ca.key in ${directory} do not belong together: ${anew}`)
  }
  if (now < certificate.validFromDate.getTime() || now >= certificate.validToDate.getTime()) {
    const span = `${certificate.validFrom} to ${certificate.validTo}`
    return refuse(
      'out-of-date',
      `the authority in ${directory} is good from ${span}: check the clock, or ${anew}`,
    )
  }
  return done({ certificate, key })
}

export function parseCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}

export const startAnew = (directory: string): string =>
  `remove ${directory} to make a new authority, which every device must then be told to trust`
