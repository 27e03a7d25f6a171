import type { ConnectionLimits } from './connection-count.ts'

/** An open socket that has neither joined nor attached: nobody knows whose it is. */
export interface Newcomer {
  readonly address: string
  /** It waits no longer: others need its place. */
  shed(): void
}

/**
 * Bounds the newcomers, per address and in all. When there is no place, whoever has waited longest goes, not whoever
 * comes: a flood of sockets that never join would otherwise keep everybody out for as long as it likes.
 */
export class Newcomers<T extends Newcomer> {
  readonly #limits: ConnectionLimits
  // A Set keeps the order of arrival: its first is the oldest.
  readonly #all = new Set<T>()
  readonly #byAddress = new Map<string, Set<T>>()

  constructor(limits: ConnectionLimits) {
    this.#limits = limits
  }

  add(newcomer: T): void {
    const { address } = newcomer
    const neighbours = this.#byAddress.get(address)
    if (neighbours !== undefined && neighbours.size >= this.#limits.perAddress) this.#shedOldest(neighbours)
    else if (this.#all.size >= this.#limits.total) this.#shedOldest(this.#all)
    this.#all.add(newcomer)
    const own = this.#byAddress.get(address)
    if (own === undefined) this.#byAddress.set(address, new Set([newcomer]))
    else own.add(newcomer)
  }

  /** It has entered, or is gone. */
  delete(newcomer: T): void {
    this.#all.delete(newcomer)
    const own = this.#byAddress.get(newcomer.address)
    own?.delete(newcomer)
    if (own?.size === 0) this.#byAddress.delete(newcomer.address)
  }

  #shedOldest(set: ReadonlySet<T>): void {
    const [oldest] = set
    if (oldest === undefined) return
    this.delete(oldest)
    oldest.shed()
  }
}
