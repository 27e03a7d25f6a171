/**
 * At most `width` tasks at once, the others in the order they came: several transfers take turns, and what is in memory
 * stays bounded.
 */
export class Lanes {
  #free: number
  readonly #queue: (() => void)[] = []

  constructor(width: number) {
    this.#free = width
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>(resolve => this.#queue.push(resolve))
    try {
      return await task()
    } finally {
      const next = this.#queue.shift()
      if (next === undefined) this.#free += 1
      else next()
    }
  }
}
