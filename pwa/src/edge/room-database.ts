import type { Bytes } from '@chat-room/client'
import {
  type DBSchema,
  deleteDB,
  type IDBPDatabase,
  type IDBPTransaction,
  openDB,
  type StoreNames,
} from 'idb'
import { DATABASE } from './database-name.ts'
import type { SealedCopy } from './sealed-copy.ts'

const VERSION = 1

/** Everything is found by the room's address first. */
export interface RoomDatabase extends DBSchema {
  /** Rooms in which this device stays. */
  seats: { key: string; value: Seat }
  /** By room and name: what the core has sealed. */
  slots: { key: string[]; value: Bytes }
  /** By room, name and number: what was appended, piece by piece. */
  journals: { key: (string | number)[]; value: Bytes }
  /** By room and place. */
  history: {
    key: (string | number)[]
    value: { readonly room: string; readonly id: string; readonly sealed: Bytes }
    indexes: { ids: string[] }
  }
  /** What a person gave this device to read, since when: by room and path a handle, or by room and a name of its own a copy. */
  handles: {
    key: string[]
    value: { readonly handle?: FileSystemHandle; readonly copy?: SealedCopy; readonly at: number }
  }
}

export type Seat = {
  /** Which tab may write: drawn by that tab when it took its place. */
  readonly holder: string
  readonly key: CryptoKey
  /** This device has been in the room. */
  readonly isKnown: boolean
}

/** `closed`: by the browser, which deleted it, or because another tab wants to. */
export function openRoomDatabase(closed: () => void = () => {}): Promise<IDBPDatabase<RoomDatabase>> {
  return openDB<RoomDatabase>(DATABASE, VERSION, {
    upgrade(database) {
      database.createObjectStore('seats')
      database.createObjectStore('slots')
      database.createObjectStore('journals')
      database.createObjectStore('handles')
      database.createObjectStore('history').createIndex('ids', ['room', 'id'])
    },
    blocking(_current, _blocked, event) {
      ;(event.target as IDBDatabase).close()
      closed()
    },
    terminated: closed,
  })
}

/** Undefined: there is none, and none is made. */
export async function findRoomDatabase(): Promise<IDBPDatabase<RoomDatabase> | undefined> {
  try {
    return await openDB<RoomDatabase>(DATABASE, VERSION, {
      upgrade(_database, _oldVersion, _newVersion, making) {
        making.done.catch(() => {})
        making.abort()
      },
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    })
  } catch {
    return undefined
  }
}

export const deleteRoomDatabase = (): Promise<void> => deleteDB(DATABASE)

/** Every key that begins with these parts: an array sorts behind all numbers and texts. */
export const keysBehind = (...parts: string[]): IDBKeyRange => IDBKeyRange.bound(parts, [...parts, []])

type Store = StoreNames<RoomDatabase>
export type Writing = IDBPTransaction<RoomDatabase, Store[], 'readwrite'>

/** Writes all or nothing of what `work` begins, and only while this tab has its place. */
export type Write = (
  stores: Store[],
  work: (writing: Writing) => readonly Promise<unknown>[],
) => Promise<void>
