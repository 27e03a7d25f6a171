import type { Bytes, DeviceMemory } from '@chat-room/client'

/** For who does not stay on this device: what is remembered ends with the page, and nothing touches the disk. */
export function createForgetfulMemory(): DeviceMemory {
  const rooms = new Set<string>()
  const contents = new Map<string, Bytes>()
  const held = new Set<string>()
  return {
    knows: async room => rooms.has(room),
    async remember(room) {
      rooms.add(room)
    },
    async forget(room) {
      rooms.delete(room)
    },
    async openSlot(room, name) {
      const key = JSON.stringify([room, name])
      if (held.has(key)) return undefined
      held.add(key)
      return {
        read: async () => contents.get(key),
        async write(bytes) {
          contents.set(key, bytes.slice())
        },
        async clear() {
          contents.delete(key)
          held.delete(key)
        },
        async release() {
          held.delete(key)
        },
      }
    },
    async openJournal() {
      // Whoever could go on with a transfer by its journal has lost its keys with this page.
      return {
        read: async () => new Uint8Array(),
        append: async () => {},
        clear: async () => {},
        release: async () => {},
      }
    },
  }
}
