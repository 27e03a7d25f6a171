import type { Bytes } from '../bytes.ts'
import type { Target } from '../client.ts'

/** What both ends keep of a file from its offer on. */
type SavedFile = {
  /** 16 bytes, base64url, like every id. */
  readonly transfer: string
  /** 32 bytes, base64url: of this content alone. */
  readonly key: string
  readonly name: string
  readonly mime: string
  /** Plaintext bytes. */
  readonly size: number
  readonly segmentSize: number
  /** Of the room's keys, when the file was offered: the trailer is signed for it. */
  readonly epoch: number
  /** `SegmentDigests.bytes`: 16 bytes a segment, zeros where none is known. */
  readonly digests: Bytes
}

/**
 * A sender's half. It continues when the same path is sent to the same target and its fingerprint is the same; the digests
 * then make the sealer refuse changed content whatever the fingerprint says, and need not be complete: what the relay holds
 * (`providing`) is not sent again, and its digests are made anew by reading it.
 */
export type SavedUpload = SavedFile & {
  /** 32 bytes, base64url: proves to the relay that it is the same sender. */
  readonly secret: string
  readonly path: string
  readonly fingerprint: string
  readonly target: Target
  /** Whether the offer is in the outbox: it is sent once. */
  readonly offered: boolean
}

/**
 * A receiver's half. Digests are those of segments that were verified *and written*; a buffer that the sink has kept is
 * worth as much as they say.
 */
export type SavedDownload = SavedFile & {
  /** Whose signature the trailer must bear. */
  readonly member: string
  readonly session: string
  readonly to: 'all' | 'you'
}

/** What of transfers outlives a process: sealed by whoever keeps it, since it holds keys. */
export type SavedTransfers = {
  readonly uploads: readonly SavedUpload[]
  readonly downloads: readonly SavedDownload[]
}
