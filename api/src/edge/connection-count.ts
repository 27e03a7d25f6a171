export type ConnectionLimits = {
  readonly total: number
  readonly perAddress: number
}

/** How many sockets are open, in all and by address. */
export class ConnectionCount {
  readonly #limits: ConnectionLimits
  readonly #byAddress = new Map<string, number>()
  #total = 0

  constructor(limits: ConnectionLimits) {
    this.#limits = limits
  }

  /** Counts one more, or tells which limit is reached. */
  enter(address: string): 'counted' | 'total' | 'per-address' {
    if (this.#total >= this.#limits.total) return 'total'
    const open = this.#byAddress.get(address) ?? 0
    if (open >= this.#limits.perAddress) return 'per-address'
    this.#total++
    this.#byAddress.set(address, open + 1)
    return 'counted'
  }

  leave(address: string): void {
    this.#total--
    const open = this.#byAddress.get(address) ?? 0
    if (open > 1) this.#byAddress.set(address, open - 1)
    else this.#byAddress.delete(address)
  }
}
