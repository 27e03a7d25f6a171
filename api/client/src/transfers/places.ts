import type { Transfer } from './transfer-table.ts'

/** Files that are fetched at once. */
const FETCHED = 4
/** Own files that are announced and not at the relay yet: small ones wait for answers more than for the line. */
const ANNOUNCED = 8

/** The others wait their turn, in the order they came; what lies on the disk already tells where the rest of its folder goes. */
export function fillPlaces(transfers: readonly Transfer[]): void {
  const downloads = transfers.filter(transfer => transfer.direction === 'in')
  const begun = downloads.filter(({ begun }) => begun)
  fill([...begun, ...downloads.filter(({ begun }) => !begun)], FETCHED)
  fill(
    transfers.filter(({ direction }) => direction === 'out'),
    ANNOUNCED,
  )
}

function fill(transfers: readonly Transfer[], places: number): void {
  let free = places - transfers.filter(({ hasPlace }) => hasPlace).length
  for (const transfer of transfers) {
    if (free <= 0) return
    if (!transfer.queued) continue
    transfer.start()
    free -= 1
  }
}
