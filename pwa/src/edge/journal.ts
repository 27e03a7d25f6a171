import type { Bytes, Journal } from '@chat-room/client'
import type { IDBPDatabase } from 'idb'
import type { RoomDatabase } from './room-database.ts'

/** A row for each write, and a write for all that came while the one before was under way. */
export async function createJournal(
  database: IDBPDatabase<RoomDatabase>,
  room: string,
  name: string,
): Promise<Journal> {
  // An array sorts behind every number: the range holds this journal's rows and nothing else.
  const rows = IDBKeyRange.bound([room, name], [room, name, []])
  const last = await database.transaction('journals').store.openKeyCursor(rows, 'prev')
  let next = last === null ? 0 : Number(last.key[2]) + 1
  let waiting: Bytes[] = []
  let following: Promise<void> | undefined
  let writing: Promise<void> = Promise.resolve()

  async function write(): Promise<void> {
    following = undefined
    const row = joined(waiting)
    waiting = []
    await database.put('journals', row, [room, name, next])
    next += 1
  }

  return {
    read: async () => joined(await database.getAll('journals', rows)),
    append(bytes) {
      waiting.push(bytes)
      following ??= writing.catch(() => {}).then(() => (writing = write()))
      return following
    },
    async clear() {
      await writing.catch(() => {})
      await database.delete('journals', rows)
    },
    async release() {
      await (following ?? writing).catch(() => {})
    },
  }
}

function joined(pieces: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
