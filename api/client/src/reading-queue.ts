/** Entries that are opened side by side; they are told one by one. */
const BATCH = 64

/** Something that happens between two entries: who came and went, what is missing. */
export type Step = () => void | Promise<void>

export type Reading<T, O> = {
  /**
   * Asks for what is needed, and opens. If that rejects, the same entries are opened again at the next `work`. `history`:
   * some of them were there before, and may have been told by an earlier process.
   */
  open(entries: readonly T[], history: boolean): Promise<readonly O[]>
  tell(entry: T, opened: O, history: boolean): void
  failed(error: unknown): void
}

type Waiting<T> = { readonly entry: T; readonly history: boolean } | { readonly step: Step }

/** What was taken and is still to be told, in its order. Nothing in it is lost when the connection is. */
export class ReadingQueue<T, O> {
  readonly #reading: Reading<T, O>
  readonly #waiting: Waiting<T>[] = []
  #working: Promise<void> | undefined

  constructor(reading: Reading<T, O>) {
    this.#reading = reading
  }

  /** The entry that is told next. */
  get next(): T | undefined {
    for (const waiting of this.#waiting) if ('entry' in waiting) return waiting.entry
    return undefined
  }

  push(entry: T, history: boolean): void {
    this.#waiting.push({ entry, history })
    this.work()
  }

  pushStep(step: Step): void {
    this.#waiting.push({ step })
    this.work()
  }

  /** Goes on, if a lost connection made it stop. */
  work(): void {
    if (this.#waiting.length > 0) this.#working ??= this.#drain()
  }

  /** Resolves when everything pushed so far has been told, or has to wait for the next connection. */
  async quiet(): Promise<void> {
    while (this.#working !== undefined) await this.#working
  }

  async #drain(): Promise<void> {
    // A page is pushed entry by entry, and opened as a whole.
    await undefined
    try {
      while (this.#waiting.length > 0) await this.#advance()
    } catch (error) {
      this.#reading.failed(error)
    } finally {
      this.#working = undefined
    }
  }

  async #advance(): Promise<void> {
    const [first] = this.#waiting
    if (first !== undefined && 'step' in first) {
      // Not repeated: the roster that comes with the next connection says it anew.
      this.#waiting.shift()
      return first.step()
    }
    const batch: { readonly entry: T; readonly history: boolean }[] = []
    for (const waiting of this.#waiting) {
      if ('step' in waiting || batch.length === BATCH) break
      batch.push(waiting)
    }
    const opened = await this.#reading.open(
      batch.map(({ entry }) => entry),
      batch.some(({ history }) => history),
    )
    for (const [at, { entry, history }] of batch.entries()) {
      // One by one: whoever asks meanwhile what is told next gets what is true.
      this.#waiting.shift()
      const found = opened[at]
      if (found !== undefined) this.#reading.tell(entry, found, history)
    }
  }
}
