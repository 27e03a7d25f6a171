import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '@chat-room/client'
import { isCryptographyBusy } from '../support/cryptography.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

/** Turns of the loop after which nothing is left to be done; in between, whoever waits sees what became of the last timer. */
const QUIET = 2
/** What has not happened by then never will, in milliseconds. */
const PATIENCE = 2 * 3_600_000
/** How long a world lives, in milliseconds: no test waits so often for so long. */
const LIFE = 8 * 3_600_000

/** Time that passes only while nothing else is to be done: how busy the machine is makes no difference. */
export class WorldTime implements Clock, Disposable {
  readonly #clock = new VirtualClock()
  readonly #end = this.#clock.now() + LIFE
  #slept = 0
  #stopped = false

  constructor() {
    void this.#run()
  }

  now(): number {
    return this.#slept + this.#clock.now()
  }

  after(milliseconds: number, callback: () => void): () => void {
    return this.#clock.after(milliseconds, callback)
  }

  /** So many milliseconds pass while no timer rings, as in a laptop that is closed. */
  sleep(milliseconds: number): void {
    this.#slept += milliseconds
  }

  pass(milliseconds: number): Promise<void> {
    return new Promise(resolve => this.after(milliseconds, resolve))
  }

  /** Resolves in the first turn of the loop in which the condition holds. */
  async until(holds: () => boolean): Promise<void> {
    const end = this.#clock.now() + PATIENCE
    while (!holds()) {
      if (this.#clock.now() > end) throw new Error(`never happened: ${holds}`)
      await turn()
    }
  }

  [Symbol.dispose](): void {
    this.#stopped = true
  }

  /** Ends by itself: what waits in vain must not keep the process alive. */
  async #run(): Promise<void> {
    for (let quiet = 0; !this.#stopped && this.#clock.now() < this.#end; ) {
      await turn()
      quiet = isCryptographyBusy() ? 0 : quiet + 1
      if (quiet < QUIET) continue
      this.#clock.advance()
      quiet = 0
    }
  }
}
