/** Whoever has not typed for so long has stopped. */
const IDLE = 5_000

/** Turns keystrokes into "is typing" and "no longer". */
export class TypingSignal {
  readonly #tell: (typing: boolean) => void
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(tell: (typing: boolean) => void) {
    this.#tell = tell
  }

  typed(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.stopped(), IDLE)
    this.#tell(true)
  }

  stopped(): void {
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#tell(false)
  }
}
