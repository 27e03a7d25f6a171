import type { Id, NewMessage, Stored } from '../../src/room/ports.ts'
import { createMemoryRoomStore } from '../../src/store/memory-room-store.ts'
import type { openRoomStore as open } from '../../src/store/sqlite-room-store.ts'

type Log = { head: number; readonly entries: NewMessage[]; readonly known: Map<Id, Stored> }

/**
 * In the place of the durable one; of its options none has a meaning here. Members are the tests' model's, which is written to
 * be compared with, not to be fast; what they say to all is kept as cheaply as can be, and never forgotten.
 */
export const openRoomStore: typeof open = () => {
  const model = createMemoryRoomStore()
  const logs = new Map<string, Promise<Log>>()

  /** Goes on where the model's log ends when the first one speaks: whoever comes later is not part of a measurement. */
  const begin = async (room: string): Promise<Log> => {
    const stored = await model.readRoom(room)
    return { head: stored?.head ?? 0, entries: [], known: new Map() }
  }

  const logOf = (room: string): Promise<Log> => {
    const log = logs.get(room) ?? begin(room)
    logs.set(room, log)
    return log
  }

  return {
    ...model,
    async append(room, message) {
      const log = await logOf(room)
      const known = log.known.get(message.id)
      if (known !== undefined) return { ...known, fresh: false }
      log.entries.push(message)
      const stored = { fresh: true, seq: ++log.head, at: message.at }
      log.known.set(message.id, stored)
      return stored
    },
    prune: async () => false,
    backUp: () => Promise.reject(new Error('there is nothing to copy')),
  }
}
