import { open } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'

const SQLITE_BUSY = 5

/**
 * A lock that the operating system lets go of when its process dies, however it dies: SQLite's, on an empty database.
 * A file with a process id in it would have to be judged by those who come later, between whom it is a race, and ids are
 * used again. The empty file stays: deleting it would let two processes lock two files of one name.
 */
export async function lockFile(path: string): Promise<{ release(): void } | undefined> {
  // SQLite would make it readable for everyone.
  await (await open(path, 'a', 0o600)).close()
  const database = new DatabaseSync(path)
  try {
    // No journal beside it: nothing is ever written.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return { release: () => database.close() }
  } catch (error) {
    database.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined
    throw error
  }
}
