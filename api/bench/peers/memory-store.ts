import { createMemoryRoomStore } from '../../src/store/memory-room-store.ts'
import type { openRoomStore as open } from '../../src/store/sqlite-room-store.ts'

/** In the place of the durable one; of its options none has a meaning here. */
export const openRoomStore: typeof open = () => ({
  ...createMemoryRoomStore(),
  backUp: () => Promise.reject(new Error('there is nothing to copy')),
})
