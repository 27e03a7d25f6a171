import { SegmentSet } from '../segment-set.ts'

/** As a `want` names it. */
export type Run = { readonly first: number; readonly count: number }

/**
 * What a receiver wants next. The relay serves one run of segments in its order; the same `first` with a larger count moves
 * its end, and so the window slides. A run ends where something is there already; the next one begins at the next gap.
 * Segments on their way and segments being verified together never exceed the window, which bounds a receiver's memory.
 */
export class WantWindow {
  readonly #units: number
  readonly #window: number
  readonly #kept: SegmentSet
  /** Arrived; being verified and written. */
  readonly #busy = new Set<number>()
  /** The open run began at `start`; what is on its way of it is `first`…`end` - 1. */
  #start = 0
  #first = 0
  #end = 0

  /** `units` counts the segments and the trailer. */
  constructor(units: number, window: number) {
    this.#units = units
    this.#window = window
    this.#kept = new SegmentSet(units)
  }

  get complete(): boolean {
    return this.#kept.full
  }

  /** The open run, as it was wanted last. */
  get run(): Run {
    return { first: this.#start, count: this.#end - this.#start }
  }

  /**
   * What to ask for now; undefined if it is not worth a message. `again`: another run than the open one that begins at the
   * same place, which the relay cannot tell from it by itself.
   */
  next(): (Run & { readonly again: boolean }) | undefined {
    const credit = this.#window - this.#busy.size
    const fresh = this.#first === this.#end && !this.#lacks(this.#end)
    const gap = fresh ? this.#gap() : this.#first
    if (gap === undefined || credit <= 0) return undefined
    const begun = fresh ? gap : this.#end
    let end = begun
    while (end - gap < credit && this.#lacks(end)) end += 1
    // Several in one message, unless nothing is on its way or there are no more.
    const trifle = end - begun < this.#window / 4 && begun > gap && this.#lacks(end)
    if (end === begun || trifle) return undefined
    const again = fresh && gap === this.#start
    if (fresh) {
      this.#start = gap
      this.#first = gap
    }
    this.#end = end
    return { ...this.run, again }
  }

  /** `false` if nothing of the kind is on its way: it is to be ignored. */
  arrived(index: number): boolean {
    if (index < this.#first || index >= this.#end) return false
    // Should the relay leave some out, they are a gap like any other.
    this.#first = index + 1
    this.#busy.add(index)
    return true
  }

  keep(index: number): void {
    this.#busy.delete(index)
    this.#kept.add(index)
  }

  /** It is a gap again. */
  lose(index: number): void {
    this.#busy.delete(index)
    this.#kept.delete(index)
  }

  /** The connection is gone, and with it the open run and what was on its way. */
  interrupt(): void {
    this.#start = this.#first
    this.#end = this.#first
  }

  #lacks(index: number): boolean {
    return index < this.#units && !this.#kept.has(index) && !this.#busy.has(index)
  }

  /** Onward first, so that what was lost is fetched again after the rest. */
  #gap(): number | undefined {
    return this.#gapFrom(this.#end) ?? this.#gapFrom(0)
  }

  #gapFrom(from: number): number | undefined {
    let gap = this.#kept.nextMissing(from)
    while (this.#busy.has(gap)) gap = this.#kept.nextMissing(gap + 1)
    return gap < this.#units ? gap : undefined
  }
}
