import type { RoomClient } from '@chat-room/client'
import type { RoomEvent } from '../view/room-event.ts'

/** In an hour, the bytes of so many files of the largest size that is fetched are fetched by themselves. */
const FILES = 8
const HOUR = 3_600_000

/**
 * Fetches what is small by itself, once, and only what is offered while one is here: what was offered before waits, and
 * what a person stopped stays stopped. What is larger waits for a word, and so does what is more than a budget, whoever
 * sends it: nobody fills a disk that others look after.
 */
export class AutoAccept {
  readonly #client: RoomClient
  readonly #fresh = new Set<string>()
  readonly #held = new Set<string>()
  #spent = 0
  #since = Number.NEGATIVE_INFINITY
  /** The size of the largest file that is fetched, in bytes. */
  bound = 0

  constructor(client: RoomClient) {
    this.#client = client
  }

  /** Whether it waits because of all that came before it. */
  holds(transfer: string): boolean {
    return this.#held.has(transfer)
  }

  hear(event: RoomEvent): void {
    if (event.type === 'file-offered' && event.history !== true) this.#fresh.add(event.transfer)
  }

  look(transfers: RoomClient['transfers'], now: number): void {
    if (now - this.#since > HOUR) {
      this.#since = now
      this.#spent = 0
    }
    for (const { transfer, number, state, size } of transfers) {
      if (state !== 'offered' || size > this.bound || !this.#fresh.delete(transfer)) continue
      if (this.#spent + size > FILES * this.bound) {
        this.#held.add(transfer)
        continue
      }
      this.#spent += size
      this.#client.submit(`:Accept ${number}`)
    }
  }
}
