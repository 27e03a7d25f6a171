import { sha3_256, shake256 } from '@noble/hashes/sha3.js'
import { type Bytes, concat, encodeUtf8 } from '../bytes.ts'
import {
  ML_KEM_ENCAPSULATED_BYTES,
  ML_KEM_PUBLIC_BYTES,
  ML_KEM_SEED_BYTES,
  type MlKemPair,
  mlKem,
} from './ml-kem.ts'
import { agreeX25519, importX25519, X25519_BYTES } from './x25519.ts'

/*
 * X-Wing (draft-connolly-cfrg-xwing-kem): a secret that stands as long as one of ML-KEM-768 and X25519 does.
 * public key   = ML-KEM 1184 ‖ X25519 32
 * encapsulated = ML-KEM 1088 ‖ X25519 32
 */
export const SEED_BYTES = 32
export const PUBLIC_KEY_BYTES = ML_KEM_PUBLIC_BYTES + X25519_BYTES
export const ENCAPSULATED_BYTES = ML_KEM_ENCAPSULATED_BYTES + X25519_BYTES

const LABEL = encodeUtf8('\\.//^\\')

export type XWingPair = {
  readonly publicKey: Bytes
  readonly mlKem: MlKemPair
  readonly x25519: CryptoKey
}

// Section 5.3. What ML-KEM encapsulated is left out, for ML-KEM's own secret is bound to it.
const combine = (mlKemSecret: Bytes, x25519Secret: Bytes, encapsulated: Bytes, publicKey: Bytes): Bytes =>
  sha3_256(concat(mlKemSecret, x25519Secret, encapsulated, publicKey, LABEL)) as Bytes

/** The pair of a seed of 32 bytes (section 5.2). */
export async function expandXWing(seed: Bytes): Promise<XWingPair> {
  const expanded = shake256(seed, { dkLen: ML_KEM_SEED_BYTES + X25519_BYTES }) as Bytes
  const kem = await mlKem()
  const [mlKemPair, x25519] = await Promise.all([
    kem.derive(expanded.slice(0, ML_KEM_SEED_BYTES)),
    importX25519(expanded.slice(ML_KEM_SEED_BYTES)),
  ])
  return {
    publicKey: concat(mlKemPair.publicKey, x25519.publicKey),
    mlKem: mlKemPair,
    x25519: x25519.privateKey,
  }
}

/** Rejects if either half is no public key, or one with which nothing stays secret. */
export async function encapsulateXWing(
  publicKey: Bytes,
): Promise<{ readonly secret: Bytes; readonly encapsulated: Bytes }> {
  const x25519Key = publicKey.slice(ML_KEM_PUBLIC_BYTES)
  const [kem, ephemeral] = await Promise.all([
    mlKem(),
    importX25519(crypto.getRandomValues(new Uint8Array(X25519_BYTES))),
  ])
  const [inner, x25519Secret] = await Promise.all([
    kem.encapsulate(publicKey.slice(0, ML_KEM_PUBLIC_BYTES)),
    agreeX25519(ephemeral.privateKey, x25519Key),
  ])
  return {
    secret: combine(inner.secret, x25519Secret, ephemeral.publicKey, x25519Key),
    encapsulated: concat(inner.encapsulated, ephemeral.publicKey),
  }
}

/**
 * The secret that was encapsulated for this pair; what was encapsulated for another gives another secret. `undefined` if X25519
 * refuses the other side's key, which is of small order: some platforms say so by an exception of one name, some of another.
 */
export async function decapsulateXWing(pair: XWingPair, encapsulated: Bytes): Promise<Bytes | undefined> {
  const ephemeral = encapsulated.slice(ML_KEM_ENCAPSULATED_BYTES)
  const [mlKemSecret, x25519Secret] = await Promise.all([
    pair.mlKem.decapsulate(encapsulated.slice(0, ML_KEM_ENCAPSULATED_BYTES)),
    agreeX25519(pair.x25519, ephemeral).catch(() => undefined),
  ])
  if (x25519Secret === undefined) return undefined
  return combine(mlKemSecret, x25519Secret, ephemeral, pair.publicKey.slice(ML_KEM_PUBLIC_BYTES))
}
