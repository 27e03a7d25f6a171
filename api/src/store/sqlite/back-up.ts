import { open } from 'node:fs/promises'
import { backup, type DatabaseSync } from 'node:sqlite'

/** Pages that one step copies: a megabyte of four kilobytes each, for which nobody else can use the database. */
const PAGES_A_STEP = 256

/**
 * A copy of the database as it is when the last page of it was copied, while it is written to. What is not committed is
 * not in it. No other process can make one: this one holds the database alone.
 *
 * @param file Is made (0600), and must not be there.
 */
export async function backUpDatabase(db: DatabaseSync, file: string): Promise<void> {
  // Made before SQLite makes it, which would use the umask.
  const made = await open(file, 'wx', 0o600)
  await made.close()
  await backup(db, file, { rate: PAGES_A_STEP })
}
