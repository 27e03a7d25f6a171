import type { RoomClient } from '@chat-room/client'

/** Fetches what is small by itself, once: what a person stopped stays stopped. What is larger waits for a word. */
export class AutoAccept {
  readonly #client: RoomClient
  readonly #accepted = new Set<string>()
  /** The size of the largest file that is fetched, in bytes. */
  bound = 0

  constructor(client: RoomClient) {
    this.#client = client
  }

  look(transfers: RoomClient['transfers']): void {
    for (const { transfer, number, direction, state, size } of transfers) {
      if (direction !== 'in' || state !== 'offered' || size > this.bound) continue
      if (this.#accepted.has(transfer)) continue
      this.#accepted.add(transfer)
      this.#client.submit(`:Accept ${number}`)
    }
  }
}
