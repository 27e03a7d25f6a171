import type { RelayMessageOf } from '@chat-room/protocol'
import { Eviction } from './eviction.ts'
import type { FrameCache } from './frame-cache.ts'
import type { Id, Outcome, SegmentStore, StoredTransfer, TransferFacts } from './ports.ts'
import {
  type Allotment,
  growthOf,
  leastOf,
  MINIMUM_CHARGE,
  Quota,
  roomFor,
  type Space,
  wholeOf,
} from './quota.ts'
import { ACTIVE_MS, createTransfer, provider, rememberLate, type Session, type Transfer } from './transfer.ts'

type EndReason = RelayMessageOf<'ended'>['reason']

type Deps = {
  readonly store: SegmentStore
  readonly cache: FrameCache
  readonly quota: number
  /** Milliseconds. */
  readonly ttl: number
  readonly sessionOf: (room: string, member: Id) => Session | undefined
  readonly sessions: () => Iterable<Session>
  readonly onError: (error: unknown) => void
}

/** Who may give way to a transfer, in this order. */
type Evictable = {
  /** Nobody who is here lacks anything of it. */
  readonly doneWith: Iterable<Transfer>
  readonly others: Iterable<Transfer>
}

const NOBODY: Evictable = { doneWith: [], others: [] }

const isShort = ({ bytes, places }: Space): boolean => bytes > 0 || places > 0

/** All transfers, what they are charged, and how they end. */
export class Transfers {
  readonly #deps: Deps
  readonly #quota: Quota
  /** By when they began, so that the first one ends first. */
  readonly #byId = new Map<Id, Transfer>()
  readonly #sliding = new Set<Transfer>()
  readonly #eviction = new Eviction()

  constructor(deps: Deps) {
    this.#deps = deps
    this.#quota = new Quota(deps.quota)
  }

  /** Bytes of the quota that are spoken for. */
  get used(): number {
    return this.#quota.used
  }

  get size(): number {
    return this.#byId.size
  }

