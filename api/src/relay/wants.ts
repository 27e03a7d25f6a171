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
 * What to want from the sender now. What is wanted and what is on its way to the disk together stay within the window, so
 * that a slow disk slows the sender and fills no memory.
 */
export function planWants(transfer: Transfer, now: number): Wants {
  if (transfer.upload.state !== 'uploading') return NOTHING
  const busy = transfer.upload.wanted.size + transfer.writing.size
  const credit = LIMITS.windowSegments - busy
  if (busy > 0 && credit < BATCH) return NOTHING
  return transfer.slots >= transfer.units ? planWhole(transfer, credit) : planWindow(transfer, credit, now)
}

const lacks = (transfer: Transfer, index: number): boolean =>
  transfer.stored.lengthOf(index) === undefined &&
  !transfer.writing.has(index) &&
  !(transfer.upload.state === 'uploading' && transfer.upload.wanted.has(index))

function planWhole(transfer: Transfer, credit: number): Wants {
  const want: number[] = []
  for (; transfer.frontier < transfer.units && want.length < credit; transfer.frontier++)
    if (lacks(transfer, transfer.frontier)) want.push(transfer.frontier)
  return { drop: [], want }
}

/** The window begins at the slowest active receiver's next segment; what lies outside gives its place. */
function planWindow(transfer: Transfer, credit: number, now: number): Wants {
  const { slots, units, stored } = transfer
  transfer.base = pace(transfer, now)
  const end = Math.min(transfer.base + slots, units)
  const busy = LIMITS.windowSegments - credit
  // Given up from the back: first what lies behind, which nobody active needs, then what is needed last.
  const ahead = [...stored.indices()].filter(index => index >= end).sort((a, b) => a - b)
  const outside = [...ahead, ...[...stored.indices()].filter(index => index < transfer.base)]
  const drop: number[] = []
  const want: number[] = []
  for (let index = transfer.base; index < end && want.length < credit; index++) {
    if (!lacks(transfer, index)) continue
    if (stored.count - drop.length + busy + want.length >= slots) {
      const victim = outside.pop()
      // Its place is taken by a segment of an earlier window that has yet to arrive.
      if (victim === undefined) break
      drop.push(victim)
    }
    want.push(index)
  }
  return { drop, want }
}

function pace(transfer: Transfer, now: number): number {
  let slowest: number | undefined
  for (const download of transfer.downloads)
    if (isPacing(download, now)) slowest = Math.min(slowest ?? download.next, download.next)
  return slowest ?? transfer.base
}
