import { createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto'
import {
  COMMON_NAME,
  encodeCertificate,
  encodeName,
  extensionOf,
  keyIdentifier,
  ORGANIZATION,
  subjectOf,
} from './certificate.ts'
import { readDer } from './der.ts'
import * as extension from './extensions.ts'
import { algorithmOf } from './key-pair.ts'
import { decodeNameConstraints, type NameConstraints } from './name-constraints.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const AUTHORITY_DAYS = 3650
// Below the 398 days after which Apple's platforms refuse a server certificate.
const SERVER_DAYS = 397
// Clocks of phones are sometimes slow.
const BACKDATED_MS = HOUR_MS

export type Authority = { readonly certificate: X509Certificate; readonly key: KeyObject }

/** A self-signed authority for the permitted names alone, as PEM. `hostName` tells it from others in a trust store. */
export function issueAuthority(
  key: KeyObject,
  permitted: NameConstraints,
  hostName: string,
  now: number,
): string {
  const name = encodeName([
    [ORGANIZATION, 'Chat-Room'],
    [COMMON_NAME, `Chat-Room local authority (${hostName} ${new Date(now).toISOString().slice(0, 10)})`],
  ])
  const publicKey = createPublicKey(key)
  const content = {
    issuer: name,
    subject: name,
    validity: { notBefore: now - BACKDATED_MS, notAfter: now + AUTHORITY_DAYS * DAY_MS },
    publicKey,
    extensions: [
      extension.authorityConstraints,
      extension.authorityKeyUsage,
      extension.nameConstraints(permitted),
      extension.subjectKeyIdentifier(keyIdentifier(publicKey)),
    ],
  }
  return encodeCertificate(content, key)
}

/** A server certificate for `names` in their order, as PEM; it never outlives its authority. */
export function issueServerCertificate(
  authority: Authority,
  publicKey: KeyObject,
  names: readonly string[],
  now: number,
): string {
  const notBefore = now - BACKDATED_MS
  const content = {
    issuer: subjectOf(authority.certificate),
    subject: encodeName([
      [ORGANIZATION, 'Chat-Room'],
      [COMMON_NAME, 'Chat-Room server'],
    ]),
    validity: {
      notBefore,
      notAfter: Math.min(notBefore + SERVER_DAYS * DAY_MS, authority.certificate.validToDate.getTime()),
    },
    publicKey,
    extensions: [
      extension.notAnAuthority,
      extension.serverKeyUsage(algorithmOf(publicKey)),
      extension.serverAuthentication,
      extension.subjectAlternativeName(names),
      extension.subjectKeyIdentifier(keyIdentifier(publicKey)),
      extension.authorityKeyIdentifier(identifierOf(authority)),
    ],
  }
  return encodeCertificate(content, authority.key)
}

/** What an authority's certificate lets it vouch for; undefined means anything. */
export function permittedBy(certificate: X509Certificate): NameConstraints | undefined {
  const der = extensionOf(certificate, extension.NAME_CONSTRAINTS)
  return der && decodeNameConstraints(der)
}

/** What a server certificate is good for. */
export function namesOf(certificate: X509Certificate): string[] {
  const der = extensionOf(certificate, extension.SUBJECT_ALTERNATIVE_NAME)
  return der ? extension.decodeSubjectAlternativeName(der) : []
}

// An authority made by other tools may have hashed its key in another way.
function identifierOf({ certificate }: Authority): Buffer {
  const der = extensionOf(certificate, extension.SUBJECT_KEY_IDENTIFIER)
  return (der && readDer(der)[0]?.value) ?? keyIdentifier(certificate.publicKey)
}
