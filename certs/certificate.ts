import { createHash, type KeyObject, randomBytes, sign, type X509Certificate } from 'node:crypto'
import {
  bitString,
  explicit,
  integer,
  NULL,
  objectIdentifier,
  octetString,
  readDer,
  sequence,
  set,
  TRUE,
  time,
  utf8String,
} from './der.ts'
import { algorithmOf } from './key-pair.ts'

/** An extension of RFC 5280 4.2: `value` is the DER inside its OCTET STRING. */
export type Extension = { readonly oid: string; readonly critical: boolean; readonly value: Buffer }

export type Validity = { readonly notBefore: number; readonly notAfter: number }

export type ToBeSigned = {
  /** DER of the Name; `issuer` byte for byte the subject of the signing authority. */
  readonly issuer: Buffer
  readonly subject: Buffer
  readonly validity: Validity
  readonly publicKey: KeyObject
  readonly extensions: readonly Extension[]
}

const SIGNATURES = {
  ecdsa: sequence(objectIdentifier('1.2.840.10045.4.3.2')), // ecdsa-with-SHA256, RFC 5758
  rsa: sequence(objectIdentifier('1.2.840.113549.1.1.11'), NULL), // sha256WithRSAEncryption, RFC 4055
} as const

export const COMMON_NAME = '2.5.4.3'
export const ORGANIZATION = '2.5.4.10'
const VERSION_3 = Buffer.from([2])

/** An X.509 v3 certificate (RFC 5280 4.1) as PEM. `signer` is a P-256 or RSA private key. */
export function encodeCertificate(content: ToBeSigned, signer: KeyObject): string {
  const algorithm = SIGNATURES[algorithmOf(signer)]
  const toBeSigned = sequence(
    explicit(0, integer(VERSION_3)),
    integer(serialNumber()),
    algorithm,
    content.issuer,
    sequence(time(content.validity.notBefore), time(content.validity.notAfter)),
    content.subject,
    content.publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...content.extensions.map(encodeExtension))),
  )
  const der = sequence(toBeSigned, algorithm, bitString(sign('sha256', toBeSigned, signer)))
  const lines = der.toString('base64').replace(/.{1,64}/g, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`
}

export function encodeName(attributes: readonly (readonly [oid: string, value: string])[]): Buffer {
  return sequence(
    ...attributes.map(([oid, value]) => set(sequence(objectIdentifier(oid), utf8String(value)))),
  )
}

/** The DER of a certificate's subject as it stands in it. */
export function subjectOf(certificate: X509Certificate): Buffer {
  const subject = fieldsOf(certificate)[5]
  if (!subject) throw new Error('a parsed certificate has no subject')
  return subject.raw
}

export function extensionOf(certificate: X509Certificate, oid: string): Buffer | undefined {
  const extensions = fieldsOf(certificate).find(({ tag }) => tag === 0xa3)
  const [list] = readDer(extensions?.value ?? Buffer.alloc(0))
  const wanted = objectIdentifier(oid)
  for (const extension of readDer(list?.value ?? Buffer.alloc(0))) {
    const parts = readDer(extension.value)
    const content = parts.at(-1)
    if (content && parts[0]?.raw.equals(wanted)) return readDer(content.raw)[0]?.value
  }
  return undefined
}

/** Method 1 of RFC 7093: the first 160 bits of SHA-256 over the subjectPublicKey's bits. */
export function keyIdentifier(publicKey: KeyObject): Buffer {
  const [spki] = readDer(publicKey.export({ type: 'spki', format: 'der' }))
  const bits = readDer(spki?.value ?? Buffer.alloc(0))[1]
  if (!bits) throw new Error('a public key has no bits')
  return createHash('sha256').update(bits.value.subarray(1)).digest().subarray(0, 20)
}

const encodeExtension = ({ oid, critical, value }: Extension): Buffer =>
  sequence(objectIdentifier(oid), ...(critical ? [TRUE] : []), octetString(value))

// RFC 5280 4.1.2.2: positive and at most 20 octets; 126 random bits.
function serialNumber(): Buffer {
  const bytes = randomBytes(16)
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40)
  return bytes
}

function fieldsOf(certificate: X509Certificate) {
  const [whole] = readDer(certificate.raw)
  const [toBeSigned] = readDer(whole?.value ?? Buffer.alloc(0))
  return readDer(toBeSigned?.value ?? Buffer.alloc(0))
}
