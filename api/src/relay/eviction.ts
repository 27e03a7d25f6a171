import type { TransferFacts } from './ports.ts'
import { ACTIVE_MS, isFullyReceived, isReceived, type Session, type Transfer } from './transfer.ts'

/**
 * Announced by one member, and nothing came: whoever has so many evicts no held segments by announcing another. Ours has no
 * more at once; without it, words alone would empty the store of what others sent.
 */
const EMPTY_HANDED = 8

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
  /** How many of those are a member's, in a room. */
  readonly #emptyOf = new Map<string, number>()
  /** Somebody has it. */
  readonly #received = new Set<Transfer>()

  add(transfer: Transfer): void {
    this.#byActivity.set(transfer, transfer.active)
    if (transfer.stored.count === 0) this.#reserve(transfer)
    if (isReceived(transfer)) this.#received.add(transfer)
  }

  delete(transfer: Transfer): void {
    this.#byActivity.delete(transfer)
    this.#unreserve(transfer)
    this.#received.delete(transfer)
  }

  /** Nothing of it will come. */
  settled(transfer: Transfer): void {
    this.#unreserve(transfer)
  }

  /** A segment of it arrived or was handed out, perhaps. */
  moved(transfer: Transfer): void {
    if (transfer.writing.size > 0) this.#unreserve(transfer)
    const known = this.#byActivity.get(transfer)
    if (known === undefined || known === transfer.active) return
    this.#byActivity.delete(transfer)
    this.#byActivity.set(transfer, transfer.active)
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

  /** For a new one of this member: nothing was sent for it yet. */
  *announcedBefore(facts: Pick<TransferFacts, 'room' | 'sender'>, now: number): Generator<Transfer> {
    yield* this.idleReservations(now)
    if ((this.#emptyOf.get(senderOf(facts)) ?? 0) < EMPTY_HANDED) yield* this.#idle(now)
  }

  /** That did not move for a while. */
  *#idle(now: number): Generator<Transfer> {
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

  #reserve(transfer: Transfer): void {
    const sender = senderOf(transfer.facts)
    this.#reservations.add(transfer)
    this.#emptyOf.set(sender, (this.#emptyOf.get(sender) ?? 0) + 1)
  }

  #unreserve(transfer: Transfer): void {
    if (!this.#reservations.delete(transfer)) return
    const sender = senderOf(transfer.facts)
    const left = (this.#emptyOf.get(sender) ?? 0) - 1
    if (left > 0) this.#emptyOf.set(sender, left)
    else this.#emptyOf.delete(sender)
  }
}

/** A room's name has no slash. */
const senderOf = ({ room, sender }: Pick<TransferFacts, 'room' | 'sender'>): string => `${room}/${sender}`
