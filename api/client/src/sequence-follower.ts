type Page<T> = { readonly entries: readonly T[]; readonly done: boolean }

export type SequenceSource<T> = {
  numberOf(entry: T): number
  /** A page of what follows this number. */
  fetchAfter(seq: number): Promise<Page<T>>
  /** In order, each number once. `history`: it was there before this connection. */
  deliver(entries: readonly T[], history: boolean): void
  /** So many numbers are gone for good. */
  missed(count: number): void
  failed(error: unknown): void
}

/**
 * Takes densely numbered entries without holes and without repetition, however they come. A live entry ahead of its turn is
 * not kept: it tells how far the pages have to reach, so nothing grows while a gap is closed.
 */
export class SequenceFollower<T> {
  readonly #source: SequenceSource<T>
  #next = 1
  #head = 0
  /** Numbers up to here were there before this connection. */
  #history = 0
  #loading = false
  #generation = 0

  constructor(source: SequenceSource<T>) {
    this.#source = source
  }

  /** The last number taken. */
  get position(): number {
    return this.#next - 1
  }

  /** Begin behind this number. */
  place(position: number): void {
    this.#next = position + 1
    this.#head = position
    this.#history = position
  }

  /** Pull everything up to `head`, which exists already; `first` comes before it. Live entries wait on the server. */
  async reach(head: number, first: () => Promise<void> = async () => undefined): Promise<void> {
    this.#head = Math.max(this.#next - 1, head)
    this.#history = this.#head
    this.#loading = true
    const generation = ++this.#generation
    await first()
    if (generation === this.#generation) await this.#close(generation)
  }

  /** A live entry. */
  take(entry: T): void {
    if (this.#isNext(this.#source.numberOf(entry))) this.#source.deliver([entry], false)
  }

  /** This number is taken without being read: it is the reader's own. True if it was its turn. */
  pass(seq: number): boolean {
    return this.#isNext(seq)
  }

  /** The connection is lost: what was being asked for is asked for again by the next `reach`. */
  interrupt(): void {
    this.#generation++
    this.#loading = false
  }

  #isNext(seq: number): boolean {
    if (seq < this.#next) return false
    this.#head = Math.max(this.#head, seq)
    if (this.#loading) return false
    if (seq === this.#next) {
      this.#next++
      return true
    }
    this.#loading = true
    this.#close(this.#generation).catch(this.#source.failed)
    return false
  }

  async #close(generation: number): Promise<void> {
    while (this.#next <= this.#head) {
      const page = await this.#source.fetchAfter(this.#next - 1)
      if (generation !== this.#generation) return
      const fresh = page.entries.filter(entry => this.#source.numberOf(entry) >= this.#next)
      const [first] = fresh
      const last = fresh.at(-1)
      if (first === undefined || last === undefined) {
        // There was more, and now there is nothing: it expired meanwhile, or the server lies. Told either way.
        this.#source.missed(this.#head - this.#next + 1)
        this.#next = this.#head + 1
        break
      }
      const skipped = this.#source.numberOf(first) - this.#next
      if (skipped > 0) this.#source.missed(skipped)
      this.#next = this.#source.numberOf(last) + 1
      this.#head = Math.max(this.#head, this.#next - 1)
      const old = fresh.filter(entry => this.#source.numberOf(entry) <= this.#history)
      if (old.length > 0) this.#source.deliver(old, true)
      if (fresh.length > old.length) this.#source.deliver(fresh.slice(old.length), false)
    }
    this.#loading = false
  }
}
