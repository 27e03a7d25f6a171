import type { Clock } from './ports.ts'

/** How long after something was taken its confirmation goes out: many are confirmed by one frame. */
const COLLECT = 500

/** Tells the server what is safe here, so that it need not keep it for this member. */
export class Confirmations {
  readonly #clock: Clock
  readonly #send: () => void
  #isDue = false

  constructor(clock: Clock, send: () => void) {
    this.#clock = clock
    this.#send = send
  }

  /** Something was taken. */
  taken(): void {
    if (this.#isDue) return
    this.#isDue = true
    this.#clock.after(COLLECT, () => this.flush())
  }

  flush(): void {
    this.#isDue = false
    this.#send()
  }
}
