import { LIMITS, type RelayMessageOf } from '@chat-room/protocol'
import type { FileShape } from '../../crypto/file-stream.ts'
import type { Progress } from '../progress.ts'
import { SegmentSet } from '../segment-set.ts'

/** What of an own file was handed over, on this or an earlier connection, the trailer included; and how far that is. */
export class Handed {
  readonly #shape: FileShape
  readonly #progress: Progress
  readonly #set: SegmentSet
  /** Runs beyond so many are left out of what the relay says (P63). */
  #mayBeMore = false

  constructor(shape: FileShape, progress: Progress) {
    this.#shape = shape
    this.#progress = progress
    this.#set = new SegmentSet(shape.segmentCount + 1)
  }

  /** Whether all of it was, or may have been, for all that the relay could say. */
  get plausiblyFull(): boolean {
    return this.#set.full || this.#mayBeMore
  }

  /** Whether it is the first time. */
  add(index: number): boolean {
    if (!this.#set.add(index)) return false
    if (index < this.#shape.segmentCount) {
      const { start, end } = this.#shape.plaintextRange(index)
      this.#progress.advance(end - start)
    }
    return true
  }

  /** Whether nothing is held that was not handed over; the trailer has no nonce that could meet another plaintext. */
  covers(held: RelayMessageOf<'providing'>['held']): boolean {
    const { segmentCount } = this.#shape
    return held.every(([first, length]) => {
      const end = Math.min(first + length, segmentCount)
      return first >= end || this.#set.nextMissing(first) >= end
    })
  }

  /** What the relay says that it holds. Whether that is all. */
  addHeld(held: RelayMessageOf<'providing'>['held']): boolean {
    const units = this.#shape.segmentCount + 1
    this.#mayBeMore ||= held.length >= LIMITS.rangesPerFrame
    let count = 0
    // Ascending, as promised: a relay that repeats itself makes no work.
    let next = 0
    for (const [first, length] of held) {
      for (next = Math.max(next, first); next < Math.min(first + length, units); next += 1) {
        this.add(next)
        count += 1
      }
    }
    return count === units
  }
}
