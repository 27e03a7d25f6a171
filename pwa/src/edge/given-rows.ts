import type { IDBPObjectStore } from 'idb'
import type { RoomDatabase } from './room-database.ts'

type Store = IDBPObjectStore<RoomDatabase, ['handles'], 'handles', 'readwrite'>

/** Works with what this device keeps of the files that a person gave, of all rooms; undefined: nothing is kept. */
export type GivenRows = <Answer>(work: (store: Store) => Promise<Answer>) => Promise<Answer | undefined>

export const createGivenRows =
  (stays: () => boolean): GivenRows =>
  async work => {
    if (!stays()) return undefined
    const { findRoomDatabase } = await import('./room-database.ts')
    const database = await findRoomDatabase()
    try {
      // Who stays no more has had all of it deleted by now, or will have.
      if (!stays()) return undefined
      const rows = database?.transaction('handles', 'readwrite')
      return rows && (await work(rows.store))
    } catch {
      // An engine that clones no handles, or a disk that is full: the person is asked again.
      return undefined
    } finally {
      database?.close()
    }
  }
