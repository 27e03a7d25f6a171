import { failure, ok, type Result } from '@chat-room/protocol'
import { type Bytes, equalBytes } from '../bytes.ts'

/*
 * A chain is the messages of one author's session, in one epoch, to one audience. It begins for each reader at the first
 * message seen and grows at both ends: forwards with what is said now, backwards with pages of history.
 */
export const HASH_BYTES = 32

/** What a session's first message names as its predecessor. */
export const CHAIN_START: Bytes = new Uint8Array(HASH_BYTES)

/** Of an opened message: what a chain is made of. */
export type Link = {
  /** From 1; strictly increasing. */
  readonly counter: number
  /** SHA-256 of the sealed message before it, 32 bytes. */
  readonly prevHash: Bytes
  /** SHA-256 of the sealed message itself, 32 bytes. */
  readonly hash: Bytes
}

/** Messages that the author sent between these two counters never came. */
type Gap = { readonly after: number; readonly before: number }

/** What was verified so far: immutable. */
export type Chain = { readonly first: Link; readonly last: Link; readonly gaps: readonly Gap[] }

type ChainFailure =
  /** Seen before. */
  | 'replayed'
  /** Comes on the wrong side of messages that were sent after (or, backwards, before) it. */
  | 'reordered'
  /** Two histories: the author signed another message in the place of one that was seen. */
  | 'forked'

/** The chain with the message in it, and the gap between the two, which is to be shown. */
type Judged = Result<{ readonly chain: Chain; readonly gap: Gap | undefined }, ChainFailure>

export const beginChain = (link: Link): Chain => ({ first: link, last: link, gaps: [] })

/** Adds a message that came after all others. */
export function appendLink(chain: Chain, link: Link): Judged {
  const { first, last, gaps } = chain
  if (link.counter <= last.counter) return failure(whyNotNew(chain, link, link.counter < first.counter))
  const joint = judgeJoint(last, link)
  if (!joint.ok) return joint
  return ok({ chain: { first, last: link, gaps: withGap(gaps, joint.value) }, gap: joint.value })
}

/** Adds a message from history that was sent before all others; a page is walked from its end. */
export function prependLink(chain: Chain, link: Link): Judged {
  const { first, last, gaps } = chain
  if (link.counter >= first.counter) return failure(whyNotNew(chain, link, link.counter > last.counter))
  const joint = judgeJoint(link, first)
  if (!joint.ok) return joint
  return ok({ chain: { first: link, last, gaps: withGap(gaps, joint.value) }, gap: joint.value })
}

const withGap = (gaps: readonly Gap[], gap: Gap | undefined): readonly Gap[] =>
  gap === undefined ? gaps : [...gaps, gap]

/** Between two messages seen one after the other: linked, a gap, or two histories. */
function judgeJoint(earlier: Link, later: Link): Result<Gap | undefined, 'forked'> {
  if (equalBytes(later.prevHash, earlier.hash)) return ok(undefined)
  // Next to each other, or with a later one that says "I am the first": nothing can be missing between them.
  const adjacent = later.counter === earlier.counter + 1
  if (adjacent || equalBytes(later.prevHash, CHAIN_START)) return failure('forked')
  return ok({ after: earlier.counter, before: later.counter })
}

function whyNotNew({ first, last, gaps }: Chain, link: Link, wrongEnd: boolean): ChainFailure {
  for (const end of [first, last]) {
    if (link.counter === end.counter) return equalBytes(link.hash, end.hash) ? 'replayed' : 'forked'
  }
  const missing = gaps.some(gap => gap.after < link.counter && link.counter < gap.before)
  return wrongEnd || missing ? 'reordered' : 'replayed'
}
