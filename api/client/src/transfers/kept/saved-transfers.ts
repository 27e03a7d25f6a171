import type { Target } from '../../client.ts'
import type { LastWord } from '../channel/last-words.ts'

/** What both ends keep of a file from its offer on. */
export type SavedFile = {
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
  readonly folder?: { readonly id: string; readonly path: string } | undefined
  /** Where its digests are noted. */
  readonly journal: string
  readonly paused?: true
  /** It ended: what is left of it on this device is deleted, and nothing else done. */
  readonly over?: true
}

/** Aliases, as they were then, by member id. */
export type Members = Readonly<Record<string, string>>

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
  /** The relay held all of it. */
  readonly sent: boolean
  /** Of whom this was told already. */
  readonly has: Members
  readonly declined: Members
}

/** A receiver's half: enough to fetch and verify the file. */
export type SavedDownload = SavedFile & {
  /** Whose signature the trailer must bear. */
  readonly member: string
  /** The sender's, when the offer came. */
  readonly alias: string
  readonly to: 'all' | 'you'
  /** It waits for a decision. */
  readonly undecided?: true
  /** `FileSink.place`, once there is a buffer. */
  readonly place?: string
}

/** Both base64url. */
export type SavedKeys = { readonly signingKey: string; readonly sealingKey: string }

/**
 * What of transfers outlives a process, as JSON; sealed by whoever keeps it, since it holds keys. Progress is not in it: the
 * relay tells a sender what it holds, and digests (16 bytes a segment, too many to be written with every change of this
 * record) lie in journals.
 */
export type SavedTransfers = {
  /** Whose they are: another member cannot go on with all of them. */
  readonly member: string
  /** Of those who offered something, by member id. */
  readonly senders: Readonly<Record<string, SavedKeys>>
  readonly uploads: readonly SavedUpload[]
  readonly downloads: readonly SavedDownload[]
  /** What the relay has not answered; missing in what was saved before there were any. */
  readonly words?: readonly LastWord[]
}

type Fields = Readonly<Record<string, 'string' | 'number' | 'boolean' | 'object'>>

const FILE = {
  transfer: 'string',
  key: 'string',
  name: 'string',
  mime: 'string',
  size: 'number',
  segmentSize: 'number',
  epoch: 'number',
  journal: 'string',
} as const satisfies Fields

const UPLOAD = {
  ...FILE,
  secret: 'string',
  path: 'string',
  fingerprint: 'string',
  target: 'object',
  offered: 'boolean',
  sent: 'boolean',
  has: 'object',
  declined: 'object',
} as const satisfies Fields

const DOWNLOAD = { ...FILE, member: 'string', alias: 'string', to: 'string' } as const satisfies Fields

const fits = (value: unknown, fields: Fields): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(fields).every(([name, type]) => {
    const field: unknown = Reflect.get(value, name)
    return typeof field === type && field !== null
  })

/**
 * What an earlier process saved, perhaps one of another version: what does not fit is left out. It was sealed on this device, so
 * that shapes are looked at and nothing more.
 */
export function readSavedTransfers(value: unknown): SavedTransfers | undefined {
  if (!fits(value, { member: 'string', senders: 'object', uploads: 'object', downloads: 'object' }))
    return undefined
  const { member, senders, uploads, downloads, words } = value as SavedTransfers
  if (!Array.isArray(uploads) || !Array.isArray(downloads)) return undefined
  const known = Object.entries(senders).filter(([, keys]) =>
    fits(keys, { signingKey: 'string', sealingKey: 'string' }),
  )
  return {
    member,
    senders: Object.fromEntries(known),
    uploads: uploads.filter(upload => fits(upload, UPLOAD)),
    downloads: downloads.filter(download => fits(download, DOWNLOAD)),
    words: Array.isArray(words) ? words : [],
  }
}
