import { type Bytes, concat, encodeU32 } from '../bytes.ts'
import { sha256 } from './hash.ts'
import type { PublicIdentity } from './identity.ts'
import { label } from './labels.ts'

/*
 * number = SHA-256("chat/v1/safety|<roomId>|" ‖ epoch 4 ‖ both of (memberId 16 ‖ Ed25519 key 32 ‖ X-Wing key 1216), the one
 * with the smaller member id first)
 */
const keysOf = ({ memberId, signingKey, sealingKey }: PublicIdentity): Bytes =>
  concat(memberId, signingKey, sealingKey)

const compare = (a: PublicIdentity, b: PublicIdentity): number => {
  const at = a.memberId.findIndex((byte, index) => byte !== b.memberId[index])
  return (a.memberId[at] ?? 0) - (b.memberId[at] ?? 0)
}

/** 32 bytes that two members share as long as each has the other's keys: compared out of band, it names a third party. */
export const safetyNumber = (
  roomId: string,
  epoch: number,
  a: PublicIdentity,
  b: PublicIdentity,
): Promise<Bytes> =>
  sha256(concat(label('safety', roomId), encodeU32(epoch), ...[a, b].sort(compare).map(keysOf)))