  /** Those that wait for time, or for room, and not for a message alone. */
  get sliding(): readonly Transfer[] {
    return [...this.#sliding]
  }

  get(id: Id): Transfer | undefined {
    return this.#byId.get(id)
  }

  [Symbol.iterator](): Iterator<Transfer> {
    return this.#byId.values()
  }

  /** Takes up what an earlier process left; what does not fit the quota any more is deleted. */
  async restore(now: number): Promise<void> {
    for (const stored of await this.#deps.store.restore()) {
      const transfer = createTransfer(stored, now)
      this.#byId.set(stored.facts.transfer, transfer)
      this.#eviction.add(transfer)
      const outcome = stored.outcomes.get(stored.facts.to)
      if (outcome) this.settle(transfer, outcome)
      else if (!this.#restoreAllotment(transfer, stored)) this.end(transfer, 'evicted')
      else if (stored.count === transfer.units) {
        transfer.upload = { state: 'complete', provider: undefined }
        transfer.frontier = transfer.units
      }
    }
  }

  #restoreAllotment(transfer: Transfer, { facts, count }: StoredTransfer): boolean {
    if (this.#reserve(transfer, growthOf(facts, count), undefined, NOBODY)) return true
    this.#slide(transfer, true)
    const window = roomFor(facts, Math.max(count, leastOf(facts).slots))
    return this.#reserve(transfer, window, undefined, NOBODY)
  }

  /** A new transfer with room for at least a window of it, or why there is none. */
  open(facts: TransferFacts, address: string, now: number): Transfer | 'quota-full' | 'too-large' {
    const window = leastOf(facts)
    if (!this.#quota.fitsOne(window.bytes)) return 'too-large'
    const draft = {}
    const evictable = {
      doneWith: this.#eviction.fullyReceived(this.#deps.sessions),
      others: this.#eviction.announcedBefore(facts, now),
    }
    const victims = this.#victims(draft, window.bytes, address, evictable)
    if (!victims) return 'quota-full'
    for (const victim of victims) this.end(victim, 'evicted')
    const transfer = createTransfer(this.#deps.store.create(facts), now)
    this.#byId.set(facts.transfer, transfer)
    this.#allot(transfer, window, address)
    this.#eviction.add(transfer)
    return transfer
  }

  /** A segment of it arrived or was handed out, perhaps. */
  moved(transfer: Transfer): void {
    this.#eviction.moved(transfer)
  }

  /** Somebody has it. */
  received(transfer: Transfer): void {
    this.#eviction.received(transfer)
  }

  /** Its sender is back, perhaps from elsewhere: what it holds is charged there. */
  recharge(transfer: Transfer, address: string): void {
    this.#quota.charge(transfer, this.#quota.charged(transfer), address)
    this.widen(transfer, address)
  }

  /**
   * There is always room for a window more than what is held, or else the transfer slides from now on. Who would lose
   * nothing gives way to that.
   */
  grow(transfer: Transfer, address: string, now: number): void {
    if (transfer.slides) return
    const more = growthOf(transfer.facts, transfer.stored.count)
    if (more.slots <= transfer.slots) return
    // Whoever lost its connection a moment ago still comes back for a file that the others have.
    const evictable = {
      doneWith: this.#eviction.fullyReceived(this.#deps.sessions, now - ACTIVE_MS),
      others: this.#eviction.idleReservations(now),
    }
    if (!this.#reserve(transfer, more, address, evictable)) this.#slide(transfer, true)
  }

  /** A sliding window grows again if there is room for the whole file now; nobody is evicted for that. */
  widen(transfer: Transfer, address: string): void {
    const shortage = this.#quota.shortage(transfer, wholeOf(transfer.facts).bytes, address)
    if (!transfer.slides || !shortage || shortage.all.bytes > 0 || isShort(shortage.own)) return
    this.#slide(transfer, false)
    transfer.frontier = 0
  }

  #slide(transfer: Transfer, slides: boolean): void {
    transfer.slides = slides
    transfer.outside = undefined
    if (slides) this.#sliding.add(transfer)
    else this.#sliding.delete(transfer)
  }

  #reserve(
    transfer: Transfer,
    allotment: Allotment,
    address: string | undefined,
    evictable: Evictable,
  ): boolean {
    const victims = this.#victims(transfer, allotment.bytes, address, evictable)
    if (!victims) return false
    for (const victim of victims) this.end(victim, 'evicted')
    this.#allot(transfer, allotment, address)
    return true
  }

  #allot(transfer: Transfer, { slots, bytes }: Allotment, address: string | undefined): void {
    this.#quota.charge(transfer, bytes, address)
    transfer.slots = slots
  }

  /** Whom to evict so that `owner` may be charged `bytes`: nobody, some, or `undefined` if that is not enough. */
  #victims(
    owner: object,
    bytes: number,
    address: string | undefined,
    { doneWith, others }: Evictable,
  ): Iterable<Transfer> | undefined {
    const shortage = this.#quota.shortage(owner, bytes, address)
    if (!shortage) return undefined
    const victims = new Set<Transfer>()
    const all = { ...shortage.all }
    const own = { ...shortage.own }
    const evict = (victim: Transfer, isOwn: boolean) => {
      victims.add(victim)
      for (const space of isOwn ? [all, own] : [all]) {
        space.bytes -= this.#quota.charged(victim)
        space.places -= 1
      }
    }
    if (!isShort(all) && !isShort(own)) return victims
    for (const candidate of doneWith) {
      const isOwn = this.#quota.isOf(candidate, address)
      if (candidate === owner || !(isShort(all) || (isOwn && isShort(own)))) continue
      evict(candidate, isOwn)
      if (!isShort(all) && !isShort(own)) return victims
    }
    // Whoever has too much takes nothing from those who still want something of it.
    if (isShort(own)) return undefined
    for (const candidate of others) {
      if (candidate === owner || victims.has(candidate)) continue
      evict(candidate, false)
      if (!isShort(all)) return victims
    }
    return undefined
  }

  /** What has outlived its time. */
  expire(now: number): void {
    for (const transfer of this.#byId.values()) {
      if (now - transfer.began < this.#deps.ttl) break
      this.end(transfer, 'expired')
    }
  }

  /** Nothing of it remains. */
  end(transfer: Transfer, reason: EndReason): void {
    this.#byId.delete(transfer.facts.transfer)
    this.#sliding.delete(transfer)
    this.#eviction.delete(transfer)
    this.#quota.release(transfer)
    this.#stop(transfer, reason)
    transfer.removed = true
    transfer.stored.remove().catch(this.#deps.onError)
  }

  /** A DM's one receiver has it, or does not want it: the record alone waits for the sender to hear of it. */
  settle(transfer: Transfer, outcome: Outcome): void {
    this.#quota.charge(transfer, MINIMUM_CHARGE, undefined)
    transfer.slots = 0
    this.#stop(transfer, outcome)
    transfer.upload = { state: 'settled' }
    this.#eviction.settled(transfer)
    this.#sliding.delete(transfer)
    transfer.stored.empty().catch(this.#deps.onError)
  }

  #stop(transfer: Transfer, reason: EndReason): void {
    const { facts, openRuns, frames } = transfer
    const told = new Set<Session>()
    const sender = provider(transfer) ?? this.#deps.sessionOf(facts.room, facts.sender)
    if (sender) {
      told.add(sender)
      if (sender.provides.delete(transfer)) rememberLate(sender, facts.transfer)
    }
    for (const { session } of openRuns) {
      session.openRuns.delete(transfer)
      told.add(session)
    }
    openRuns.clear()
    this.#deps.cache.clear(frames)
    for (const { peer } of told) peer.send({ type: 'ended', transfer: facts.transfer, reason })
  }
}
