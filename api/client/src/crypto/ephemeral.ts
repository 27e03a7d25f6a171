import { failure, ok, type Result } from '@chat-room/protocol'
import { type Bytes, concat, encodeU32, type Random, readU32 } from '../bytes.ts'
import { BOX_OVERHEAD, openBox, sealBox } from './box.ts'
import { label } from './labels.ts'
import { isPaddedLength, pad, unpad } from './padding.ts'
import type { RoomKeys } from './room-keys.ts'

/*
 * ephemeral = 01 ‖ epoch 4 ‖ nonce 12 ‖ AES-256-GCM under the epoch's ephemeral key of the padded body
 * Additional data: room ‖ sender ‖ header. No signature and no chain: it is shown for a moment and proves nothing.
 */
const VERSION = 1
const HEADER_BYTES = 5

const contextOf = (roomId: string, memberId: Bytes): Bytes => concat(label('ephemeral', roomId), memberId)

/** Such as "is typing". `memberId` is the sender's. */
export const sealEphemeral = (
  keys: RoomKeys,
  memberId: Bytes,
  body: Uint8Array,
  random: Random,
): Promise<Bytes> => {
  const header = concat(Uint8Array.of(VERSION), encodeU32(keys.epoch))
  return sealBox(keys.ephemeral, random, header, pad(body), contextOf(keys.roomId, memberId))
}

/** `memberId` is the one that the server names as the sender. */
export async function openEphemeral(
  keys: RoomKeys,
  memberId: Bytes,
  sealed: Bytes,
): Promise<Result<Bytes, 'malformed' | 'wrong-epoch' | 'damaged'>> {
  if (sealed[0] !== VERSION || !isPaddedLength(sealed.length - HEADER_BYTES - BOX_OVERHEAD)) {
    return failure('malformed')
  }
  if (readU32(sealed, 1) !== keys.epoch) return failure('wrong-epoch')
  const padded = await openBox(keys.ephemeral, sealed, HEADER_BYTES, contextOf(keys.roomId, memberId))
  if (padded === undefined) return failure('damaged')
  const body = unpad(padded)
  return body === undefined ? failure('malformed') : ok(body)
}
