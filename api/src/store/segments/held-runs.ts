import type { Run } from '../../relay/ports.ts'

/**
 * Which segments are held, as runs of neighbours, kept in order: they mostly come in order, so that there are few, and to
 * name the first of them takes no longer because many segments are held.
 */
export class HeldRuns {
  /** Ascending, and none touches the next. */
  readonly #runs: { first: number; end: number }[] = []

  constructor(indices: Iterable<number> = []) {
    for (const index of Float64Array.from(indices).sort()) this.add(index)
  }

  /** The first ones, at most so many. */
  first(most: number): Run[] {
    return this.#runs.slice(0, most).map(({ first, end }) => [first, end - first])
  }

  add(index: number): void {
    const at = this.#endingFrom(index)
    const before = this.#runs[at]
    if (before === undefined || before.first > index + 1) {
      this.#runs.splice(at, 0, { first: index, end: index + 1 })
    } else if (before.first === index + 1) {
      before.first = index
    } else if (before.end === index) {
      before.end = index + 1
      const after = this.#runs[at + 1]
      if (after?.first !== before.end) return
      before.end = after.end
      this.#runs.splice(at + 1, 1)
    }
  }

  delete(index: number): void {
    const at = this.#endingFrom(index + 1)
    const run = this.#runs[at]
    if (run === undefined || run.first > index) return
    const { first, end } = run
    const rest = [
      { first, end: index },
      { first: index + 1, end },
    ]
    this.#runs.splice(at, 1, ...rest.filter(part => part.first < part.end))
  }

  /** Where the first run is that ends at `index` or later. */
  #endingFrom(index: number): number {
    let [low, high] = [0, this.#runs.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (Number(this.#runs[middle]?.end) < index) low = middle + 1
      else high = middle
    }
    return low
  }
}
