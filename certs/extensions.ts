import { isIP } from 'node:net'
import type { Extension } from './certificate.ts'
import {
  bitString,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  readDer,
  sequence,
  TRUE,
} from './der.ts'
import { decodeAddress, encodeAddress } from './ip-address.ts'
import type { Algorithm } from './key-pair.ts'
import { encodeNameConstraints, type NameConstraints } from './name-constraints.ts'

// The extensions of RFC 5280 4.2.1 that the two kinds of certificate bear.

export const NAME_CONSTRAINTS = '2.5.29.30'
export const SUBJECT_KEY_IDENTIFIER = '2.5.29.14'
export const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17'
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1'

/** An authority whose certificates may not sign others: pathLenConstraint 0. */
export const authorityConstraints: Extension = {
  oid: '2.5.29.19',
  critical: true,
  value: sequence(TRUE, integer(Buffer.from([0]))),
}

export const notAnAuthority: Extension = { oid: '2.5.29.19', critical: true, value: sequence() }

const keyUsage = (bits: number, unusedBits: number): Extension => ({
  oid: '2.5.29.15',
  critical: true,
  value: bitString(Buffer.from([bits]), unusedBits),
})

/** keyCertSign (bit 5) and cRLSign (bit 6). */
export const authorityKeyUsage = keyUsage(0b0000_0110, 1)

/** digitalSignature (bit 0); for RSA also keyEncipherment (bit 2), which some older clients look for. */
export const serverKeyUsage = (algorithm: Algorithm): Extension =>
  algorithm === 'rsa' ? keyUsage(0b1010_0000, 5) : keyUsage(0b1000_0000, 7)

export const serverAuthentication: Extension = {
  oid: '2.5.29.37',
  critical: false,
  value: sequence(objectIdentifier(SERVER_AUTH)),
}

export const subjectKeyIdentifier = (identifier: Buffer): Extension => ({
  oid: SUBJECT_KEY_IDENTIFIER,
  critical: false,
  value: octetString(identifier),
})

export const authorityKeyIdentifier = (identifier: Buffer): Extension => ({
  oid: '2.5.29.35',
  critical: false,
  value: sequence(implicit(0, identifier)),
})

export const nameConstraints = (permitted: NameConstraints): Extension => ({
  oid: NAME_CONSTRAINTS,
  critical: true,
  value: encodeNameConstraints(permitted),
})

/** DNS names and addresses, in their order. */
export const subjectAlternativeName = (names: readonly string[]): Extension => ({
  oid: SUBJECT_ALTERNATIVE_NAME,
  critical: false,
  value: sequence(
    ...names.map(name =>
      isIP(name) === 0 ? implicit(2, Buffer.from(name, 'ascii')) : implicit(7, encodeAddress(name)),
    ),
  ),
})

/** The inverse of `subjectAlternativeName`; other kinds of names are not ours. */
export function decodeSubjectAlternativeName(der: Buffer): string[] {
  return readDer(readDer(der)[0]?.value ?? Buffer.alloc(0)).flatMap(({ tag, value }) => {
    if (tag === 0x82) return value.toString('ascii')
    return tag === 0x87 ? decodeAddress(value) : []
  })
}
