import { ACTIVE_MS, isFullyReceived, isReceived, type Session, type Transfer } from './transfer.ts'

/** So many are looked at for one eviction, of those that somebody has and somebody else might still want. */
const LOOKS = 256

/**
 * In which order transfers give way to others. Kept up to date as they move: to know whom to evict takes no longer
 * because there are many.
 */
export class Eviction {
  /** When each last moved, the longest ago first. */
  readonly #byActivity = new Map<Transfer, number>()
  /** Nothing of it is held. */
  readonly #reservations = new Set<Transfer>()
  /** Somebody has it. */
  readonly #received = new Set<Transfer>()

  add(transfer: Transfer): void {
    this.#byActivity.set(transfer, transfer.active)
    if (transfer.stored.count === 0) this.#reservations.add(transfer)
    if (isReceived(transfer)) this.#received.add(transfer)
  }

  delete(transfer: Transfer): void {
    this.#byActivity.delete(transfer)
    this.#reservations.delete(transfer)
    this.#received.delete(transfer)
  }

  /** A segment of it arrived or was handed out, perhaps. */
  moved(transfer: Transfer): void {
    const known = this.#byActivity.get(transfer)
    if (known === undefined || known === transfer.active) return
    this.#byActivity.delete(transfer)
    this.#byActivity.set(transfer, transfer.active)
    this.#reservations.delete(transfer)
  }

  received(transfer: Transfer): void {
    this.#received.add(transfer)
  }

  /** That nobody who is here still lacks, among those that did not move since `before`. */
  *fullyReceived(members: () => Iterable<Session>, before = Number.POSITIVE_INFINITY): Generator<Transfer> {
    let looks = Math.min(LOOKS, this.#received.size)
    for (const transfer of this.#received) {
      if (looks-- <= 0) return
      if (transfer.active <= before && isFullyReceived(transfer, members())) yield transfer
      // To the end of the line, so that the next look is at others.
      else if (this.#received.delete(transfer)) this.#received.add(transfer)
    }
  }

  /** That did not move for a while. */
  *idle(now: number): Generator<Transfer> {
    for (const [transfer, active] of this.#byActivity) {
      if (now - active < ACTIVE_MS) return
      yield transfer
    }
  }

  /** That were announced a while ago, and nothing came. */
  *idleReservations(now: number): Generator<Transfer> {
    for (const transfer of this.#reservations) {
      if (now - transfer.active < ACTIVE_MS) return
      yield transfer
    }
  }
}
