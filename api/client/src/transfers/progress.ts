import type { ClientEvent } from '../events.ts'
import type { Clock } from '../ports.ts'

/** Milliseconds between two `file-progress` events of one transfer. */
const PACE = 200

/** Tells how far a transfer is: often enough for a bar, and always its end. */
export class Progress {
  readonly #clock: Clock
  readonly #tell: (done: number) => void
  readonly #size: number
  #last = Number.NEGATIVE_INFINITY
  #done = 0

  constructor(
    clock: Clock,
    emit: (event: ClientEvent) => void,
    file: { readonly transfer: string; readonly direction: 'in' | 'out'; readonly size: number },
  ) {
    this.#clock = clock
    this.#size = file.size
    this.#tell = received => emit({ type: 'file-progress', ...file, received })
  }

  /** Plaintext bytes. */
  get done(): number {
    return this.#done
  }

  advance(bytes: number): void {
    this.#done += bytes
    const now = this.#clock.now()
    if (this.#done === this.#size || now - this.#last < PACE) return
    this.#last = now
    this.#tell(this.#done)
  }

  /** All of it is there. */
  finish(): void {
    this.#done = this.#size
    this.#tell(this.#done)
  }
}
