import { type Bytes, concat, decodeBase64Url } from '../bytes.ts'

export const SIGNATURE_BYTES = 64
export const SIGNING_KEY_BYTES = 32

// RFC 8410 section 7: everything of a PKCS #8 Ed25519 key but the seed, the only way into WebCrypto for a bare seed.
const PKCS8_PREFIX = Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32)

/** A private key that cannot be exported, and its public key (32 bytes), from a seed of 32 bytes. */
export async function importSigningSeed(seed: Bytes): Promise<{ privateKey: CryptoKey; publicKey: Bytes }> {
  const pkcs8 = concat(PKCS8_PREFIX, seed)
  // WebCrypto tells the public half of a private key only through an export.
  const exportable = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign'])
  const [privateKey, jwk] = await Promise.all([
    crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']),
    crypto.subtle.exportKey('jwk', exportable),
  ])
  pkcs8.fill(0)
  const publicKey = decodeBase64Url(jwk.x ?? '')
  if (publicKey?.length !== SIGNING_KEY_BYTES) throw new Error('the platform exported no Ed25519 public key')
  return { privateKey, publicKey }
}

/** `undefined` if the platform refuses the bytes as a public key. */
export async function importVerifyingKey(publicKey: Bytes): Promise<CryptoKey | undefined> {
  try {
    return await crypto.subtle.importKey('raw', publicKey, 'Ed25519', true, ['verify'])
  } catch {
    return undefined
  }
}

export const sign = async (privateKey: CryptoKey, text: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.sign('Ed25519', privateKey, text))

export const verify = (publicKey: CryptoKey, signature: Bytes, text: Bytes): Promise<boolean> =>
  crypto.subtle.verify('Ed25519', publicKey, signature, text)
