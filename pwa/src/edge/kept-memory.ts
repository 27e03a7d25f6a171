import { letPass } from './files-on-disk.ts'
import { createKeptCabinet, type KeptCabinet } from './kept-cabinet.ts'
import { deleteRoomDatabase, findRoomDatabase, openRoomDatabase } from './room-database.ts'

export type KeptMemory = {
  readonly cabinet: KeptCabinet
  close(): void
}

/** What this device keeps of a room; made if there is nothing yet. `closed`: it can be neither read nor written any more. */
export async function openKeptMemory(room: string, closed: () => void): Promise<KeptMemory> {
  const database = await openRoomDatabase(closed)
  return { cabinet: createKeptCabinet(database, room), close: () => database.close() }
}

/** Deletes what is kept of a room. What was received there is this page's for as long as it lives. */
export async function wipeRoom(room: string): Promise<void> {
  // By a connection of its own: the one that was written through may have failed.
  const database = await findRoomDatabase()
  // What cannot be taken out of it goes with all of it.
  const isShared = await (database && createKeptCabinet(database, room).clear())?.catch(() => false)
  database?.close()
  if (!isShared) {
    localStorage.clear()
    sessionStorage.clear()
    await deleteRoomDatabase()
  }
  await letPass(room)
}

/** Deletes everything of every room, wherever a page may have put it. */
export async function forgetDevice(): Promise<void> {
  localStorage.clear()
  sessionStorage.clear()
  await Promise.all([deleteRoomDatabase(), removeFiles()])
}

/** All files of this origin, received ones too; what another tab writes at this moment is left to it. */
async function removeFiles(): Promise<void> {
  const root = await navigator.storage.getDirectory().catch(() => undefined)
  for await (const name of root?.keys() ?? []) {
    await root?.removeEntry(name, { recursive: true }).catch(() => {})
  }
}
