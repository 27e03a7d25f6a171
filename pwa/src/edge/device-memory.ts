import type { Bytes, DeviceMemory } from '@chat-room/client'
import type { IDBPDatabase } from 'idb'
import { createJournal } from './journal.ts'
import { lockWhole } from './locks.ts'
import type { RoomDatabase } from './room-database.ts'

/** What this device remembers, in IndexedDB. A slot is held by a Web Lock, which goes with the tab that has it. */
export function createDeviceMemory(open: () => Promise<IDBPDatabase<RoomDatabase>>): DeviceMemory {
  return {
    async knows(room) {
      const database = await open()
      return (await database.getKey('rooms', room)) !== undefined
    },
    async remember(room) {
      const database = await open()
      await database.put('rooms', { since: Date.now() }, room)
    },
    async forget(room) {
      const database = await open()
      await database.delete('rooms', room)
    },
    async openSlot(room, name) {
      const release = await lockWhole(`slot ${JSON.stringify([room, name])}`)
      if (release === undefined) return undefined
      const database = await open()
      const key = [room, name]
      return {
        read: () => database.get('slots', key),
        async write(bytes: Bytes) {
          await database.put('slots', bytes, key)
        },
        async clear() {
          await database.delete('slots', key)
          release()
        },
        async release() {
          release()
        },
      }
    },
    openJournal: async (room, name) => createJournal(await open(), room, name),
  }
}
