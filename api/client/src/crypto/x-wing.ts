import {
  AEAD_AES_256_GCM,
  CipherSuite,
  KDF_HKDF_SHA256,
  KEM_MLKEM768_X25519,
  type Key,
  type KeyPair,
} from 'hpke'
import { type Bytes, concat } from '../bytes.ts'

/*
 * HPKE (RFC 9180) in base mode with X-Wing (MLKEM768-X25519, 0x647a), HKDF-SHA-256 and AES-256-GCM: hybrid, so that what
 * is recorded today stays closed to a quantum computer, and a flaw in ML-KEM's code leaves X25519 standing.
 */
export const SEED_BYTES = 32
export const PUBLIC_KEY_BYTES = 1216
const ENCAPSULATED_BYTES = 1120
/** What `hpkeSeal` adds: the encapsulated key and the tag. */
export const HPKE_OVERHEAD = ENCAPSULATED_BYTES + 16

export type { Key as XWingPublicKey, KeyPair as XWingKeyPair }

// The library's types allow shared memory, which WebCrypto never returns.
const own = (bytes: Uint8Array): Bytes => bytes as Bytes

async function works(suite: CipherSuite): Promise<boolean> {
  try {
    // Derivation alone does not tell: a platform may have ML-KEM and lack the hashes that X-Wing combines with.
    const pair = await suite.DeriveKeyPair(new Uint8Array(SEED_BYTES))
    const { encapsulatedSecret, ciphertext } = await suite.Seal(pair.publicKey, new Uint8Array(1))
    return (await suite.Open(pair, encapsulatedSecret, ciphertext)).length === 1
  } catch {
    return false
  }
}

async function chooseSuite(): Promise<CipherSuite> {
  const native = new CipherSuite(KEM_MLKEM768_X25519, KDF_HKDF_SHA256, AEAD_AES_256_GCM)
  if (await works(native)) return native
  const noble = await import('@panva/hpke-noble')
  return new CipherSuite(noble.KEM_MLKEM768_X25519, KDF_HKDF_SHA256, AEAD_AES_256_GCM)
}

let chosen: Promise<CipherSuite> | undefined

/** One suite for the life of the program; a fallback that could not be loaded is tried again by the next caller. */
function suite(): Promise<CipherSuite> {
  chosen ??= chooseSuite().catch(error => {
    chosen = undefined
    throw error
  })
  return chosen
}

/** The pair that belongs to a seed of 32 bytes, and its public key (1216 bytes). */
export async function deriveXWing(seed: Bytes): Promise<{ pair: KeyPair; publicKey: Bytes }> {
  const hpke = await suite()
  const pair = await hpke.DeriveKeyPair(seed)
  return { pair, publicKey: own(await hpke.SerializePublicKey(pair.publicKey)) }
}

/** `undefined` if these are not the bytes of an X-Wing public key. */
export async function importXWingPublicKey(bytes: Bytes): Promise<Key | undefined> {
  const hpke = await suite()
  try {
    return await hpke.DeserializePublicKey(bytes)
  } catch {
    return undefined
  }
}

/** `encapsulated key 1120 ‖ ciphertext ‖ tag 16`. */
export async function hpkeSeal(key: Key, plaintext: Bytes, info: Bytes, aad: Bytes): Promise<Bytes> {
  const sealed = await (await suite()).Seal(key, plaintext, { info, aad })
  return concat(sealed.encapsulatedSecret, sealed.ciphertext)
}

/** `undefined` if it was sealed for another key, info or additional data, or was changed. */
export async function hpkeOpen(
  pair: KeyPair,
  sealed: Bytes,
  info: Bytes,
  aad: Bytes,
): Promise<Bytes | undefined> {
  if (sealed.length < HPKE_OVERHEAD) return undefined
  const hpke = await suite()
  try {
    return own(
      // The whole pair: with a bare private key some platforms cannot find the public half again.
      await hpke.Open(pair, sealed.subarray(0, ENCAPSULATED_BYTES), sealed.subarray(ENCAPSULATED_BYTES), {
        info,
        aad,
      }),
    )
  } catch {
    return undefined
  }
}
