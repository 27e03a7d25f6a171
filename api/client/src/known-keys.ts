import type { KnownKey } from './local-state.ts'

/** Aliases that a device knows. */
const MOST = 1_000

/** Whose keys an alias had when it was met last, and how often it was met. */
type Known = { readonly member: string; readonly times: number }

/** An alias may change hands, and whoever talks to it should know. */
export class KnownKeys {
  /** By alias tag: look-alikes are one. The one met longest ago is first. */
  readonly #known = new Map<string, Known>()

  constructor(saved: readonly KnownKey[] = []) {
    this.recall(saved)
  }

  /** Whether the alias was somebody else's before. */
  meet(tag: string, member: string): boolean {
    const before = this.#known.get(tag)
    this.#note(tag, { member, times: (before?.times ?? 0) + 1 })
    return before !== undefined && before.member !== member
  }

  /** As another member of this device met them since. */
  recall(saved: readonly KnownKey[]): void {
    for (const [tag, member, times = 1] of saved) {
      this.#note(tag, { member, times: Math.max(times, this.#known.get(tag)?.times ?? 0) })
    }
  }

  save(): readonly KnownKey[] {
    return [...this.#known].map(([tag, { member, times }]) => [tag, member, times])
  }

  #note(tag: string, known: Known): void {
    this.#known.delete(tag)
    this.#known.set(tag, known)
    if (this.#known.size > MOST) this.#forgetOneBut(tag)
  }

  /**
   * Who comes under a thousand names, to make others forget whose an alias was, would have to be met by each as often as
   * that. Whoever is met now is not forgotten at once: a table full of old friends learns a new one as well.
   */
  #forgetOneBut(newest: string): void {
    let least: string | undefined
    let fewest = Number.POSITIVE_INFINITY
    for (const [tag, { times }] of this.#known) {
      if (tag === newest || times >= fewest) continue
      least = tag
      fewest = times
    }
    if (least !== undefined) this.#known.delete(least)
  }
}
