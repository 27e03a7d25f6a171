/** The wheel's own notes lie on the socket's record: no map from sockets to them is needed. */
export interface Pinged {
  /** Pings sent since it was last heard. */
  unheard: number
  /** Answers missing in a row that end it. */
  readonly patience: number
  /** Its place on the wheel. */
  slot: number
  ping(): void
  unanswered(): void
}

/**
 * One timer pings everybody: each turn of the wheel pings one of its slots, so that ten thousand sockets are not
 * written to at the same moment. A socket is pinged once per revolution, first after a whole one.
 */
export class PingWheel<T extends Pinged> {
  readonly #slots: readonly Set<T>[]
  #at = 0

  constructor(slots: number) {
    this.#slots = Array.from({ length: slots }, () => new Set())
  }

  add(socket: T): void {
    socket.slot = this.#at
    this.#slots[socket.slot]?.add(socket)
  }

  remove(socket: T): void {
    this.#slots[socket.slot]?.delete(socket)
  }

  turn(): void {
    this.#at = (this.#at + 1) % this.#slots.length
    for (const socket of this.#slots[this.#at] ?? []) {
      if (socket.unheard >= socket.patience) {
        socket.unanswered()
      } else {
        socket.unheard++
        socket.ping()
      }
    }
  }
}
