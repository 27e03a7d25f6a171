import type { RoomStore } from '../../src/room/ports.ts'

/**
 * The store as one server process sees it. Once that has died no operation of its begins, and whoever waits for one waits for
 * ever: some of what it had begun is stored, and nobody heard of it.
 */
export class MortalStore {
  readonly store: RoomStore
  #alive = true

  constructor(store: RoomStore) {
    this.store = new Proxy(store, {
      get: (target, name) => {
        const operation: unknown = Reflect.get(target, name)
        if (typeof operation !== 'function') return operation
        return (...args: unknown[]) => this.#run(() => Reflect.apply(operation, target, args))
      },
    })
  }

  die(): void {
    this.#alive = false
  }

  #run(operation: () => Promise<unknown>): Promise<unknown> {
    if (!this.#alive) return new Promise(() => undefined)
    return new Promise((resolve, reject) => {
      operation().then(
        value => {
          if (this.#alive) resolve(value)
        },
        (error: unknown) => {
          if (this.#alive) reject(error)
        },
      )
    })
  }
}
