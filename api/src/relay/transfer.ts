import { LIMITS, segmentCount } from '@chat-room/protocol'
import type { Frames } from './frame-cache.ts'
import type { Outside } from './outside.ts'
import type { Id, SegmentPeer, StoredTransfer, TransferFacts } from './ports.ts'

/** A receiver that owes the relay something (credit, or reading) for this long paces nobody any more. */
export const ACTIVE_MS = 30_000

/** Transfers whose late segments a session may deliver without being at fault. */
const LATE_IDS = 1_024

/** One client's segment socket and what goes on over it. */
export type Session = {
  readonly room: string
  readonly member: Id
  /** Whom the segments it provides are charged to. */
  readonly address: string
  readonly peer: SegmentPeer
  attached: boolean
  /** What it fetches; the first is served next. */
  readonly openRuns: Map<Transfer, OpenRun>
  /** What it uploads, or uploaded. */
  readonly provides: Set<Transfer>
  /** Ended while its segments were perhaps on their way. */
  readonly late: Set<Id>
  /** Bytes handed to the socket that it has not taken yet. */
  inFlight: number
  serving: boolean
  /** When it last took a segment, or was handed one after it had taken all: words are no progress. */
  progressed: number
}

type Member = Pick<Session, 'room' | 'member'>

/** One receiver's open run: segments `first`…`end` - 1 are wanted, `next` is the first that was not sent. */
export type OpenRun = {
  readonly session: Session
  readonly transfer: Transfer
  first: number
  next: number
  end: number
  /** It knows that `next` is not here, nor its sender. */
  told: boolean
  /** Its `next` when it last heard that it is paced. */
  paced: number | undefined
}

/**
 * The sender's side of a transfer:
 *
 * ```
 *   provide ──▶ uploading ──── every segment held ────▶ complete ── a DM's receiver settles ──▶ settled
 *                 │   ▲                                   │  ▲                                     ▲
 *    sender gone, │   │ provide again   a segment is lost │  │ restart                             │
 *    disk full    ▼   │                                   ▼  │                                     │
 *               waiting ◀──── (uploading, if the sender is here) ─── settles before the end ───────┘
 * ```
 *
 * From every state it may be removed: withdrawn, expired, evicted.
 */
type Upload =
  | {
      readonly state: 'uploading'
      readonly provider: Session
      /** Asked for and not arrived. */
      readonly wanted: Set<number>
      /** Where the window began when this sender last heard that it is paced. */
      paced: number | undefined
    }
  | { readonly state: 'waiting' }
  | { readonly state: 'complete'; readonly provider: Session | undefined }
  /** A DM that its receiver has, or does not want: only the record remains, so that its sender hears of it. */
  | { readonly state: 'settled' }

export type Transfer = {
  readonly facts: TransferFacts
  readonly stored: StoredTransfer
  /** Segments and the trailer. */
  readonly units: number
  /** When its time to live began: never later than when this process first saw it, whatever an earlier clock said. */
  readonly began: number
  upload: Upload
  /** Arrived, on their way to the disk. */
  readonly writing: Set<number>
  readonly frames: Frames
  readonly openRuns: Set<OpenRun>
  /** How many segments may be held at once. */
  slots: number
  /** There is no room for the whole: `slots` is a window that slides. Otherwise it grows with what is held. */
  slides: boolean
  /** Where the window begins. */
  base: number
  /** When it last went back. */
  wentBack: number
  /** No segment before it, and in the window, is lacking, `gaps` apart. */
  frontier: number
  /** Before the frontier, wanted in vain or lost. */
  readonly gaps: Set<number>
  /** What is held outside the window; `undefined` while that is not known. */
  outside: Outside | undefined
  /** When a segment of it last arrived or was handed out. Words move nothing. */
  active: number
  removed: boolean
}

export const unitsOf = (facts: Pick<TransferFacts, 'size' | 'segmentSize'>): number =>
  segmentCount(facts.size, facts.segmentSize) + 1

export const createTransfer = (stored: StoredTransfer, now: number): Transfer => ({
  facts: stored.facts,
  stored,
  units: unitsOf(stored.facts),
  began: Math.min(stored.facts.created, now),
  upload: { state: 'waiting' },
  writing: new Set(),
  frames: new Map(),
  openRuns: new Set(),
  slots: 0,
  slides: false,
  base: 0,
  wentBack: Number.NEGATIVE_INFINITY,
  frontier: 0,
  gaps: new Set(),
  outside: undefined,
  active: now,
  removed: false,
})

export const provider = ({ upload }: Transfer): Session | undefined =>
  upload.state === 'uploading' || upload.state === 'complete' ? upload.provider : undefined

/** The audience of a transfer (M11): of a DM that one member, of a group transfer everyone but its sender. */
export const mayReceive = ({ facts }: Transfer, { room, member }: Member): boolean =>
  facts.room === room && (facts.to === 'all' ? facts.sender !== member : facts.to === member)

/** Whether an uploaded segment of this length can be segment `index`. */
export function fits({ facts, units }: Transfer, index: number, length: number): boolean {
  if (index === units - 1) return length <= LIMITS.trailerBytes
  return length === Math.min(facts.segmentSize, facts.size - index * facts.segmentSize)
}

/**
 * Somebody has it, nobody fetches it, and nobody of its audience who is here still might: that one member says
 * `received`, which nothing proves, takes it from none of the others. `members` are those with a segment socket.
 */
export function isFullyReceived(transfer: Transfer, members: Iterable<Member>): boolean {
  const { outcomes } = transfer.stored
  if (!isReceived(transfer)) return false
  for (const { first, end } of transfer.openRuns) if (end > first) return false
  for (const member of members) if (mayReceive(transfer, member) && !outcomes.has(member.member)) return false
  return true
}

export function isReceived({ stored }: Transfer): boolean {
  for (const outcome of stored.outcomes.values()) if (outcome === 'received') return true
  return false
}

/**
 * Whether the window waits for this receiver. One to whom the relay owes segments is never late by its own fault,
 * however long the sender takes.
 */
export function isPacing({ session, next, end, first }: OpenRun, now: number): boolean {
  const paused = end === first
  const owes = session.inFlight > 0 || next === end
  return !paused && (!owes || now - session.progressed < ACTIVE_MS)
}

export function rememberLate({ late }: Session, id: Id): void {
  late.add(id)
  if (late.size <= LATE_IDS) return
  for (const oldest of late) {
    late.delete(oldest)
    break
  }
}
