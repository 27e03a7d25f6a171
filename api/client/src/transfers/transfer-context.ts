import { LIMITS, type Offer, type SegmentClientMessageOf } from '@chat-room/protocol'
import type { Random } from '../bytes.ts'
import type { Target } from '../client.ts'
import type { Identity } from '../crypto/identity.ts'
import type { ClientEvent } from '../events.ts'
import type { Clock, Files } from '../ports.ts'
import { Lanes } from './lanes.ts'
import type { SegmentChannel } from './segment-channel.ts'

/** Segments in the hands of WebCrypto at once, in each direction: more gain nothing. */
const IN_FLIGHT = 4

/** What every transfer of one client shares. */
export type TransferContext = {
  readonly room: string
  readonly clock: Clock
  readonly random: Random
  readonly files: Files
  readonly identity: Identity
  readonly channel: SegmentChannel
  readonly sealing: Lanes
  readonly opening: Lanes
  readonly emit: (event: ClientEvent) => void
  /** Into the outbox; resolves when the offer is acknowledged. */
  readonly sendOffer: (offer: Offer, target: Target) => Promise<void>
  readonly aliasOf: (member: string) => string
  /** Said now or at the next connection: it ends something at the relay, and nobody is left to say it again. */
  readonly sayLast: (message: SegmentClientMessageOf<'withdraw' | 'received' | 'decline'>) => void
  /** The state of some transfer is another one now. */
  readonly changed: () => void
}

export const createLanes = (): Pick<TransferContext, 'sealing' | 'opening'> => ({
  sealing: new Lanes(IN_FLIGHT),
  opening: new Lanes(IN_FLIGHT),
})

/** Ciphertext that one receiving transfer may hold in memory, in bytes, whatever its segments' size. */
const RECEIVE_BYTES = LIMITS.windowSegments * LIMITS.segmentBytes

export const windowOf = (segmentSize: number): number =>
  Math.min(LIMITS.windowSegments, Math.max(1, Math.floor(RECEIVE_BYTES / segmentSize)))

export type Problem = { readonly problem: string }

export const isProblem = (value: object): value is Problem => 'problem' in value
