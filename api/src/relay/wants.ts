import { LIMITS } from '@chat-room/protocol'
import { isPacing, type Transfer } from './transfer.ts'

/** Below so much free credit the relay waits, so that it asks for several segments in one message. */
const BATCH = LIMITS.windowSegments / 4

export type Wants = {
  /** Held segments whose places are needed. */
  readonly drop: readonly number[]
  /** Ascending. */
  readonly want: readonly number[]
}

const NOTHING: Wants = { drop: [], want: [] }

/**
 * What to want now from a sender of whom `wanted` is wanted already. That and what is on its way to the disk together
 * stay within the window, so that a slow disk slows the sender and fills no memory.
 */
export function planWants(transfer: Transfer, wanted: ReadonlySet<number>, now: number): Wants {
  const busy = wanted.size + transfer.writing.size
  const credit = LIMITS.windowSegments - busy
  if (busy > 0 && credit < BATCH) return NOTHING
  const lacks = (index: number) =>
    transfer.stored.lengthOf(index) === undefined && !transfer.writing.has(index) && !wanted.has(index)
  return transfer.slides ? planWindow(transfer, credit, lacks, now) : planWhole(transfer, credit, lacks)
}

type Lacks = (index: number) => boolean

function planWhole(transfer: Transfer, credit: number, lacks: Lacks): Wants {
  const want: number[] = []
  for (; transfer.frontier < transfer.units && want.length < credit; transfer.frontier++)
    if (lacks(transfer.frontier)) want.push(transfer.frontier)
  return { drop: [], want }
}

/** The window begins at the slowest active receiver's next segment; what lies outside gives its place. */
function planWindow(transfer: Transfer, credit: number, lacks: Lacks, now: number): Wants {
  const { slots, units, stored } = transfer
  const base = pace(transfer, now)
  // A slower receiver came: what lies behind may have been given up.
  transfer.frontier = base < transfer.base ? base : Math.max(transfer.frontier, base)
  transfer.base = base
  const end = Math.min(base + slots, units)
  const busy = LIMITS.windowSegments - credit
  const drop: number[] = []
  const want: number[] = []
  let outside: number[] | undefined
  for (; transfer.frontier < end && want.length < credit; transfer.frontier++) {
    if (!lacks(transfer.frontier)) continue
    if (stored.count - drop.length + busy + want.length >= slots) {
      outside ??= outsideOf(stored.indices(), base, end)
      const victim = outside.pop()
      // Its place is taken by a segment of an earlier window that has yet to arrive.
      if (victim === undefined) break
      drop.push(victim)
    }
    want.push(transfer.frontier)
  }
  return { drop, want }
}

/** Given up from the back: first what lies behind, which nobody active needs, then what is needed last. */
function outsideOf(indices: Iterable<number>, base: number, end: number): number[] {
  const held = [...indices]
  const ahead = held.filter(index => index >= end).sort((a, b) => a - b)
  return [...ahead, ...held.filter(index => index < base)]
}

function pace(transfer: Transfer, now: number): number {
  let slowest: number | undefined
  for (const download of transfer.downloads)
    if (isPacing(download, now)) slowest = Math.min(slowest ?? download.next, download.next)
  return slowest ?? transfer.base
}
