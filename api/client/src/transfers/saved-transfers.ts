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
}

/** A sender's half: enough to come back to the relay as the same sender, to withdraw, and to continue with the same file. */
export type SavedUpload = SavedFile & {
  /** 32 bytes, base64url: proves to the relay that it is the same sender. */
  readonly secret: string
  readonly path: string
  /** `FileSource.fingerprint` when it was offered: another one means another file, which needs another key. */
  readonly fingerprint: string
  readonly target: Target
  /** Whether the offer went to the outbox: it is sent once. */
  readonly offered: boolean
}

/** A receiver's half: enough to fetch and verify the file. */
export type SavedDownload = SavedFile & {
  /** Whose signature the trailer must bear. */
  readonly member: string
  readonly session: string
  readonly to: 'all' | 'you'
}

/**
 * What of transfers outlives a process, as JSON; sealed by whoever keeps it, since it holds keys. Progress is not in it: the
 * relay tells a sender what it holds, and digests (16 bytes a segment, too many to be written with every change of this
 * record) belong beside a receiver's buffer.
 */
export type SavedTransfers = {
  readonly uploads: readonly SavedUpload[]
  readonly downloads: readonly SavedDownload[]
}
