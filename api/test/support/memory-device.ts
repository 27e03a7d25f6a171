import type { Bytes, DeviceMemory, HistoryRecord, HistoryStore, Journal, Slot } from '@chat-room/client'

/** A device whose disk is a map. A process that ends without letting go of a slot leaves it to the next one. */
export class MemoryDevice {
  readonly known = new Set<string>()
  readonly slots = new Map<string, Bytes>()
  readonly journals = new Map<string, Bytes>()
  readonly history = new Map<number, HistoryRecord>()
  readonly #held = new Set<string>()
  readonly #key: ReturnType<DeviceMemory['deviceKey']>

  /** `stays`: what it keeps opens without the password. */
  constructor({ stays = false }: { readonly stays?: boolean } = {}) {
    this.#key = stays ? newKey() : Promise.resolve(undefined)
  }

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
      deviceKey: () => this.#key,
      openHistory: async () => this.#historyStore(),
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

  #historyStore(): HistoryStore {
    const places = () => [...this.history.keys()].sort((a, b) => a - b)
    const at = (place: number) => this.history.get(place) ?? []
    return {
      page: async (before = Number.POSITIVE_INFINITY, count) =>
        places()
          .filter(place => place < before)
          .slice(-count)
          .flatMap(at),
      find: async ids => {
        const asked = new Set(ids)
        return [...this.history.values()].filter(({ id }) => asked.has(id))
      },
      put: async records => {
        for (const record of records) {
          const same = [...this.history.values()].find(({ id }) => id === record.id)
          if (same !== undefined && same.place !== record.place) throw new Error('one id, two places')
        }
        for (const record of records) this.history.set(record.place, record)
      },
      dropBefore: async place => {
        for (const each of places()) if (each < place) this.history.delete(each)
      },
      clear: async () => this.history.clear(),
    }
  }
}

const newKey = (): ReturnType<DeviceMemory['deviceKey']> =>
  crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
