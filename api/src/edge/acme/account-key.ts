import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'

/** What an account at a certificate authority is known by: it signs every request (RFC 8555 section 6.2, ES256). */
export type AccountKey = {
  readonly jwk: Readonly<Record<'crv' | 'kty' | 'x' | 'y', string>>
  /** RFC 7638, base64url. */
  readonly thumbprint: string
  /** Of UTF-8 text, base64url. */
  sign(text: string): string
}

/** @param pem PKCS #8, P-256. Undefined for anything else. */
export function parseAccountKey(pem: string): AccountKey | undefined {
  const key = privateKey(pem)
  if (key?.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return undefined
  const { x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' })
  // In the order that the thumbprint is taken over (RFC 7638 section 3).
  const jwk = { crv: 'P-256', kty: 'EC', x, y }
  return {
    jwk,
    thumbprint: createHash('sha256').update(JSON.stringify(jwk)).digest('base64url'),
    sign: text => sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
  }
}

function privateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

export type SignedRequest = {
  readonly url: string
  readonly nonce: string
  /** Absent: POST-as-GET (RFC 8555 section 6.3). */
  readonly payload?: object | undefined
  /** The account's URL; absent while there is none, when the key itself goes along. */
  readonly account?: string | undefined
}

/** The body of a request, a flattened JWS (RFC 7515 section 7.2.2). */
export function signRequest(key: AccountKey, { url, nonce, payload, account }: SignedRequest): string {
  const who = account === undefined ? { jwk: key.jwk } : { kid: account }
  const head = encode({ alg: 'ES256', ...who, nonce, url })
  const body = payload === undefined ? '' : encode(payload)
  return JSON.stringify({ protected: head, payload: body, signature: key.sign(`${head}.${body}`) })
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
