import { LIMITS } from '@chat-room/protocol'
import type { Download } from './receiving/download.ts'
import type { Upload } from './sending/upload.ts'
import type { Transfer } from './transfer-table.ts'

/** Files that are fetched at once. */
const FETCHED = 4
/** Of one segment: they wait for answers and for the disk more than for the line. */
const SMALL_FETCHED = 32
/** Own files that are announced and not at the relay yet. */
const ANNOUNCED = 8
/** Files that gave their places up and are still wanted: those beyond are asked for again after a while. */
const OPEN = 24

/** The others wait their turn: what has a place on the disk already first, since it tells where the rest of its folder goes. */
export function fillPlaces(transfers: Iterable<Transfer>): void {
  const uploads: Upload[] = []
  const downloads: Download[] = []
  for (const transfer of transfers) {
    if (!transfer.queued && !transfer.hasPlace && !isStalled(transfer)) continue
    if (transfer.direction === 'out') uploads.push(transfer)
    else downloads.push(transfer)
  }
  announce(uploads)
  for (const stalled of downloads.filter(isStalled).slice(0, -OPEN)) stalled.yield()
  fetch(downloads.filter(isSmall), SMALL_FETCHED)
  fetch(
    downloads.filter(download => !isSmall(download)),
    FETCHED,
  )
}

const isStalled = (transfer: Transfer): boolean => transfer.direction === 'in' && transfer.stalled

const isSmall = ({ offer }: Download): boolean => offer.size <= LIMITS.segmentBytes

function announce(uploads: readonly Upload[]): void {
  let free = ANNOUNCED - uploads.filter(({ hasPlace }) => hasPlace).length
  for (const upload of uploads) {
    if (free <= 0) return
    if (!upload.queued) continue
    upload.start()
    free -= 1
  }
}

/** Nobody's files have more than half of the places while somebody else's wait: whoever has more gives the newest back. */
function fetch(downloads: readonly Download[], places: number): void {
  const queued = downloads.filter(download => download.queued)
  if (queued.length === 0) return
  const queue = [...queued.filter(({ begun }) => begun), ...queued.filter(({ begun }) => !begun)]
  const held = new Map<string, Download[]>()
  const heldBy = (sender: string): Download[] => {
    const theirs = held.get(sender) ?? []
    held.set(sender, theirs)
    return theirs
  }
  let free = places
  for (const download of downloads) {
    if (!download.hasPlace) continue
    heldBy(download.sender).push(download)
    free -= 1
  }
  const half = places / 2
  const start = (download: Download) => {
    heldBy(download.sender).push(download)
    free -= 1
    download.start()
  }
  const rest: Download[] = []
  for (const download of queue) {
    if (heldBy(download.sender).length >= half) rest.push(download)
    else if (free > 0 || makeRoom()) start(download)
    else return
  }
  for (const download of rest.slice(0, Math.max(free, 0))) start(download)

  function makeRoom(): boolean {
    for (const theirs of held.values()) {
      if (theirs.length <= half) continue
      const newest = theirs.findLast(({ mayYield }) => mayYield)
      if (newest === undefined) continue
      theirs.splice(theirs.indexOf(newest), 1)
      newest.yield()
      free += 1
      if (free > 0) return true
    }
    return false
  }
}
