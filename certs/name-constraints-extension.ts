import type { X509Certificate } from 'node:crypto'
import { AsnConvert } from '@peculiar/asn1-schema'
import * as asn1 from '@peculiar/asn1-x509'
import type { NameConstraints } from './name-constraints.ts'

export const NAME_CONSTRAINTS = asn1.id_ce_nameConstraints

/** The value of an extension with permitted subtrees alone (RFC 5280 4.2.1.10), as DER. */
export function encodeNameConstraints({ dns, ip }: NameConstraints): ArrayBuffer {
  const bases = [...dns.map(dNSName => ({ dNSName })), ...ip.map(iPAddress => ({ iPAddress }))]
  const subtrees = bases.map(base => new asn1.GeneralSubtree({ base: new asn1.GeneralName(base) }))
  return AsnConvert.serialize(
    new asn1.NameConstraints({ permittedSubtrees: new asn1.GeneralSubtrees(subtrees) }),
  )
}

/** Reads the permitted names of the kinds we write; excluded subtrees and other kinds are not ours. */
export function decodeNameConstraints(der: ArrayBuffer): NameConstraints {
  const { permittedSubtrees = [] } = AsnConvert.parse(der, asn1.NameConstraints)
  // Spread, since `map` of the library's array type gives that type again.
  const bases = [...permittedSubtrees].map(({ base }) => base)
  return {
    dns: bases.flatMap(({ dNSName }) => dNSName ?? []),
    // What has no mask, or an odd length, the library spells without a prefix length.
    ip: bases.flatMap(({ iPAddress }) => (iPAddress?.includes('/') ? iPAddress : [])),
  }
}

/** What an authority's certificate lets it vouch for; undefined means anything. */
export function permittedBy(certificate: X509Certificate): NameConstraints | undefined {
  const { extensions = [] } = AsnConvert.parse(certificate.raw, asn1.Certificate).tbsCertificate
  const found = extensions.find(({ extnID }) => extnID === NAME_CONSTRAINTS)
  return found && decodeNameConstraints(found.extnValue.buffer)
}
