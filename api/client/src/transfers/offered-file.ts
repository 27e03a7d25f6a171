import { LIMITS, type Offer } from '@chat-room/protocol'
import { decodeBase64Url } from '../bytes.ts'
import { type FileSecret, type FileShape, fileShape } from '../crypto/file-stream.ts'
import type { PublicIdentity } from '../crypto/identity.ts'

/** What an offer says of a file. */
export type OfferedFile = Pick<
  Offer,
  'transfer' | 'key' | 'name' | 'mime' | 'size' | 'segmentSize' | 'folder'
>

/** Where an offer comes from: who signed the message it lay in, and with which of the room's keys it was sealed. */
export type Origin = {
  readonly sender: PublicIdentity
  /** The sender's, when the offer came. */
  readonly alias: string
  readonly epoch: number
  readonly to: 'all' | 'you'
  /** Made while this client was not here: never accepted by itself. */
  readonly history: boolean
}

/** A transfer keeps 16 bytes for each segment: 64 MB at most, for 4 TiB in the largest segments. */
const MAX_SEGMENTS = 2 ** 22

/** From this size on, in bytes, a file is cut into the largest segments: there is less to do for each of its bytes. */
const LARGE = 256 * 1024 * 1024

/** How large the segments are into which we cut a file of so many bytes. */
export const segmentBytesFor = (size: number): number =>
  size < LARGE ? LIMITS.segmentBytes : LIMITS.segmentBytesMax

/** How a file is cut; undefined if the protocol forbids it, or a client would need too much memory for it. */
export function shapeOf(file: {
  readonly size: number
  readonly segmentSize: number
}): FileShape | undefined {
  const { size, segmentSize } = file
  const isPowerOfTwo = Number.isInteger(Math.log2(segmentSize))
  if (!isPowerOfTwo || segmentSize < LIMITS.segmentBytesMin || segmentSize > LIMITS.segmentBytesMax) {
    return undefined
  }
  if (size >= MAX_SEGMENTS * segmentSize) return undefined
  const shape = fileShape(size, segmentSize)
  return shape.segmentCount <= MAX_SEGMENTS && shape.ciphertextSize <= LIMITS.transferBytes
    ? shape
    : undefined
}

/** What somebody else's offer leads to; undefined if it cannot be fetched. */
export function readOffer(
  offer: Pick<Offer, 'transfer' | 'key' | 'size' | 'segmentSize'>,
  roomId: string,
): { readonly file: FileSecret; readonly shape: FileShape } | undefined {
  const fileId = decodeBase64Url(offer.transfer)
  const key = decodeBase64Url(offer.key)
  const shape = shapeOf(offer)
  if (fileId?.length !== 16 || key?.length !== 32 || shape === undefined) return undefined
  return { file: { roomId, fileId, key }, shape }
}
