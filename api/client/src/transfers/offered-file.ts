import { LIMITS, type Offer } from '@chat-room/protocol'
import { decodeBase64Url } from '../bytes.ts'
import { type FileSecret, type FileShape, fileShape } from '../crypto/file-stream.ts'

/** A transfer keeps 16 bytes for each segment: 64 MB at most, for 1 TiB in segments of our size. */
const MAX_SEGMENTS = 2 ** 22

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
  offer: Offer,
  roomId: string,
): { readonly file: FileSecret; readonly shape: FileShape } | undefined {
  const fileId = decodeBase64Url(offer.transfer)
  const key = decodeBase64Url(offer.key)
  const shape = shapeOf(offer)
  return fileId && key && shape && { file: { roomId, fileId, key }, shape }
}
