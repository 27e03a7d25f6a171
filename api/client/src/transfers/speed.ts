/** Over so many milliseconds: what stalls shows it soon, what flows does not flicker. */
const WINDOW = 5_000
/** A beginning that is too short to tell a speed. */
const LEAST = 500

/** How fast something moved over the last seconds. Whoever notes seldom gets it coarser: nothing is kept beyond the window. */
export class Speed {
  readonly #samples: { readonly at: number; readonly done: number }[] = []

  note(done: number, now: number): void {
    this.#forget(now)
    this.#samples.push({ at: now, done })
  }

  /** Bytes a second; undefined before there is anything to tell. */
  at(now: number): number | undefined {
    this.#forget(now)
    const [first] = this.#samples
    const last = this.#samples.at(-1)
    if (first === undefined || last === undefined || now - first.at < LEAST) return undefined
    return ((last.done - first.done) / (now - first.at)) * 1_000
  }

  /** One that is older than the window is kept: from there the speed within it is reckoned. */
  #forget(now: number): void {
    while ((this.#samples[1]?.at ?? now) < now - WINDOW) this.#samples.shift()
  }
}
