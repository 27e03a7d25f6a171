/** With a hidden page no frames come, and nobody looks: the title and what is read aloud may be this late. */
const HIDDEN = 300

/** Runs `work` once for all that happens before the next frame: fifty thousand events are drawn once. */
export class FrameBatch {
  readonly #work: () => void
  #isDue = false

  constructor(work: () => void) {
    this.#work = work
  }

  request(): void {
    if (this.#isDue) return
    this.#isDue = true
    const run = () => {
      if (!this.#isDue) return
      this.#isDue = false
      this.#work()
    }
    // Both: a page that becomes hidden never gets the frame that it waits for.
    requestAnimationFrame(run)
    setTimeout(run, HIDDEN)
  }
}
