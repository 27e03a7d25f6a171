import type { KnownKey } from './local-state.ts'

/** Members that a device knows by their aliases; the one met longest ago goes first. */
const MOST = 1_000

/** Whose keys an alias had when it was met last: an alias may change hands, and whoever talks to it should know. */
export class KnownKeys {
  /** By alias tag: look-alikes are one. */
  readonly #members: Map<string, string>

  constructor(saved: readonly KnownKey[] = []) {
    this.#members = new Map(saved)
  }

  /** Whether the alias was somebody else's before. */
  meet(tag: string, member: string): boolean {
    const before = this.#members.get(tag)
    this.#members.delete(tag)
    this.#members.set(tag, member)
    const [oldest] = this.#members.keys()
    if (this.#members.size > MOST && oldest !== undefined) this.#members.delete(oldest)
    return before !== undefined && before !== member
  }

  /** As another member of this device met them since. */
  recall(saved: readonly KnownKey[]): void {
    for (const [tag, member] of saved) this.meet(tag, member)
  }

  save(): readonly KnownKey[] {
    return [...this.#members]
  }
}
