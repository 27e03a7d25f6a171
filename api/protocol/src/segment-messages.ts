import * as v from 'valibot'
import { LIMITS } from './limits.ts'
import { audience, bytes, count, countUpTo, id16, refusalCode } from './schema.ts'

const segmentSize = v.pipe(
  count,
  v.check(
    n => n >= LIMITS.segmentBytesMin && n <= LIMITS.segmentBytesMax && (n & (n - 1)) === 0,
    'is not a power of two from 64 KiB to 1 MiB',
  ),
)

/** A run of segments: `first`, `first + 1`, … `count` of them. Index `segments` is the trailer. */
const run = { first: countUpTo(2 ** 32 - 1), count: countUpTo(2 ** 32 - 1) }

/** What a client says on the segment socket. Binary frames are segments (`segment-frame.ts`). */
const clientSchemas = {
  /** The first frame: the ticket got on the room socket. */
  attach: v.strictObject({ type: v.literal('attach'), ticket: bytes(32) }),

  /**
   * Announce a transfer, or come back to one: the relay answers what it holds. `secret` proves, at a return, that it
   * is the same sender; the relay keeps its hash.
   */
  provide: v.strictObject({
    type: v.literal('provide'),
    transfer: id16,
    to: audience,
    /** Ciphertext bytes of all segments, the trailer apart. */
    size: v.pipe(countUpTo(LIMITS.transferBytes), v.minValue(1, 'is empty')),
    segmentSize,
    secret: bytes(32),
  }),

  /**
   * "Send me these", in order. There is one open run of a transfer: the same `first` again moves its end (more credit, or
   * less), another `first` begins a new run, from its first segment on. A count of 0 pauses.
   */
  want: v.strictObject({ type: v.literal('want'), transfer: id16, ...run }),

  /** Every segment and the trailer are verified and kept here. */
  received: v.strictObject({ type: v.literal('received'), transfer: id16 }),

  /** This receiver does not want the transfer, or not any more. */
  decline: v.strictObject({ type: v.literal('decline'), transfer: id16 }),

  /** The sender takes the transfer back: its segments are deleted. */
  withdraw: v.strictObject({ type: v.literal('withdraw'), transfer: id16, secret: bytes(32) }),
} as const

/** What the relay says on the segment socket. */
const relaySchemas = {
  attached: v.object({ type: v.literal('attached') }),

  /**
   * To the sender: what the relay holds, as ascending [first, count] runs, the trailer included. The answer to `provide`, and
   * said once more when the relay has come to hold all of it, as one run.
   */
  providing: v.object({
    type: v.literal('providing'),
    transfer: id16,
    held: v.array(v.tuple([count, count])),
  }),

  /** To the sender: the relay wants these segments; never more than the window (`windowOf`) at once. */
  want: v.object({ type: v.literal('want'), transfer: id16, first: count, count }),

  /** To the sender: this member has all of it. */
  received: v.object({ type: v.literal('received'), transfer: id16, member: id16 }),

  /** To the sender: this member does not want it. */
  declined: v.object({ type: v.literal('declined'), transfer: id16, member: id16 }),

  /** To a receiver: these are not here and their sender is not either. They come when it is back; nothing need be asked. */
  unavailable: v.object({ type: v.literal('unavailable'), transfer: id16, first: count, count }),

  /**
   * The store has no room for the whole file, and its window waits for the slowest active receiver: to the sender, that
   * nothing more is wanted for now; to a receiver, that what it wants comes later. Nothing need be asked.
   */
  paced: v.object({ type: v.literal('paced'), transfer: id16 }),

  /** The transfer is over for whoever is told. */
  ended: v.object({
    type: v.literal('ended'),
    transfer: id16,
    reason: v.fallback(
      v.picklist(['withdrawn', 'expired', 'evicted', 'received', 'declined', 'unknown']),
      'unknown',
    ),
  }),

  refused: v.object({
    type: v.literal('refused'),
    what: v.string(),
    code: refusalCode,
    transfer: v.optional(id16),
  }),
} as const

type ClientSchemas = typeof clientSchemas
type RelaySchemas = typeof relaySchemas

export type SegmentClientMessage = {
  readonly [T in keyof ClientSchemas]: Readonly<v.InferOutput<ClientSchemas[T]>>
}[keyof ClientSchemas]
export type RelayMessage = {
  readonly [T in keyof RelaySchemas]: Readonly<v.InferOutput<RelaySchemas[T]>>
}[keyof RelaySchemas]
export type SegmentClientMessageOf<T extends SegmentClientMessage['type']> = Extract<
  SegmentClientMessage,
  { readonly type: T }
>
export type RelayMessageOf<T extends RelayMessage['type']> = Extract<RelayMessage, { readonly type: T }>

export { clientSchemas as segmentClientMessageSchemas, relaySchemas as relayMessageSchemas }

/** How many segments a ciphertext of `size` bytes has; the trailer is index `segmentCount`. */
export const segmentCount = (size: number, segmentSize: number): number => Math.ceil(size / segmentSize)

/** How many segments of this size may be wanted at once of one transfer, in each direction. */
export const windowOf = (segmentSize: number): number =>
  Math.min(LIMITS.windowSegments, Math.floor(LIMITS.windowBytes / segmentSize))

/** Bytes of the segment `index`, which must be below `segmentCount`. */
export const segmentLength = (index: number, size: number, segmentSize: number): number =>
  Math.min(segmentSize, size - index * segmentSize)
