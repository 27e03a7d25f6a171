import type { DeviceMemory } from '@chat-room/client'
import type { IDBPDatabase } from 'idb'
import { createDeviceMemory } from './device-memory.ts'
import { deleteRoomDatabase, openRoomDatabase, type RoomDatabase } from './room-database.ts'

export type KeptMemory = {
  readonly memory: DeviceMemory
  /** Everything that is kept, of every room. */
  destroy(): Promise<void>
}

/** Opens the database when something is to be kept in it, and not before. */
export function openKeptMemory(): KeptMemory {
  let opened: Promise<IDBPDatabase<RoomDatabase>> | undefined
  const open = () => {
    opened ??= openRoomDatabase()
    return opened
  }
  return {
    memory: createDeviceMemory(open),
    async destroy() {
      const database = await opened
      database?.close()
      await deleteRoomDatabase()
    },
  }
}
