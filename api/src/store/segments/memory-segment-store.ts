import type { Id, Outcome, Run, SegmentStore, StoredTransfer, TransferFacts } from '../../relay/ports.ts'
import { HeldRuns } from './held-runs.ts'

/** Segments in memory, for tests: everything is done at once, and what `restore` finds is what another store left. */
export class MemorySegmentStore implements SegmentStore {
  readonly #transfers: Set<MemoryTransfer>

  /** `earlier`: the store of the process before. */
  constructor(earlier?: MemorySegmentStore) {
    this.#transfers = earlier ? earlier.#transfers : new Set()
  }

  async restore(): Promise<readonly StoredTransfer[]> {
    return [...this.#transfers].sort((a, b) => a.facts.created - b.facts.created)
  }

  create(facts: TransferFacts): StoredTransfer {
    const transfer: MemoryTransfer = new MemoryTransfer(facts, () => this.#transfers.delete(transfer))
    this.#transfers.add(transfer)
    return transfer
  }

  async close(): Promise<void> {}
}

class MemoryTransfer implements StoredTransfer {
  readonly facts: TransferFacts
  readonly outcomes = new Map<Id, Outcome>()
  readonly #segments = new Map<number, Uint8Array>()
  readonly #held = new HeldRuns()
  readonly #onRemoved: () => void
  #over = false

  constructor(facts: TransferFacts, onRemoved: () => void) {
    this.facts = facts
    this.#onRemoved = onRemoved
  }

  get count(): number {
    return this.#segments.size
  }

  indices(): Iterable<number> {
    return this.#segments.keys()
  }

  runs(most: number): Run[] {
    return this.#over ? [] : this.#held.first(most)
  }

  lengthOf(index: number): number | undefined {
    return this.#segments.get(index)?.length
  }

  async write(index: number, bytes: Uint8Array): Promise<'written'> {
    if (this.#over) return 'written'
    this.#segments.set(index, bytes.slice())
    this.#held.add(index)
    return 'written'
  }

  async read(index: number, into: Uint8Array): Promise<boolean> {
    const held = this.#segments.get(index)
    if (held?.length !== into.length) return false
    into.set(held)
    return true
  }

  drop(index: number): void {
    this.#segments.delete(index)
    this.#held.delete(index)
  }

  settle(member: Id, outcome: Outcome): void {
    this.outcomes.set(member, outcome)
  }

  async empty(): Promise<void> {
    this.#over = true
    this.#segments.clear()
  }

  async remove(): Promise<void> {
    await this.empty()
    this.#onRemoved()
  }
}
