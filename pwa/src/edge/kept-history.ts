import type { HistoryRecord, HistoryStore } from '@chat-room/client'
import type { IDBPDatabase } from 'idb'
import { keysBehind, type RoomDatabase, type Write } from './room-database.ts'

type Row = RoomDatabase['history']['value']

/** What was said in a room, in IndexedDB. Nothing is read but what is asked for. */
export function createKeptHistory(
  database: IDBPDatabase<RoomDatabase>,
  room: string,
  write: Write,
): HistoryStore {
  return {
    async page(before, count) {
      const places =
        before === undefined ? keysBehind(room) : IDBKeyRange.bound([room], [room, before], false, true)
      const page: HistoryRecord[] = []
      const { store } = database.transaction('history')
      let cursor = await store.openCursor(places, 'prev')
      while (cursor !== null && page.length < count) {
        page.push(recordOf(cursor.key, cursor.value))
        cursor = await cursor.continue()
      }
      return page.reverse()
    },
    async find(ids) {
      const { store } = database.transaction('history')
      const found = await Promise.all(
        ids.map(async id => {
          const cursor = await store.index('ids').openCursor([room, id])
          return cursor === null ? [] : [recordOf(cursor.primaryKey, cursor.value)]
        }),
      )
      return found.flat()
    },
    put: records =>
      write(['history'], writing =>
        records.map(({ place, id, sealed }) =>
          writing.objectStore('history').put({ room, id, sealed }, [room, place]),
        ),
      ),
    dropBefore: place =>
      write(['history'], writing => [
        writing.objectStore('history').delete(IDBKeyRange.bound([room], [room, place], false, true)),
      ]),
    clear: () => write(['history'], writing => [writing.objectStore('history').delete(keysBehind(room))]),
  }
}

const recordOf = (key: readonly (string | number)[], { id, sealed }: Row): HistoryRecord => ({
  place: Number(key[1]),
  id,
  sealed,
})
