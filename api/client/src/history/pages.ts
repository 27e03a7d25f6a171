import type { HistoryPage } from '../client.ts'
import { ConnectionLostError } from '../connection.ts'
import type { HistoryEntry } from '../events.ts'
import type { Inside } from '../inside.ts'

/** Pages of the log that one call reads at most: some may hold nothing that is shown. */
const PAGES_A_CALL = 4

/** The page before that place: from this device, then from the server's log. */
export async function earlierPage(
  { membership, keeping }: Pick<Inside, 'membership' | 'keeping'>,
  before: number,
  count: number,
): Promise<HistoryPage> {
  if (keeping === undefined) return { entries: [], more: false }
  const kept = await keeping.history.page(before, count)
  // What the device let go of would be a hole before what the server has.
  if (!kept.isAll || kept.isFull) return { entries: kept.entries, more: !kept.isAll }
  let entries: readonly HistoryEntry[] = kept.entries
  try {
    for (let pages = 0; pages < PAGES_A_CALL && entries.length < count; pages++) {
      const read = await membership.readBack(entries[0]?.place ?? before)
      if (read === undefined) break
      entries = [...read.entries, ...entries]
      if (!read.more) return { entries, more: false }
    }
  } catch (error) {
    if (!(error instanceof ConnectionLostError)) throw error
  }
  return { entries, more: true }
}
