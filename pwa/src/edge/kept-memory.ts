import { createKeptCabinet, type KeptCabinet } from './kept-cabinet.ts'
import { deleteRoomDatabase, openRoomDatabase } from './room-database.ts'

export type KeptMemory = {
  readonly cabinet: KeptCabinet
  close(): void
}

/** What this device keeps of a room; made if there is nothing yet. `closed`: it can be neither read nor written any more. */
export async function openKeptMemory(room: string, closed: () => void): Promise<KeptMemory> {
  const database = await openRoomDatabase(closed)
  return { cabinet: createKeptCabinet(database, room), close: () => database.close() }
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
