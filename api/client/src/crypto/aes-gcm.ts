import type { Bytes } from '../bytes.ts'

export const NONCE_BYTES = 12
export const TAG_BYTES = 16

/** Ciphertext and tag in a buffer of their own. */
export const encrypt = async (key: CryptoKey, iv: Bytes, plaintext: Bytes, aad: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: aad }, key, plaintext))

/** `undefined` if key, nonce, ciphertext or additional data are not those of the encryption. */
export async function decrypt(
  key: CryptoKey,
  iv: Bytes,
  ciphertext: Bytes,
  aad: Bytes,
): Promise<Bytes | undefined> {
  try {
    return new Uint8Array(
      await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: aad }, key, ciphertext),
    )
  } catch (error) {
    // Anything but a failed authentication is a bug of ours, such as a key of the wrong kind.
    if (error instanceof DOMException && error.name === 'OperationError') return undefined
    throw error
  }
}
