import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DATABASE_FILE, SQLITE_BUSY, sqliteCode } from './database.ts'

/** Whether somebody else has the database of this directory. Changes nothing, and leaves nothing beside it. */
export function isHeld(directory: string): boolean {
  const file = join(directory, DATABASE_FILE)
  if (!existsSync(file)) return false
  const db = new DatabaseSync(file, { timeout: 0 })
  try {
    // EXCLUSIVE, since what is shared with others is kept in a file, which would stay.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; ROLLBACK')
    return false
  } catch (error) {
    if (sqliteCode(error) === SQLITE_BUSY) return true
    throw error
  } finally {
    db.close()
  }
}
