import { openDatabase } from './database.ts'

/**
 * Forgets every room of a directory: passwords, members, logs, direct messages and the deployment's name. Throws
 * `StoreInUse` beside a running server. Also empties what a newer version wrote.
 */
export function resetRooms(directory: string): void {
  // Emptied rather than unlinked: the lock is held throughout, so that a server that starts meanwhile is refused and
  // cannot lose its file while it works.
  const db = openDatabase(directory, 'full')
  try {
    const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all()
    for (const { name } of tables) db.exec(`DROP TABLE "${name}"`)
    // VACUUM writes a file without the dropped pages; the checkpoint cuts the old one and the log down to it.
    db.exec('PRAGMA user_version = 0; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)')
  } finally {
    db.close()
  }
}
