import { isHere } from './serving.ts'
import type { Transfer } from './transfer.ts'
import { baseOf, batchOf } from './wants.ts'

/**
 * Whoever waits for a sliding window is told why, as often as the relay wants a batch of segments and no oftener: the sender
 * of whom nothing more is wanted for now, and receivers who are ahead of the window.
 */
export function tellWhoIsPaced(transfer: Transfer, now: number): void {
  const { upload, facts, openRuns, writing, frontier } = transfer
  if (!transfer.slides || upload.state !== 'uploading') return
  const base = baseOf(transfer, now)
  const end = base + transfer.slots
  // The window reaches the end of the file: nobody is ahead of it, and it was all wanted.
  if (end >= transfer.units) return
  const moved = (told: number | undefined, at: number) =>
    told === undefined || Math.abs(at - told) >= batchOf(facts.segmentSize)
  const paced = { type: 'paced', transfer: facts.transfer } as const
  const isFull = frontier >= end && upload.wanted.size === 0 && writing.size === 0
  if (isFull && moved(upload.paced, base)) {
    upload.paced = base
    upload.provider.peer.send(paced)
  }
  for (const run of openRuns) {
    const { next, session } = run
    if (next < end || next >= run.end || isHere(transfer, next)) continue
    if (!moved(run.paced, next)) continue
    run.paced = next
    session.peer.send(paced)
  }
}
