import { type Bytes, concat, encodeU32 } from '../bytes.ts'
import { sha256 } from './hash.ts'
import type { PublicIdentity } from './identity.ts'
import { label } from './labels.ts'

/** Of a person's keys: 32 bytes. */
type Fingerprint = { readonly isOwn: boolean; readonly bytes: Bytes }

/**
 * What two members share as long as each has the other's keys: compared out of band, it names a third party. In the same
 * order for both.
 */
export type SafetyNumber = readonly Fingerprint[]

/*
 * fingerprint = SHA-256("chat/v1/safety|<roomId>|" ‖ epoch 4 ‖ memberId 16 ‖ Ed25519 key 32 ‖ X-Wing key 1216)
 *
 * One for each person: whoever stands between two has to find keys for a given one. In one number of both he would choose
 * keys on both sides, until any two of his numbers are equal: as hard as half the bits.
 */
async function fingerprint(
  roomId: string,
  epoch: number,
  { memberId, signingKey, sealingKey }: PublicIdentity,
  isOwn: boolean,
): Promise<Fingerprint> {
  const keys = concat(memberId, signingKey, sealingKey)
  return { isOwn, bytes: await sha256(concat(label('safety', roomId), encodeU32(epoch), keys)) }
}

const compare = (a: Fingerprint, b: Fingerprint): number => {
  const at = a.bytes.findIndex((byte, index) => byte !== b.bytes[index])
  return (a.bytes[at] ?? 0) - (b.bytes[at] ?? 0)
}

/** The smaller fingerprint first. */
export async function safetyNumber(
  roomId: string,
  epoch: number,
  own: PublicIdentity,
  other: PublicIdentity,
): Promise<SafetyNumber> {
  const both = [fingerprint(roomId, epoch, own, true), fingerprint(roomId, epoch, other, false)]
  return (await Promise.all(both)).sort(compare)
}
