import { type Bytes, concat } from '../bytes.ts'

/** Of a private key, a public key and a shared secret. */
export const X25519_BYTES = 32

// RFC 8410 section 7: everything of a PKCS #8 X25519 key but the key, the only way into WebCrypto for bare bytes.
const PKCS8_PREFIX = Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32)

// RFC 7748 section 6.1: what a private key makes of it is its public key.
const BASE_POINT = Uint8Array.of(9, ...new Uint8Array(31))

/** A private key (32 bytes) that cannot be exported, and its public key. */
export async function importX25519(secret: Bytes): Promise<{ privateKey: CryptoKey; publicKey: Bytes }> {
  const pkcs8 = concat(PKCS8_PREFIX, secret)
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, 'X25519', false, ['deriveBits'])
  pkcs8.fill(0)
  return { privateKey, publicKey: await agreeX25519(privateKey, BASE_POINT) }
}

/** The secret that both sides share, 32 bytes. Rejects for a public key of small order, with which it would be no secret. */
export async function agreeX25519(privateKey: CryptoKey, publicKey: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', publicKey, 'X25519', false, [])
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'X25519', public: key }, privateKey, 256))
}
