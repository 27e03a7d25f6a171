import { X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g
/** Longer chains than this are not used on the web. */
const CHAIN_LENGTH = 8

/**
 * Whether a chain leads to an authority that browsers trust from the start, by Mozilla's list that Node brings. Only
 * then may a browser be told to insist on TLS: who has passed a warning once could not pass the next one.
 *
 * @param chain PEM, the server's own certificate first.
 * @param roots PEM, one authority each.
 */
export function isPubliclyTrusted(chain: string, roots: readonly string[] = rootCertificates): boolean {
  const [leaf, ...others] = (chain.match(CERTIFICATE) ?? []).slice(0, CHAIN_LENGTH).flatMap(parse)
  const trusted = roots.flatMap(parse)
  let link = leaf
  for (let depth = 0; link !== undefined && depth < CHAIN_LENGTH; depth++) {
    const current = link
    if (trusted.some(root => isIssuedBy(current, root))) return true
    link = others.find(other => other !== current && other.ca && isIssuedBy(current, other))
  }
  return false
}

const isIssuedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)

function parse(pem: string): readonly X509Certificate[] {
  try {
    return [new X509Certificate(pem)]
  } catch {
    // What nobody can read vouches for nothing.
    return []
  }
}
