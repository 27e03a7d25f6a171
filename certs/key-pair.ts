import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

export type Algorithm = 'ecdsa' | 'rsa'

const generate = promisify(generateKeyPair)
const RSA_BITS = 3072
const RSA_BITS_LEAST = 2048

/** A fresh private key as PKCS #8 PEM. */
export async function makePrivateKey(algorithm: Algorithm): Promise<string> {
  const { privateKey } =
    algorithm === 'rsa'
      ? await generate('rsa', { modulusLength: RSA_BITS })
      : await generate('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** Undefined for anything but a P-256 key or an RSA key of 2048 bits or more, unencrypted. */
export function parsePrivateKey(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem)
    const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
    const isP256 = key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1'
    const isRsa = key.asymmetricKeyType === 'rsa' && modulusLength >= RSA_BITS_LEAST
    return isP256 || isRsa ? key : undefined
  } catch {
    return undefined
  }
}

/** Of a key that `parsePrivateKey` took, or of its public half. */
export const algorithmOf = (key: KeyObject): Algorithm => (key.asymmetricKeyType === 'rsa' ? 'rsa' : 'ecdsa')
