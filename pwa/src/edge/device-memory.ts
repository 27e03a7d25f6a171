import type { Bytes, DeviceMemory } from '@chat-room/client'
import type { Use } from './cabinet.ts'
import { createJournal } from './journal.ts'

/**
 * What a page remembers of the room that it is in, which is the only one that it is asked about. That no other tab holds a slot
 * is settled before: one tab of this device is in the room at a time. `wiped`: with what was said, all else goes (M8).
 */
export function createDeviceMemory(use: Use, wiped: () => Promise<void>): DeviceMemory {
  const held = new Set<string>()
  return {
    knows: () => use(cabinet => cabinet.knows()),
    remember: () => use(cabinet => cabinet.remember(true)),
    forget: () => use(cabinet => cabinet.remember(false)),
    deviceKey: () => use(cabinet => cabinet.deviceKey()),
    async openSlot(_room, name) {
      if (held.has(name)) return undefined
      held.add(name)
      const write = (bytes: Bytes | undefined) => use(cabinet => cabinet.writeSlot(name, bytes))
      return {
        read: () => use(cabinet => cabinet.readSlot(name)),
        write,
        async clear() {
          await write(undefined)
          held.delete(name)
        },
        async release() {
          held.delete(name)
        },
      }
    },
    openJournal: async (_room, name) => createJournal(use, name),
    openHistory: async () => ({
      page: (before, count) => use(({ history }) => history.page(before, count)),
      find: ids => use(({ history }) => history.find(ids)),
      put: records => use(({ history }) => history.put(records)),
      dropBefore: place => use(({ history }) => history.dropBefore(place)),
      async clear() {
        await use(({ history }) => history.clear())
        await wiped()
      },
    }),
  }
}
