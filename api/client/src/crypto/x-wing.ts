import { type Bytes, concat } from '../bytes.ts'
import { decrypt, encrypt, TAG_BYTES } from './aes-gcm.ts'
import { deriveXWingSeed, scheduleKeys } from './hpke.ts'
import {
  decapsulateXWing,
  ENCAPSULATED_BYTES,
  encapsulateXWing,
  expandXWing,
  PUBLIC_KEY_BYTES,
  type XWingPair,
} from './x-wing-kem.ts'

export { PUBLIC_KEY_BYTES, SEED_BYTES } from './x-wing-kem.ts'

/*
 * HPKE (RFC 9180) in base mode with X-Wing (MLKEM768-X25519, 0x647a), HKDF-SHA-256 and AES-256-GCM: hybrid, so that what
 * is recorded today stays closed to a quantum computer, and a flaw in ML-KEM's code leaves X25519 standing.
 */

/** What `hpkeSeal` adds: the encapsulated key and the tag. */
export const HPKE_OVERHEAD = ENCAPSULATED_BYTES + TAG_BYTES

/** Something was encapsulated for it: both halves are keys. */
export type XWingPublicKey = { readonly bytes: Bytes }

export type XWingKeyPair = { readonly publicKey: XWingPublicKey; readonly privateKey: XWingPair }

/** The pair that belongs to a seed of 32 bytes, and its public key (1216 bytes). */
export async function deriveXWing(seed: Bytes): Promise<{ pair: XWingKeyPair; publicKey: Bytes }> {
  const privateKey = await expandXWing(deriveXWingSeed(seed))
  const { publicKey } = privateKey
  return { pair: { publicKey: { bytes: publicKey }, privateKey }, publicKey }
}

/** `undefined` if these are not the bytes of an X-Wing public key. */
export async function importXWingPublicKey(bytes: Bytes): Promise<XWingPublicKey | undefined> {
  if (bytes.length !== PUBLIC_KEY_BYTES) return undefined
  try {
    // Both halves are checked when they are used, and nothing else does: found now, no message fails for it later.
    await encapsulateXWing(bytes)
    return { bytes: bytes.slice() }
  } catch {
    return undefined
  }
}

/** `encapsulated key 1120 ‖ ciphertext ‖ tag 16`. */
export async function hpkeSeal(
  publicKey: XWingPublicKey,
  plaintext: Bytes,
  info: Bytes,
  aad: Bytes,
): Promise<Bytes> {
  const { secret, encapsulated } = await encapsulateXWing(publicKey.bytes)
  const { key, nonce } = await scheduleKeys(secret, info)
  return concat(encapsulated, await encrypt(key, nonce, plaintext, aad))
}

/** `undefined` if it was sealed for another key, info or additional data, or was changed. */
export async function hpkeOpen(
  { privateKey }: XWingKeyPair,
  sealed: Bytes,
  info: Bytes,
  aad: Bytes,
): Promise<Bytes | undefined> {
  if (sealed.length < HPKE_OVERHEAD) return undefined
  const secret = await decapsulateXWing(privateKey, sealed.slice(0, ENCAPSULATED_BYTES))
  if (secret === undefined) return undefined
  const { key, nonce } = await scheduleKeys(secret, info)
  return await decrypt(key, nonce, sealed.slice(ENCAPSULATED_BYTES), aad)
}
