import { type Bytes, concat, type Random } from '../bytes.ts'
import { decrypt, encrypt, NONCE_BYTES, TAG_BYTES } from './aes-gcm.ts'

/** What a box adds to its header and plaintext. */
export const BOX_OVERHEAD = NONCE_BYTES + TAG_BYTES

/**
 * `header ‖ nonce 12 ‖ AES-256-GCM(plaintext, additional data = context ‖ header)`: for keys that several writers share,
 * where only a random nonce is safe. The context must have one length for every header of a purpose.
 */
export async function sealBox(
  key: CryptoKey,
  random: Random,
  header: Bytes,
  plaintext: Bytes,
  context: Bytes,
): Promise<Bytes> {
  const nonce = random(NONCE_BYTES)
  return concat(header, nonce, await encrypt(key, nonce, plaintext, concat(context, header)))
}

/** The plaintext behind a header of `headerLength` bytes, or `undefined` if any byte was changed. */
export async function openBox(
  key: CryptoKey,
  box: Bytes,
  headerLength: number,
  context: Bytes,
): Promise<Bytes | undefined> {
  if (box.length < headerLength + BOX_OVERHEAD) return undefined
  const header = box.subarray(0, headerLength)
  const nonce = box.subarray(headerLength, headerLength + NONCE_BYTES)
  return decrypt(key, nonce, box.subarray(headerLength + NONCE_BYTES), concat(context, header))
}
