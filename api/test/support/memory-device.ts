import type { Bytes, DeviceMemory, Journal, Slot } from '@chat-room/client'

/** A device whose disk is a map. A process that ends without letting go of a slot leaves it to the next one. */
export class MemoryDevice {
  readonly known = new Set<string>()
  readonly slots = new Map<string, Bytes>()
  readonly journals = new Map<string, Bytes>()
  readonly #held = new Set<string>()

  memory(): DeviceMemory {
    return {
      knows: async room => this.known.has(room),
      remember: async room => {
        this.known.add(room)
      },
      forget: async room => {
        this.known.delete(room)
      },
      openSlot: async (room, name) => {
        const key = `${room} ${name}`
        if (this.#held.has(key)) return undefined
        this.#held.add(key)
        return this.#slot(key)
      },
      openJournal: async (room, name) => this.journal(`${room} ${name}`),
    }
  }

  /** The process that used it is dead. */
  crash(): void {
    this.#held.clear()
  }

  journal(key: string): Journal {
    let isOpen = true
    const mustBeOpen = () => {
      if (!isOpen) throw new Error('this journal was let go of')
    }
    return {
      read: async () => {
        mustBeOpen()
        return this.journals.get(key)?.slice() ?? new Uint8Array(0)
      },
      append: async bytes => {
        mustBeOpen()
        this.journals.set(key, Uint8Array.from([...(this.journals.get(key) ?? []), ...bytes]))
      },
      clear: async () => {
        isOpen = false
        this.journals.delete(key)
      },
      release: async () => {
        isOpen = false
      },
    }
  }

  #slot(key: string): Slot {
    return {
      read: async () => this.slots.get(key),
      write: async bytes => {
        this.slots.set(key, bytes)
      },
      clear: async () => {
        this.slots.delete(key)
        this.#held.delete(key)
      },
      release: async () => {
        this.#held.delete(key)
      },
    }
  }
}
