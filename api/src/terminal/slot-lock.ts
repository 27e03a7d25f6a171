import { type FileHandle, open, rm, stat } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { errnoOf } from '../errno.ts'

const SQLITE_BUSY = 5

export type FileLock = {
  /** Lets go of the lock and leaves its file. */
  release(): Promise<void>
  /** Lets go of the lock and deletes its file. */
  remove(): Promise<void>
}

/**
 * Those that this process holds or tries to get. Whoever closes a file loses all locks that its process has on it (POSIX,
 * fcntl): nobody here may open and close one that is held, and the collector of garbage, which closes files too, must not
 * find one.
 */
const own = new Map<string, FileLock | undefined>()

/**
 * A lock that the operating system lets go of when its process dies, however it dies: SQLite's, on an empty database.
 * A file with a process id in it would have to be judged by those who come later, between whom it is a race, and ids are
 * used again.
 */
export async function lockFile(path: string): Promise<FileLock | undefined> {
  if (own.has(path)) return undefined
  own.set(path, undefined)
  try {
    const lock = await lockNamed(path)
    if (lock === undefined) own.delete(path)
    else own.set(path, lock)
    return lock
  } catch (error) {
    own.delete(path)
    throw error
  }
}

async function lockNamed(path: string): Promise<FileLock | undefined> {
  for (;;) {
    // SQLite would make it readable for everyone. Open, it keeps its identity: no later file is mistaken for it.
    const file = await open(path, 'a', 0o600)
    let database: DatabaseSync | undefined
    try {
      database = lockDatabase(path)
      if (database === undefined) return void (await file.close())
      // Somebody who left may have deleted it meanwhile: then it is not the one that others lock.
      if (await isAt(path, file)) return createLock(path, database, file)
      database.close()
      await file.close()
    } catch (error) {
      database?.close()
      await file.close()
      throw error
    }
  }
}

function lockDatabase(path: string): DatabaseSync | undefined {
  const database = new DatabaseSync(path)
  try {
    // No journal beside it: nothing is ever written.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined
    throw error
  }
}

async function isAt(path: string, file: FileHandle): Promise<boolean> {
  try {
    const [found, opened] = await Promise.all([stat(path, { bigint: true }), file.stat({ bigint: true })])
    return found.ino === opened.ino && found.dev === opened.dev
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
}

function createLock(path: string, database: DatabaseSync, file: FileHandle): FileLock {
  async function release(): Promise<void> {
    database.close()
    await file.close()
    own.delete(path)
  }
  return {
    release,
    async remove() {
      // While it is still held: afterwards it may be somebody else's. Where what is open cannot be deleted, it stays.
      await rm(path, { force: true }).catch(() => undefined)
      await release()
    },
  }
}
