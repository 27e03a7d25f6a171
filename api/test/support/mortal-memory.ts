import type { DeviceMemory, HistoryStore, Journal, Slot } from '@chat-room/client'

type Writes = { readonly [Name in string]?: true }

const SLOT: Writes = { write: true, clear: true }
const JOURNAL: Writes = { append: true, clear: true }
const HISTORY: Writes = { put: true, dropBefore: true, clear: true }

/** What a process that dies sees of its device: after so many writes nothing happens any more, and nobody is told. */
export class MortalMemory {
  readonly memory: DeviceMemory
  #left: number
  #die = () => {}
  /** Resolves at the write that does not happen any more. */
  readonly dead = new Promise<void>(resolve => {
    this.#die = resolve
  })

  constructor(memory: DeviceMemory, writes: number) {
    this.#left = writes
    this.memory = {
      ...memory,
      openSlot: async (room, name) => {
        const slot = await memory.openSlot(room, name)
        return slot && this.#mortal<Slot>(slot, SLOT)
      },
      openJournal: async (room, name) => this.#mortal<Journal>(await memory.openJournal(room, name), JOURNAL),
      openHistory: async room => this.#mortal<HistoryStore>(await memory.openHistory(room), HISTORY),
    }
  }

  get isDead(): boolean {
    return this.#left < 0
  }

  #mortal<T extends object>(target: T, writes: Writes): T {
    return new Proxy(target, {
      get: (object, name) => {
        const operation: unknown = Reflect.get(object, name)
        if (typeof operation !== 'function') return operation
        return (...args: unknown[]) => {
          if (writes[String(name)] && !this.isDead) this.#left -= 1
          if (!this.isDead) return Reflect.apply(operation, object, args)
          this.#die()
          return new Promise(() => undefined)
        }
      },
    })
  }
}
