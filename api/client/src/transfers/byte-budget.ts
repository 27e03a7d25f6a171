import { LIMITS } from '@chat-room/protocol'

/** Two of the largest segments, so that one is worked on while another waits for its turn: more gain nothing, and each is copied several times. */
export const IN_HAND = 2 * LIMITS.segmentBytesMax

/**
 * So many bytes in hand at once, and whoever wants more waits in the order they came: several transfers take turns, and what
 * is in memory stays bounded.
 */
export class ByteBudget {
  #free: number
  readonly #queue: { readonly bytes: number; readonly begin: () => void }[] = []

  constructor(bytes: number) {
    this.#free = bytes
  }

  /** `bytes` of the whole budget at most; they are in hand until the task has settled. */
  async spend<T>(bytes: number, task: () => Promise<T>): Promise<T> {
    if (this.#queue.length === 0 && bytes <= this.#free) this.#free -= bytes
    else await new Promise<void>(begin => this.#queue.push({ bytes, begin }))
    try {
      return await task()
    } finally {
      this.#free += bytes
      this.#serve()
    }
  }

  #serve(): void {
    for (let next = this.#queue[0]; next !== undefined && next.bytes <= this.#free; next = this.#queue[0]) {
      this.#queue.shift()
      this.#free -= next.bytes
      next.begin()
    }
  }
}
