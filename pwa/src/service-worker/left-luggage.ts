/** Nobody comes back after so many milliseconds. */
const KEPT_FOR = 60_000

/** What pages leave to those that are loaded in their place: in memory, and given out once. */
export class LeftLuggage {
  readonly #left = new Map<string, unknown>()

  leave(id: string, luggage: unknown): void {
    this.#left.set(id, luggage)
    setTimeout(() => this.#left.delete(id), KEPT_FOR)
  }

  fetch(id: string): unknown {
    const luggage = this.#left.get(id)
    this.#left.delete(id)
    return luggage
  }
}
