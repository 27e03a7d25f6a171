import type { RoomClient } from '@chat-room/client'
import type { RoomEvent } from '../view/room-event.ts'

/**
 * Fetches what is small by itself, once, and only what is offered while one is here: what was offered before waits, and
 * what a person stopped stays stopped. What is larger waits for a word.
 */
export class AutoAccept {
  readonly #client: RoomClient
  readonly #fresh = new Set<string>()
  /** The size of the largest file that is fetched, in bytes. */
  bound = 0

  constructor(client: RoomClient) {
    this.#client = client
  }

  hear(event: RoomEvent): void {
    if (event.type === 'file-offered' && event.history !== true) this.#fresh.add(event.transfer)
  }

  look(transfers: RoomClient['transfers']): void {
    for (const { transfer, number, state, size } of transfers) {
      if (state !== 'offered' || size > this.bound || !this.#fresh.delete(transfer)) continue
      this.#client.submit(`:Accept ${number}`)
    }
  }
}
