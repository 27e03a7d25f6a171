import { failure, ok, type Result } from '@chat-room/protocol'
import { type Bytes, concat, encodeUtf8, type Random } from '../bytes.ts'
import { importSigningSeed, importVerifyingKey, SIGNING_KEY_BYTES, sign, verify } from './ed25519.ts'
import { sha256 } from './hash.ts'
import {
  deriveXWing,
  importXWingPublicKey,
  PUBLIC_KEY_BYTES,
  SEED_BYTES,
  type XWingKeyPair,
  type XWingPublicKey,
} from './x-wing.ts'

/* secret = 01 ‖ Ed25519 seed 32 ‖ X-Wing seed 32 */
const VERSION = 1
const SECRET_BYTES = 1 + 2 * SEED_BYTES
const MEMBER_ID_BYTES = 16
const MEMBER_ID_LABEL = encodeUtf8('chat/v1/member|')

/** What every member knows of a member, from its hello. */
export type PublicIdentity = {
  /**
   * 16 bytes: the beginning of a hash of both keys. So an id says which keys belong to it, and nobody can come back
   * under somebody's id with keys of his own.
   */
  readonly memberId: Bytes
  /** Ed25519, 32 bytes. */
  readonly signingKey: Bytes
  /** X-Wing, 1216 bytes. */
  readonly sealingKey: Bytes
  verify(signature: Bytes, text: Bytes): Promise<boolean>
  /** Imported at the first DM: a reader of history never needs it. `undefined` if the bytes are no such key. */
  importSealingKey(): Promise<XWingPublicKey | undefined>
}

export type Identity = {
  readonly public: PublicIdentity
  readonly sealingPair: XWingKeyPair
  sign(text: Bytes): Promise<Bytes>
}

/** A new member's secret, 65 bytes: what a client keeps, encrypted, to come back as the same member. */
export const createIdentitySecret = (random: Random): Bytes =>
  concat(Uint8Array.of(VERSION), random(SEED_BYTES), random(SEED_BYTES))

/** The member behind a secret. The keys it holds cannot be exported; the secret's bytes stay the caller's. */
export async function importIdentity(secret: Bytes): Promise<Result<Identity, 'malformed'>> {
  if (secret.length !== SECRET_BYTES || secret[0] !== VERSION) return failure('malformed')
  const [signing, sealing] = await Promise.all([
    importSigningSeed(secret.subarray(1, 1 + SEED_BYTES)),
    deriveXWing(secret.slice(1 + SEED_BYTES)),
  ])
  const publicPart = await importPublicIdentity(signing.publicKey, sealing.publicKey)
  if (!publicPart.ok) return publicPart
  return ok({
    public: publicPart.value,
    sealingPair: sealing.pair,
    sign: text => sign(signing.privateKey, text),
  })
}

export async function importPublicIdentity(
  signingKey: Bytes,
  sealingKey: Bytes,
): Promise<Result<PublicIdentity, 'malformed'>> {
  if (signingKey.length !== SIGNING_KEY_BYTES || sealingKey.length !== PUBLIC_KEY_BYTES) {
    return failure('malformed')
  }
  const [verifyingKey, keysHash] = await Promise.all([
    importVerifyingKey(signingKey),
    sha256(concat(MEMBER_ID_LABEL, signingKey, sealingKey)),
  ])
  if (verifyingKey === undefined) return failure('malformed')
  let imported: Promise<XWingPublicKey | undefined> | undefined
  return ok({
    memberId: keysHash.slice(0, MEMBER_ID_BYTES),
    signingKey,
    sealingKey,
    verify: (signature, text) => verify(verifyingKey, signature, text),
    importSealingKey() {
      imported ??= importXWingPublicKey(sealingKey)
      return imported
    },
  })
}
