import type { Buckets } from './exposition.ts'

/** Seconds. From a turn of the event loop on an idle machine to what people notice. */
const BOUNDS = [
  0.0005,
  0.001,
  0.0025,
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  0.25,
  0.5,
  1,
  2.5,
  Number.POSITIVE_INFINITY,
]

/** How long something took, each time: an addition and a few comparisons. */
export class LatencyHistogram {
  readonly #counts = BOUNDS.map(() => 0)
  #sum = 0

  observe(seconds: number): void {
    const bucket = BOUNDS.findIndex(bound => seconds <= bound)
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#sum += seconds
  }

  read(): Buckets {
    let below = 0
    const counts = this.#counts.map(count => {
      below += count
      return below
    })
    return { bounds: BOUNDS, counts, sum: this.#sum }
  }
}
