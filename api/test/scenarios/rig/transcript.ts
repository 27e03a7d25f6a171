/** Generous: a login takes half a second of a quiet core, and tests run beside each other on noisy ones. */
export const DEADLINE = 40_000

type Wait<T> = {
  readonly matches: (item: T) => boolean
  readonly came: (item: T) => void
  readonly failed: (why: string) => void
}

/** What somebody said so far, to be waited for: each item answers one wait, in whatever order the waits come. */
export class Transcript<T> {
  readonly items: T[] = []
  readonly #untaken: T[] = []
  readonly #waits = new Set<Wait<T>>()
  readonly #listeners: ((item: T) => void)[] = []
  readonly #describe: () => string
  #over = false

  /** `describe` is what a failed wait shows: everything that may explain it. */
  constructor(describe: () => string) {
    this.#describe = describe
  }

  add(item: T): void {
    this.items.push(item)
    for (const listen of this.#listeners) listen(item)
    // Whoever waits has seen all that was there before.
    for (const wait of this.#waits) if (wait.matches(item)) return wait.came(item)
    this.#untaken.push(item)
  }

  onAdd(listener: (item: T) => void): void {
    this.#listeners.push(listener)
  }

  /** Nothing follows: whoever still waits waits in vain. */
  end(): void {
    this.#over = true
    for (const wait of this.#waits) wait.failed('until its end')
  }

  /** The first item that no earlier wait took and that matches; fails after so many milliseconds. */
  take(what: string, matches: (item: T) => boolean, deadline = DEADLINE): Promise<T> {
    const at = this.#untaken.findIndex(matches)
    const item = this.#untaken[at]
    if (item !== undefined) {
      this.#untaken.splice(at, 1)
      return Promise.resolve(item)
    }
    return new Promise((resolve, reject) => {
      const wait: Wait<T> = {
        matches,
        came: item => finish(() => resolve(item)),
        failed: why => finish(() => reject(new Error(`${why}, never came: ${what}\n${this.#describe()}`))),
      }
      const late = setTimeout(() => wait.failed(`in ${deadline / 1_000} s`), deadline)
      const finish = (settle: () => void) => {
        clearTimeout(late)
        this.#waits.delete(wait)
        settle()
      }
      this.#waits.add(wait)
      if (this.#over) wait.failed('until its end')
    })
  }
}
