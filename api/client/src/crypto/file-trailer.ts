import { failure, ok, type Result } from '@chat-room/protocol'
import { type Bytes, concat, encodeU32, encodeU64, equalBytes, type Random } from '../bytes.ts'
import { BOX_OVERHEAD, openBox, sealBox } from './box.ts'
import { HASH_BYTES } from './chain.ts'
import { SIGNATURE_BYTES } from './ed25519.ts'
import type { FileSecret } from './file-stream.ts'
import { deriveAesKey, importHkdfKey } from './hkdf.ts'
import type { Identity, PublicIdentity } from './identity.ts'
import { label } from './labels.ts'

/*
 * trailer = 01 ‖ nonce 12 ‖ AES-256-GCM under a key derived from the file's, of signature 64 ‖ root 32
 * The signature covers room ‖ fileId ‖ epoch ‖ sender ‖ size ‖ number of segments ‖ root.
 */
const VERSION = 1
const TRAILER_BYTES = 1 + BOX_OVERHEAD + SIGNATURE_BYTES + HASH_BYTES

/** What a trailer vouches for: the whole file, as its sender read it. */
export type FileManifest = {
  readonly epoch: number
  /** Plaintext bytes. */
  readonly size: number
  readonly segmentCount: number
  /** `SegmentDigests.root()`: 32 bytes. */
  readonly root: Bytes
}

type TrailerFailure =
  /** Not a trailer of this version. */
  | 'malformed'
  /** Not of this file, or changed. */
  | 'damaged'
  /** The segments here are not those that the sender sealed. */
  | 'wrong-root'
  /** Not signed by this sender for this file. */
  | 'bad-signature'

const trailerKey = async ({ roomId, fileId, key }: FileSecret): Promise<CryptoKey> =>
  deriveAesKey(await importHkdfKey(key), concat(label('file-trailer', roomId), fileId))

const contextOf = ({ roomId, fileId }: FileSecret): Bytes => concat(label('file-trailer', roomId), fileId)

const signedText = ({ roomId, fileId }: FileSecret, sender: PublicIdentity, manifest: FileManifest): Bytes =>
  concat(
    label('sign-file', roomId),
    fileId,
    encodeU32(manifest.epoch),
    sender.memberId,
    encodeU64(manifest.size),
    encodeU32(manifest.segmentCount),
    manifest.root,
  )

export async function sealTrailer(
  file: FileSecret,
  identity: Identity,
  manifest: FileManifest,
  random: Random,
): Promise<Bytes> {
  const signature = await identity.sign(signedText(file, identity.public, manifest))
  const content = concat(signature, manifest.root)
  return sealBox(await trailerKey(file), random, Uint8Array.of(VERSION), content, contextOf(file))
}

/** Without it a file never bears its final name. `received` is what the receiver holds and the offer said. */
export async function verifyTrailer(
  file: FileSecret,
  sender: PublicIdentity,
  received: FileManifest,
  trailer: Bytes,
): Promise<Result<undefined, TrailerFailure>> {
  if (trailer.length !== TRAILER_BYTES || trailer[0] !== VERSION) return failure('malformed')
  const content = await openBox(await trailerKey(file), trailer, 1, contextOf(file))
  if (content === undefined) return failure('damaged')
  const root = content.subarray(SIGNATURE_BYTES)
  const signed = signedText(file, sender, { ...received, root })
  if (!(await sender.verify(content.subarray(0, SIGNATURE_BYTES), signed))) return failure('bad-signature')
  return equalBytes(root, received.root) ? ok(undefined) : failure('wrong-root')
}
