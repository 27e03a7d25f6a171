import type { StoredTransfer } from './ports.ts'

type Held = Pick<StoredTransfer, 'indices' | 'lengthOf' | 'drop'>

/**
 * Held segments outside a sliding window, which give their places to those inside: first what lies behind, which nobody
 * active needs, then what is needed last. Found once and kept up as the window moves on, so that a place costs the same
 * however many segments are held.
 */
export class Outside {
  readonly #held: Held
  /** The window: `#base`…`#end` - 1. */
  #base: number
  #end: number
  /** Given up from the back. Some may be inside by now, or gone. */
  readonly #indices: number[]

  constructor(held: Held, base: number, end: number) {
    this.#held = held
    this.#base = base
    this.#end = end
    const [ahead, behind]: [number[], number[]] = [[], []]
    for (const index of held.indices()) {
      if (index < base) behind.push(index)
      else if (index >= end) ahead.push(index)
    }
    this.#indices = [...ahead.sort((a, b) => a - b), ...behind]
  }

  /** False if one has to begin anew: the window went back, or beyond itself. */
  moveTo(base: number, end: number): boolean {
    if (base < this.#base || end < this.#end || base > this.#end) return false
    const left = this.#base
    this.#base = base
    this.#end = end
    for (let index = left; index < base; index++) this.note(index)
    return true
  }

  /** This one may be held, and outside. */
  note(index: number): void {
    if (this.#isOutside(index)) this.#indices.push(index)
  }

  /** One place more; false if there is none to be had. */
  giveUp(): boolean {
    for (let index = this.#indices.pop(); index !== undefined; index = this.#indices.pop()) {
      if (!this.#isOutside(index)) continue
      this.#held.drop(index)
      return true
    }
    return false
  }

  #isOutside(index: number): boolean {
    return (index < this.#base || index >= this.#end) && this.#held.lengthOf(index) !== undefined
  }
}
