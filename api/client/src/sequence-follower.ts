import type { Step } from './reading-queue.ts'

type Page<T> = { readonly entries: readonly T[]; readonly done: boolean }

export type SequenceSource<T> = {
  numberOf(entry: T): number
  /** A page of what follows this number. */
  fetchAfter(seq: number): Promise<Page<T>>
  /** In order, each number once. `history`: it was there before this connection. */
  deliver(entry: T, history: boolean): void
  /** So many numbers are gone for good. In its place among what is delivered, like a step. */
  missed(count: number): void
  step(step: Step): void
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
  /** Steps that wait until a number has been taken. */
  #held: { readonly after: number; readonly step: Step }[] = []

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
    this.#head = Math.max(this.#head, head)
    this.#history = Math.max(this.#next - 1, head)
    this.#loading = true
    const generation = ++this.#generation
    await first()
    if (generation === this.#generation) await this.#close(generation)
  }

  /** A live entry. True: it is new, but not taken yet, and may expire before it is its turn. */
  take(entry: T): boolean {
    const number = this.#source.numberOf(entry)
    const isNew = number > this.#head
    const isTaken = this.#isNext(number)
    if (isTaken) this.#source.deliver(entry, false)
    return isNew && !isTaken
  }

  /** This number is taken without being read: it is the reader's own. True if it was its turn. */
  pass(seq: number): boolean {
    return this.#isNext(seq)
  }

  /** After everything that exists by now, and before what comes later. Forgotten if the connection breaks before. */
  inOrder(step: Step): void {
    if (this.#loading) this.#held.push({ after: this.#head, step })
    else this.#source.step(step)
  }

  /** The connection is lost: what was being asked for is asked for again by the next `reach`. */
  interrupt(): void {
    this.#generation++
    this.#loading = false
    this.#head = this.#next - 1
    this.#held = []
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
      const before = this.#next
      const page = await this.#source.fetchAfter(before - 1)
      if (generation !== this.#generation) return
      for (const entry of page.entries) this.#takeFromPage(entry)
      // There was more, and now there is nothing: it expired meanwhile, or the server lies. Told either way.
      if (this.#next === before) this.#skipTo(this.#head + 1)
    }
    this.#loading = false
    this.#release()
  }

  #takeFromPage(entry: T): void {
    const number = this.#source.numberOf(entry)
    if (number < this.#next) return
    this.#skipTo(number)
    this.#next = number + 1
    this.#head = Math.max(this.#head, number)
    this.#source.deliver(entry, number <= this.#history)
    this.#release()
  }

  #skipTo(number: number): void {
    if (number > this.#next) this.#source.missed(number - this.#next)
    this.#next = number
    this.#release()
  }

  #release(): void {
    while (this.#held[0] !== undefined && this.#held[0].after < this.#next) {
      const held = this.#held.shift()
      if (held !== undefined) this.#source.step(held.step)
    }
  }
}
