import type { DatabaseSync } from 'node:sqlite'
import { failure, ok, type Result } from '@chat-room/protocol'
import { migrate } from './migrations.ts'

/**
 * Makes a copy of a database one to go on with: whole, of the current schema, made with this setup, and with new
 * incarnations of its logs. Members may have seen what came after the copy was made: by the incarnation they learn that
 * numbers begin to mean other things (P39).
 *
 * @returns The number of rooms.
 * @throws StoreTooNew
 */
export function prepareRestored(db: DatabaseSync, setupHash: string): Result<number, string> {
  db.exec('PRAGMA journal_mode = DELETE')
  const { integrity_check: verdict } = db.prepare('PRAGMA integrity_check(1)').get() ?? {}
  if (verdict !== 'ok') return failure(`the backup is damaged: ${verdict}`)
  migrate(db)
  const bound = db.prepare(`SELECT value FROM meta WHERE name = 'setup'`).get()
  // A server binds its data before it opens. What is empty, or another program's, would be a room that anybody may claim.
  if (bound === undefined) return failure('the backup holds nothing of a room')
  if (bound['value'] !== setupHash) {
    return failure(
      'the rooms of the backup were made with another OPAQUE_SERVER_SETUP: name its secrets by --secrets',
    )
  }
  const { changes } = db.prepare('UPDATE rooms SET log = randomblob(16)').run()
  return ok(Number(changes))
}
