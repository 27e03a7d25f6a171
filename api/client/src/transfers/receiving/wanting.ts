import type { SegmentChannel } from '../channel/segment-channel.ts'
import type { WantWindow } from './want-window.ts'

/** Says to the relay what a receiver's window wants, and when to stop. */
export class Wanting {
  readonly #channel: SegmentChannel
  readonly #transfer: string
  readonly #window: WantWindow
  /** The relay was told to stop within the open run. */
  #halted = false

  constructor(channel: SegmentChannel, transfer: string, window: WantWindow) {
    this.#channel = channel
    this.#transfer = transfer
    this.#window = window
  }

  request(): void {
    if (!this.#channel.attached) return
    const standing = this.#window.run
    if (this.#halted && standing.count > 0) this.#want(standing.first, standing.count)
    this.#halted = false
    const run = this.#window.next()
    if (run === undefined) return
    // The relay takes the same beginning for the same run, so another one comes between.
    if (run.again) this.#want(run.first + 1, 0)
    this.#want(run.first, run.count)
  }

  /** What is on its way still comes. */
  halt(): void {
    if (this.#halted) return
    this.#halted = true
    this.#want(this.#window.run.first, 0)
  }

  /** For good: whoever begins anew begins at 0, which must not be the open run. */
  quit(): void {
    this.#want(this.#window.run.first + 1, 0)
  }

  /** The connection is gone. */
  interrupt(): void {
    this.#halted = false
    this.#window.interrupt()
  }

  #want(first: number, count: number): void {
    this.#channel.send({ type: 'want', transfer: this.#transfer, first, count })
  }
}
