import type { Offer } from '@chat-room/protocol'
import type { Random } from '../bytes.ts'
import type { Target } from '../client.ts'
import type { Identity } from '../crypto/identity.ts'
import type { ClientEvent } from '../events.ts'
import type { Clock, Files } from '../ports.ts'
import { ByteBudget, IN_HAND } from './byte-budget.ts'
import type { LastWord } from './channel/last-words.ts'
import type { SegmentChannel } from './channel/segment-channel.ts'
import { DigestJournal, type OpenJournal } from './kept/digest-journal.ts'

/** One file that a command named, and whom it is for. */
export type Sendable = {
  readonly path: string
  readonly target: Target
  readonly folder?: { readonly id: string; readonly path: string }
}

/** What every transfer of one client shares. */
export type TransferContext = {
  readonly room: string
  readonly clock: Clock
  readonly random: Random
  readonly files: Files
  readonly identity: Identity
  /** The own id. */
  readonly member: string
  /** Undefined: nothing of this process is kept, and so nothing can be resumed by another. */
  readonly openJournal: OpenJournal | undefined
  /** This device keeps what was said: the next process of it does not hear of an offer again. */
  readonly isToldOnce: boolean
  /** Resolves when what `save` gives by now survives the death of this process; never rejects. */
  readonly saved: () => Promise<void>
  readonly channel: SegmentChannel
  /** Bytes that were read of own files and did not reach the socket yet. */
  readonly sealing: ByteBudget
  /** Bytes of incoming files that are being opened. */
  readonly opening: ByteBudget
  /** Bytes of the disk that are compared with what an earlier process noted. */
  readonly checking: ByteBudget
  readonly emit: (event: ClientEvent) => void
  /** Into the outbox; resolves when the offer is acknowledged. */
  readonly sendOffer: (offer: Offer, target: Target) => Promise<void>
  readonly aliasOf: (member: string) => string
  /** Said now or at the next connection, and again until the relay has answered. */
  readonly sayLast: (word: LastWord) => void
  /** A file that an earlier process was sending is another one now: it is sent anew. */
  readonly sendAgain: (file: Sendable) => void
  /** The state of some transfer is another one now. */
  readonly changed: () => void
}

/** Named for the member too: two of them may fetch one file on one device. */
export const journalName = ({ member }: TransferContext, transfer: string): string => `${member} ${transfer}`

/** `exists`: an earlier process may have written it. */
export const journalOf = (
  { openJournal }: TransferContext,
  name: string,
  exists: boolean,
): DigestJournal | undefined => openJournal && new DigestJournal(() => openJournal(name), exists)

export const createBudgets = (): Pick<TransferContext, 'sealing' | 'opening' | 'checking'> => ({
  sealing: new ByteBudget(IN_HAND),
  opening: new ByteBudget(IN_HAND),
  checking: new ByteBudget(IN_HAND),
})

export type Problem = { readonly problem: string }

export const isProblem = (value: object): value is Problem => 'problem' in value
