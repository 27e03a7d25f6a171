import { SEGMENT_HEADER_BYTES, writeSegmentHeader } from '@chat-room/protocol'
import type { CachedFrame, FrameCache } from './frame-cache.ts'
import type { OpenRun, Session, Transfer } from './transfer.ts'

const MIB = 1024 * 1024

/** Of one receiver, handed to its socket and not yet taken: enough to keep a fast link busy. */
const SEND_WINDOW = MIB
/** Of all receivers together; each still gets one segment at a time when they are many. */
const SEND_BUDGET = 24 * MIB

type Deps = {
  readonly cache: FrameCache
  readonly now: () => number
  readonly sessions: () => number
  /** The place of a receiver, or what it waits for, changed. */
  readonly moved: (transfer: Transfer) => void
  /** A held segment could not be read: it is held no more. */
  readonly lost: (transfer: Transfer, index: number) => void
  readonly onError: (error: unknown) => void
}

export const isHere = ({ frames, stored }: Transfer, index: number): boolean =>
  frames.has(index) || stored.lengthOf(index) !== undefined

/**
 * Sends receivers what they want and the relay holds: in order, transfers of one receiver taking turns, and never more
 * bytes in memory than the receiver's window. A socket that takes nothing holds its window and nothing else.
 */
export class Serving {
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Something changed for this receiver: more credit, a segment that arrived, a socket that took bytes. */
  serve(session: Session): void {
    if (!session.serving) this.#run(session).catch(this.#deps.onError)
  }

  async #run(session: Session): Promise<void> {
    session.serving = true
    try {
      for (let run = this.#next(session); run; run = this.#next(session)) {
        const index = run.next
        const frame = await this.#load(run.transfer, index)
        if (!frame) this.#lose(run.transfer, index)
        else if (isStillNext(run, index)) this.#hand(run, frame)
        else this.#deps.cache.release(frame)
      }
    } finally {
      session.serving = false
    }
    // Only a window that slides goes by what its receivers have taken.
    for (const { transfer, next, end } of [...session.openRuns.values()])
      if (transfer.slides && next < end && !isHere(transfer, next)) this.#deps.moved(transfer)
  }

  #lose(transfer: Transfer, index: number): void {
    this.#deps.lost(transfer, index)
    this.#deps.moved(transfer)
  }

  #next(session: Session): OpenRun | undefined {
    if (!session.attached || session.inFlight >= this.#window()) return undefined
    for (const run of session.openRuns.values())
      if (run.next < run.end && isHere(run.transfer, run.next)) return run
    return undefined
  }

  #window(): number {
    return Math.min(SEND_WINDOW, SEND_BUDGET / this.#deps.sessions())
  }

  /** From memory, or else from the store; receivers that want the same meanwhile share the read. */
  async #load({ facts, frames, stored }: Transfer, index: number): Promise<CachedFrame | undefined> {
    const { cache } = this.#deps
    let frame = cache.take(frames, index)
    if (!frame) {
      const length = stored.lengthOf(index)
      if (length === undefined) return undefined
      // A plain array, not a Buffer: the slice of a Buffer shares its bytes, and this frame goes to several.
      const bytes = cache.place(SEGMENT_HEADER_BYTES + length)
      writeSegmentHeader(bytes, Buffer.from(facts.transfer, 'base64url'), index)
      const filled = stored.read(index, bytes.subarray(SEGMENT_HEADER_BYTES)).catch(error => {
        this.#deps.onError(error)
        return false
      })
      frame = cache.add(frames, index, bytes, filled)
    }
    if (frame.filled === true || (await frame.filled)) return frame
    cache.reject(frame)
    return undefined
  }

  #hand(run: OpenRun, frame: CachedFrame): void {
    const { session, transfer } = run
    run.next++
    // To the end of the line: the other transfers' turn.
    session.openRuns.delete(transfer)
    session.openRuns.set(transfer, run)
    transfer.active = this.#deps.now()
    this.#send(session, frame).catch(this.#deps.onError)
    this.#deps.moved(transfer)
  }

  async #send(session: Session, frame: CachedFrame): Promise<void> {
    // The receiver owes from now on; before, the relay did.
    if (session.inFlight === 0) session.progressed = this.#deps.now()
    session.inFlight += frame.bytes.length
    try {
      await session.peer.sendSegment(frame.bytes)
      session.progressed = this.#deps.now()
    } finally {
      session.inFlight -= frame.bytes.length
      this.#deps.cache.release(frame)
      this.serve(session)
    }
  }
}

const isStillNext = (run: OpenRun, index: number): boolean =>
  run.session.openRuns.get(run.transfer) === run && run.next === index && index < run.end
