import type { DeviceMemory, Slot } from '@chat-room/client'

/** The same memory, with slots that do some things in another way: `change` gives those methods alone. */
export function withSlots(memory: DeviceMemory, change: (slot: Slot) => Partial<Slot>): DeviceMemory {
  return {
    ...memory,
    async openSlot(room, name) {
      const slot = await memory.openSlot(room, name)
      return slot && { ...slot, ...change(slot) }
    },
  }
}
