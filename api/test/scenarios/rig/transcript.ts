/** Generous: a login takes half a second of a quiet core, and tests run beside each other on noisy ones. */
export const DEADLINE = 40_000

/** What somebody said so far, to be waited for: each item answers one wait, in whatever order the waits come. */
export class Transcript<T> {
  readonly items: T[] = []
  readonly #taken = new Set<number>()
  readonly #waits = new Set<() => void>()
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
    this.#wake()
  }

  onAdd(listener: (item: T) => void): void {
    this.#listeners.push(listener)
  }

  /** Nothing follows: whoever still waits waits in vain. */
  end(): void {
    this.#over = true
    this.#wake()
  }

  /** The first item that no earlier wait took and that matches; fails after so many milliseconds. */
  take(what: string, matches: (item: T) => boolean, deadline = DEADLINE): Promise<T> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(late)
        this.#waits.delete(look)
        settle()
      }
      const fail = (why: string) =>
        finish(() => reject(new Error(`${why}, never came: ${what}\n${this.#describe()}`)))
      const late = setTimeout(() => fail(`in ${deadline / 1_000} s`), deadline)
      const look = () => {
        const index = this.items.findIndex((item, at) => !this.#taken.has(at) && matches(item))
        const item = this.items[index]
        if (item !== undefined) {
          this.#taken.add(index)
          finish(() => resolve(item))
        } else if (this.#over) {
          fail('until its end')
        }
      }
      this.#waits.add(look)
      look()
    })
  }

  #wake(): void {
    for (const look of [...this.#waits]) look()
  }
}
