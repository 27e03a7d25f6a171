import type { Bytes } from '../bytes.ts'

const NO_SALT = new Uint8Array(0)

const parameters = (info: Bytes, salt: Bytes, hash: string) => ({ name: 'HKDF', hash, salt, info })

/** Secret bytes as a key that can only be derived from (RFC 5869). */
export const importHkdfKey = (secret: Bytes): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits', 'deriveKey'])

/** `length` bytes by HKDF-SHA-256. */
export const deriveBytes = async (
  base: CryptoKey,
  info: Bytes,
  length: number,
  salt: Bytes = NO_SALT,
): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.deriveBits(parameters(info, salt, 'SHA-256'), base, length * 8))

/** An AES-GCM key that never leaves WebCrypto. */
export const deriveAesKey = (
  base: CryptoKey,
  info: Bytes,
  usages: readonly ('encrypt' | 'decrypt')[] = ['encrypt', 'decrypt'],
  { salt = NO_SALT, hash = 'SHA-256', length = 256 } = {},
): Promise<CryptoKey> =>
  crypto.subtle.deriveKey(parameters(info, salt, hash), base, { name: 'AES-GCM', length }, false, [...usages])

export const deriveHmacKey = (base: CryptoKey, info: Bytes): Promise<CryptoKey> =>
  crypto.subtle.deriveKey(
    parameters(info, NO_SALT, 'SHA-256'),
    base,
    { name: 'HMAC', hash: 'SHA-256', length: 256 },
    false,
    ['sign'],
  )
