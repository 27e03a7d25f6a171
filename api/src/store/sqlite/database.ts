import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { errnoOf } from '../../errno.ts'

/** Another process, or another store of this one, works on the same data. */
export class StoreInUse extends Error {
  constructor(directory: string, cause: unknown) {
    super(`the data in ${directory} is in use by another server`, { cause })
    this.name = 'StoreInUse'
  }
}

/**
 * `normal` survives the death of the process; `full` survives a power cut as well, at the price of a flush to the
 * disk for each turn of the event loop.
 */
export type Sync = 'normal' | 'full'

export const SQLITE_BUSY = 5
export const DATABASE_FILE = 'chat-room.db'

/** What the database takes of the disk, its log included. */
export async function databaseBytes(directory: string): Promise<number> {
  const sizes = [DATABASE_FILE, `${DATABASE_FILE}-wal`].map(name =>
    stat(join(directory, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

/** Opens the database of a directory, or makes it, and holds it alone until it is closed. */
export function openDatabase(directory: string, sync: Sync): DatabaseSync {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const file = join(directory, DATABASE_FILE)
  makePrivate(file)
  const db = new DatabaseSync(file)
  try {
    // EXCLUSIVE before WAL: the index of the log then lives in this process's memory alone. secure_delete = FAST: what
    // retention deletes is overwritten where that costs no extra write.
    db.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${sync};
      PRAGMA secure_delete = FAST;
      PRAGMA cache_size = -8192;
      PRAGMA journal_size_limit = 67108864;
      BEGIN EXCLUSIVE;
      COMMIT;
    `)
  } catch (error) {
    db.close()
    throw sqliteCode(error) === SQLITE_BUSY ? new StoreInUse(directory, error) : error
  }
  return db
}

/** SQLite's primary result code, or undefined if the error is none of SQLite's. */
export const sqliteCode = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : undefined

// Made before SQLite makes it, which would use the umask; its log inherits the mode. An existing file is not opened
// here: closing it again would drop the POSIX locks that another store of this process may hold on it.
function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
    chmodSync(file, 0o600)
  }
}
