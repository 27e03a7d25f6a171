import type { ClientEvent, TransferView } from '../events.ts'
import type { Clock } from '../ports.ts'
import { Speed } from './speed.ts'

/** Milliseconds between two `file-progress` events of one transfer. */
const PACE = 200

/** Tells how far a transfer is and how fast it goes: often enough for a bar, and always its end. */
export class Progress {
  readonly #clock: Clock
  readonly #emit: (event: ClientEvent) => void
  readonly #file: { readonly transfer: string; readonly direction: 'in' | 'out'; readonly size: number }
  #speed = new Speed()
  #last = Number.NEGATIVE_INFINITY
  #done = 0

  constructor(
    clock: Clock,
    emit: (event: ClientEvent) => void,
    file: { readonly transfer: string; readonly direction: 'in' | 'out'; readonly size: number },
  ) {
    this.#clock = clock
    this.#emit = emit
    this.#file = file
  }

  /** Plaintext bytes. */
  get done(): number {
    return this.#done
  }

  /** What a view shows of it while it moves. */
  get pace(): Pick<TransferView, 'speed' | 'remaining'> {
    const speed = this.#speed.at(this.#clock.now())
    if (speed === undefined) return {}
    return speed < 1 ? { speed } : { speed, remaining: ((this.#file.size - this.#done) / speed) * 1_000 }
  }

  /** So much was there before this process. */
  restore(done: number): void {
    this.#done = done
  }

  /** Before anything moves, which may be long: views show that it waits. */
  announce(): void {
    this.#emit({ type: 'file-progress', ...this.#file, received: this.#done })
  }

  /** What moves from now on has a speed of its own. */
  begin(): void {
    this.#speed = new Speed()
    this.#last = Number.NEGATIVE_INFINITY
  }

  advance(bytes: number): void {
    if (this.#done === this.#file.size) return
    const now = this.#clock.now()
    // From where it began, so that the first piece counts.
    if (this.#last === Number.NEGATIVE_INFINITY) this.#speed.note(this.#done, now)
    this.#done += bytes
    if (this.#done === this.#file.size || now - this.#last < PACE) return
    this.#tell(now)
  }

  /** All of it is there. */
  finish(): void {
    this.#done = this.#file.size
    this.#tell(this.#clock.now())
  }

  #tell(now: number): void {
    this.#last = now
    this.#speed.note(this.#done, now)
    const speed = this.#speed.at(now)
    this.#emit({
      type: 'file-progress',
      ...this.#file,
      received: this.#done,
      ...(speed === undefined ? {} : { speed }),
    })
  }
}
