/** Which segments of a file are meant: one bit each, 50 KB for 100 GiB. */
export class SegmentSet {
  readonly #bits: Uint8Array
  readonly #length: number
  #size = 0

  /** Of indices from 0 up to `length`, exclusive; empty. */
  constructor(length: number) {
    this.#bits = new Uint8Array(Math.ceil(length / 8))
    this.#length = length
  }

  get size(): number {
    return this.#size
  }

  get full(): boolean {
    return this.#size === this.#length
  }

  has(index: number): boolean {
    return ((this.#bits[index >> 3] ?? 0) & (1 << (index & 7))) !== 0
  }

  /** `false` if it was there, or is out of range. */
  add(index: number): boolean {
    if (index >= this.#length || this.has(index)) return false
    this.#bits[index >> 3] = (this.#bits[index >> 3] ?? 0) | (1 << (index & 7))
    this.#size += 1
    return true
  }

  delete(index: number): void {
    if (!this.has(index)) return
    this.#bits[index >> 3] = (this.#bits[index >> 3] ?? 0) & ~(1 << (index & 7))
    this.#size -= 1
  }

  /** The first index from `from` on that is not in the set; the length if there is none. */
  nextMissing(from: number): number {
    let index = from
    while (index < this.#length && this.has(index)) {
      index += (index & 7) === 0 && this.#bits[index >> 3] === 0xff ? 8 : 1
    }
    return Math.min(index, this.#length)
  }
}
