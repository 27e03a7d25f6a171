import { failure, LIMITS, ok, type Result } from '@chat-room/protocol'
import { type Bytes, concat } from '../bytes.ts'
import { deriveBytes, importHkdfKey } from './hkdf.ts'
import { label } from './labels.ts'
import { paddedFileSize } from './padding.ts'
import { createSegmentDigests, digestSegment, type SegmentDigests } from './segment-digests.ts'
import {
  createStreamCipher,
  NONCE_PREFIX_BYTES,
  type StreamCipher,
  type StreamParameters,
  type StreamShape,
  streamShape,
} from './streaming-aead.ts'

const FILE_KEY_BYTES = 32

/** A file as its offer tells of it. */
export type FileSecret = {
  readonly roomId: string
  /** 16 bytes. */
  readonly fileId: Bytes
  /** 32 random bytes, of this file's content alone: other content needs another key. */
  readonly key: Bytes
}

export type FileShape = Pick<StreamShape, 'segmentCount' | 'ciphertextSize' | 'sealedLength'> & {
  /** Plaintext bytes. */
  readonly size: number
  /** Ciphertext bytes of a full segment. */
  readonly segmentSize: number
  /** Bytes of the file in this segment, `end` exclusive; none where the segment is padding. */
  plaintextRange(index: number): { readonly start: number; readonly end: number }
  /** Zeros that this segment carries behind them. */
  paddingLength(index: number): number
}

const parametersOf = (segmentSize: number): StreamParameters => ({
  hash: 'SHA-256',
  keyLength: 32,
  segmentSize,
})

/**
 * How a file of `size` bytes is cut and what the server sees of it, its size padded (`paddedFileSize`). Figures from an
 * offer are bounded before: impossible ones throw here.
 */
export function fileShape(size: number, segmentSize: number = LIMITS.segmentBytes): FileShape {
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError('a size is a whole number')
  const stream = streamShape(parametersOf(segmentSize), paddedFileSize(size))
  const { segmentCount, ciphertextSize, sealedLength } = stream
  const plaintextRange = (index: number) => {
    const { start, end } = stream.plaintextRange(index)
    return { start: Math.min(start, size), end: Math.min(end, size) }
  }
  const lengthOf = ({ start, end }: { start: number; end: number }) => end - start
  return {
    size,
    segmentSize,
    segmentCount,
    ciphertextSize,
    sealedLength,
    plaintextRange,
    paddingLength: index => lengthOf(stream.plaintextRange(index)) - lengthOf(plaintextRange(index)),
  }
}

/** Of the sender and of a receiver alike: what each of them may keep to continue later. */
type Stream = { readonly digests: SegmentDigests }

export type SegmentSealer = Stream & {
  /**
   * Any segment, any number of times: the wire bytes behind `headroom` zeros for a frame's header. `plaintext` is
   * exactly its `plaintextRange`, and not looked at any more once this has returned its promise: WebCrypto copies what it is
   * given at once. `source-changed`: these are not the bytes that were sealed here before; a second
   * plaintext under one nonce must not leave, so the file needs a new key.
   */
  seal(
    index: number,
    plaintext: Bytes,
    headroom?: number,
  ): Promise<Result<Bytes, 'wrong-size' | 'source-changed'>>
}

export type SegmentOpener = Stream & {
  /** Any segment in any order; a buffer of its own. `sealed` may be a view into a frame; it is not looked at later either. */
  open(index: number, sealed: Bytes): Promise<Result<Bytes, 'no-such-segment' | 'wrong-size' | 'damaged'>>
}

async function streamCipher({ roomId, fileId, key }: FileSecret, shape: FileShape): Promise<StreamCipher> {
  if (key.length !== FILE_KEY_BYTES) throw new RangeError('a file key has 32 bytes')
  const associatedData = concat(label('file', roomId), fileId)
  // A key of its own for every file makes salt and nonce prefix unique whatever they are. Derived, not drawn: the offer
  // need not carry them, and any segment opens before the first has come.
  const header = await deriveBytes(
    await importHkdfKey(key),
    concat(label('file-header', roomId), fileId),
    FILE_KEY_BYTES + NONCE_PREFIX_BYTES,
  )
  const parts = { salt: header.slice(0, FILE_KEY_BYTES), noncePrefix: header.slice(FILE_KEY_BYTES) }
  return createStreamCipher(parametersOf(shape.segmentSize), key, parts, associatedData, shape.segmentCount)
}

/** `saved` is what `digests.bytes` held when the file was being sent before. */
export async function createSegmentSealer(
  file: FileSecret,
  shape: FileShape,
  saved?: Uint8Array,
): Promise<SegmentSealer> {
  const cipher = await streamCipher(file, shape)
  const digests = createSegmentDigests(shape.segmentCount, saved)
  return {
    digests,
    async seal(index, plaintext, headroom = 0) {
      const { start, end } = shape.plaintextRange(index)
      if (plaintext.length !== end - start) return failure('wrong-size')
      const padding = shape.paddingLength(index)
      const padded = padding === 0 ? plaintext : concat(plaintext, new Uint8Array(padding))
      const frame = await cipher.seal(index, padded, headroom)
      const digest = await digestSegment(frame.subarray(headroom))
      return digests.note(index, digest) ? ok(frame) : failure('source-changed')
    },
  }
}

/** `saved` is what `digests.bytes` held when the file was being received before. */
export async function createSegmentOpener(
  file: FileSecret,
  shape: FileShape,
  saved?: Uint8Array,
): Promise<SegmentOpener> {
  const cipher = await streamCipher(file, shape)
  const digests = createSegmentDigests(shape.segmentCount, saved)
  return {
    digests,
    async open(index, sealed) {
      if (index >= shape.segmentCount) return failure('no-such-segment')
      if (sealed.length !== shape.sealedLength(index)) return failure('wrong-size')
      const [plaintext, digest] = await Promise.all([cipher.open(index, sealed), digestSegment(sealed)])
      if (plaintext === undefined || !digests.note(index, digest)) return failure('damaged')
      return ok(plaintext.subarray(0, plaintext.length - shape.paddingLength(index)))
    },
  }
}
