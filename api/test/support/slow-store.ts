import type { RoomStore } from '../../src/room/ports.ts'

/** A store that takes its time: while held, operations take effect at once, and nobody hears of it until `release`. */
export class SlowStore {
  readonly store: RoomStore
  /** Names of the operations that were called while held. */
  readonly held: string[] = []
  #release: (() => void) | undefined
  #gate: Promise<void> | undefined

  constructor(store: RoomStore) {
    this.store = new Proxy(store, {
      get: (target, name) => {
        const operation: unknown = Reflect.get(target, name)
        if (typeof operation !== 'function') return operation
        return async (...args: unknown[]) => {
          const gate = this.#gate
          if (gate !== undefined) this.held.push(String(name))
          const result: unknown = await Reflect.apply(operation, target, args)
          await gate
          return result
        }
      },
    })
  }

  hold(): void {
    this.held.length = 0
    this.#gate = new Promise(resolve => {
      this.#release = resolve
    })
  }

  release(): void {
    this.#gate = undefined
    this.#release?.()
  }
}
