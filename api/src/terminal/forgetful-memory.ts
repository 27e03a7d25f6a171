import type { Bytes, DeviceMemory, Journal } from '@chat-room/client'
import { BY_PASSWORD_ALONE } from './by-password-alone.ts'

/** For `--no-state`: what is remembered ends with the process. */
export function createForgetfulMemory(): DeviceMemory {
  const rooms = new Set<string>()
  const contents = new Map<string, Bytes>()
  const held = new Set<string>()
  return {
    knows: room => Promise.resolve(rooms.has(room)),
    remember(room) {
      rooms.add(room)
      return Promise.resolve()
    },
    forget(room) {
      rooms.delete(room)
      return Promise.resolve()
    },
    openJournal: () => Promise.resolve(NOTHING_KEPT),
    ...BY_PASSWORD_ALONE,
    openSlot(room, name) {
      const key = JSON.stringify([room, name])
      if (held.has(key)) return Promise.resolve(undefined)
      held.add(key)
      return Promise.resolve({
        read: () => Promise.resolve(contents.get(key)),
        write(bytes) {
          contents.set(key, bytes.slice())
          return Promise.resolve()
        },
        clear() {
          contents.delete(key)
          held.delete(key)
          return Promise.resolve()
        },
        release() {
          held.delete(key)
          return Promise.resolve()
        },
      })
    },
  }
}

/** A journal is read by a later process alone, and none will know of this one. */
const NOTHING_KEPT: Journal = {
  read: () => Promise.resolve(new Uint8Array(0)),
  append: () => Promise.resolve(),
  clear: () => Promise.resolve(),
  release: () => Promise.resolve(),
}
