import { windowOf } from '@chat-room/protocol'
import { Outside } from './outside.ts'
import { isPacing, type OpenRun, type Transfer } from './transfer.ts'

/** Milliseconds. House-keeping looks at every window that slides as often. */
const BACK_EVERY = 1_000

/** Below so much free credit the relay waits, so that it asks for several segments in one message. */
export const batchOf = (segmentSize: number): number => Math.ceil(windowOf(segmentSize) / 4)

/**
 * What to want now from a sender of whom `wanted` is wanted already, ascending. That and what is on its way to the disk
 * together stay within the window, so that a slow disk slows the sender and fills no memory. Of a transfer that slides,
 * held segments give their places to those that are wanted.
 */
export function planWants(transfer: Transfer, wanted: ReadonlySet<number>, now: number): number[] {
  const { stored, facts, writing, gaps, slots } = transfer
  const busy = wanted.size + writing.size
  const credit = windowOf(facts.segmentSize) - busy
  if (busy > 0 && credit < batchOf(facts.segmentSize)) return []
  const { base, end } = transfer.slides ? slide(transfer, now) : { base: 0, end: transfer.units }
  const want: number[] = []
  const giveUp = () => {
    transfer.outside ??= new Outside(stored, base, end)
    return transfer.outside.giveUp()
  }
  /** False if there is no place: it is taken by a segment of an earlier window that has yet to arrive. */
  const add = (index: number): boolean => {
    if (stored.lengthOf(index) !== undefined || writing.has(index) || wanted.has(index)) return true
    if (transfer.slides && stored.count + busy + want.length >= slots && !giveUp()) return false
    want.push(index)
    return true
  }
  for (const index of gaps) {
    if (want.length >= credit) break
    if (index >= base && index < transfer.frontier && !add(index)) break
    gaps.delete(index)
  }
  for (; transfer.frontier < end && want.length < credit; transfer.frontier++)
    if (!add(transfer.frontier)) break
  return want.sort((a, b) => a - b)
}

/** The window begins with what the slowest active receiver may still lose. */
function slide(transfer: Transfer, now: number): { base: number; end: number } {
  const base = baseOf(transfer, now)
  if (base < transfer.base) {
    // A slower receiver came: what lies behind may have been given up.
    transfer.frontier = base
    transfer.wentBack = now
  }
  transfer.frontier = Math.max(transfer.frontier, base)
  transfer.base = base
  const end = Math.min(base + transfer.slots, transfer.units)
  if (!transfer.outside?.moveTo(base, end)) transfer.outside = undefined
  return { base, end }
}

/**
 * Where the window begins now. It goes back only so often, whoever moves to and fro: all that is held is looked at anew then.
 */
export function baseOf(transfer: Transfer, now: number): number {
  const base = paceOf(transfer, now)
  return now - transfer.wentBack < BACK_EVERY ? Math.max(base, transfer.base) : base
}

/** Where its receivers would have it begin. */
function paceOf({ openRuns, base, facts }: Transfer, now: number): number {
  const window = windowOf(facts.segmentSize)
  let slowest: number | undefined
  for (const run of openRuns) {
    if (!isPacing(run, now)) continue
    const kept = keptBy(run, window)
    slowest = Math.min(slowest ?? kept, kept)
  }
  return slowest ?? base
}

/**
 * What lies before it is safe with its receiver, who gives credit for a window beyond that. The rest, though handed out, goes
 * with its connection: it is wanted again here, and should not be wanted of the sender again.
 */
const keptBy = ({ first, next, end }: OpenRun, window: number): number =>
  Math.min(next, Math.max(first, end - window))
