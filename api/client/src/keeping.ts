import { History } from './history/history.ts'
import type { ClientPorts, Slot } from './ports.ts'
import { openStay, type Remembered, sealStay } from './stay.ts'

/** What it says when it says nobody. */
const NOBODY = new Uint8Array(0)

export type KeepingDeps = {
  readonly ports: Pick<ClientPorts, 'memory' | 'clock' | 'random'>
  /** The room's address. */
  readonly place: string
  crashed(error: unknown): void
}

/** What a device that opens without a password keeps of a room, beside its members' own slots. */
export class Keeping {
  readonly history: History
  readonly #key: CryptoKey
  /** Whoever holds it holds the history as well. */
  readonly #slot: Slot
  readonly #deps: KeepingDeps
  #isOpen = true

  static async open(deps: KeepingDeps, key: CryptoKey, slot: Slot): Promise<Keeping> {
    const { ports, place: room, crashed: failed } = deps
    const store = await ports.memory.openHistory(room)
    return new Keeping(deps, key, slot, await History.open({ ...ports, store, key, room, failed }))
  }

  private constructor(deps: KeepingDeps, key: CryptoKey, slot: Slot, history: History) {
    this.#deps = deps
    this.#key = key
    this.#slot = slot
    this.history = history
  }

  /** Undefined: nobody, or it does not open any more. */
  async remembered(): Promise<Remembered | undefined> {
    const sealed = await this.#slot.read()
    return sealed && openStay(this.#key, this.#deps.place, sealed)
  }

  async remember(who: Remembered): Promise<void> {
    const { ports, place } = this.#deps
    const sealed = await sealStay(this.#key, place, who, ports.random)
    if (sealed === undefined) return
    await this.#slot.write(sealed)
    // The choice to stay may have come after the password.
    await ports.memory.remember(place)
  }

  /** Whoever comes next comes by the password. What was said stays. */
  async forgetWho(): Promise<void> {
    await this.#slot.write(NOBODY)
  }

  /** Nothing is left (M8). */
  async clear(): Promise<void> {
    this.#isOpen = false
    await this.history.clear()
    await this.#slot.clear()
  }

  async release(): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    // Whoever had to know that it cannot be kept was told.
    await this.history.flushed().catch(() => undefined)
    await this.#slot.release()
  }
}
