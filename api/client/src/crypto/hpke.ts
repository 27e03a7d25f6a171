import { shake256 } from '@noble/hashes/sha3.js'
import { type Bytes, concat, encodeUtf8 } from '../bytes.ts'
import { NONCE_BYTES } from './aes-gcm.ts'
import { deriveAesKey, deriveBytes, importHkdfKey } from './hkdf.ts'
import { SEED_BYTES } from './x-wing-kem.ts'

/*
 * The key schedule of HPKE (RFC 9180 section 5.1) in base mode, for one message: with X-Wing (0x647a, draft-ietf-hpke-pq),
 * HKDF-SHA-256 and AES-256-GCM. A context that seals once has the sequence number 0, so that its nonce is the base nonce.
 */
const VERSION = encodeUtf8('HPKE-v1')
const KEM = concat(encodeUtf8('KEM'), Uint8Array.of(0x64, 0x7a))
const SUITE = concat(encodeUtf8('HPKE'), Uint8Array.of(0x64, 0x7a, 0, 1, 0, 2))
const MODE_BASE = Uint8Array.of(0)
const HASH_BYTES = 32
const KEY_BYTES = 32
const EMPTY = new Uint8Array()

const labeled = (name: string, material: Bytes): Bytes => concat(VERSION, SUITE, encodeUtf8(name), material)

const encodeU16 = (value: number): Bytes => Uint8Array.of(value >> 8, value & 0xff)

const expanding = (length: number, name: string, context: Bytes): Bytes =>
  concat(encodeU16(length), labeled(name, context))

/** HKDF-Extract without salt is HMAC under zeros (RFC 5869 section 2.2); WebCrypto has it only together with an expansion. */
async function extract(material: Bytes): Promise<Bytes> {
  const zeros = new Uint8Array(HASH_BYTES)
  const key = await crypto.subtle.importKey('raw', zeros, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, material))
}

export async function scheduleKeys(
  sharedSecret: Bytes,
  info: Bytes,
): Promise<{ readonly key: CryptoKey; readonly nonce: Bytes }> {
  const [pskIdHash, infoHash, secret] = await Promise.all([
    extract(labeled('psk_id_hash', EMPTY)),
    extract(labeled('info_hash', info)),
    importHkdfKey(labeled('secret', EMPTY)),
  ])
  const context = concat(MODE_BASE, pskIdHash, infoHash)
  const [key, nonce] = await Promise.all([
    deriveAesKey(secret, expanding(KEY_BYTES, 'key', context), undefined, { salt: sharedSecret }),
    deriveBytes(secret, expanding(NONCE_BYTES, 'base_nonce', context), NONCE_BYTES, sharedSecret),
  ])
  return { key, nonce }
}

/** DeriveKeyPair: what 32 bytes or more of any origin give as the seed of a pair (draft-ietf-hpke-pq, LabeledDerive). */
export function deriveXWingSeed(material: Bytes): Bytes {
  const name = encodeUtf8('DeriveKeyPair')
  const input = concat(material, VERSION, KEM, encodeU16(name.length), name, encodeU16(SEED_BYTES))
  return shake256(input, { dkLen: SEED_BYTES }) as Bytes
}
