import type { Bytes } from '@chat-room/client'
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from 'idb'
import { DATABASE } from './database-name.ts'

const VERSION = 1

export interface RoomDatabase extends DBSchema {
  /** Addresses of rooms that this device has been in. */
  rooms: { key: string; value: { since: number } }
  /** By room and name: what the core has sealed. */
  slots: { key: string[]; value: Bytes }
  /** By room, name and number: what was appended, piece by piece. */
  journals: { key: (string | number)[]; value: Bytes }
}

export function openRoomDatabase(): Promise<IDBPDatabase<RoomDatabase>> {
  return openDB<RoomDatabase>(DATABASE, VERSION, {
    upgrade(database) {
      database.createObjectStore('rooms')
      database.createObjectStore('slots')
      database.createObjectStore('journals')
    },
    // Another tab has a newer version, and waits for this one to let go.
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  })
}

export const deleteRoomDatabase = (): Promise<void> => deleteDB(DATABASE)
