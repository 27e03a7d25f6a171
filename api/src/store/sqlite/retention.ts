import type { Retention as Bounds } from '../../room/ports.ts'
import { PRUNE_LIMITS } from '../prune-limits.ts'
import type { Hellos } from './hellos.ts'
import type { Log } from './log.ts'
import type { Members } from './members.ts'
import type { MessageIds } from './message-ids.ts'
import type { RoomState, Rooms } from './rooms.ts'

type Tables = {
  readonly rooms: Rooms
  readonly log: Log
  readonly hellos: Hellos
  readonly members: Members
  readonly ids: MessageIds
}

/** What the server forgets: bounded work a call, and no question asked that costs more the more there is. */
export class Retention {
  readonly #tables: Tables

  constructor(tables: Tables) {
    this.#tables = tables
  }

  /** Whether there is more to do. */
  prune(state: RoomState, bounds: Bounds, now: number, notBefore: number, count: number): boolean {
    const { hellos, ids } = this.#tables
    const moreMembers = this.#forgetMembers(state, notBefore)
    const moreEntries = this.#dropEntries(state, bounds, now)
    const moreHellos = hellos.forgetEnded(state)
    const moreOldIds = ids.forgetBefore(state.room, notBefore)
    const moreIds = ids.keepNewest(state.room, count)
    return moreMembers || moreEntries || moreHellos || moreOldIds || moreIds
  }

  #forgetMembers(state: RoomState, notBefore: number): boolean {
    const { members, hellos } = this.#tables
    const stale = members.staleGone(state, notBefore)
    for (const { member, session } of stale) {
      hellos.end(state, session, member)
      members.forget(state, member)
    }
    return stale.length === PRUNE_LIMITS.rows
  }

  #dropEntries(state: RoomState, bounds: Bounds, now: number): boolean {
    const { rooms, log, ids } = this.#tables
    if (isWithin(state, bounds, now)) return false
    // Everybody present or away has the log up to here.
    const everybodyHas = bounds.messages === 0 ? this.#leastConfirmed(state) : 0
    let last = { seq: state.oldest - 1, total: state.pruned }
    let stopped = false
    for (const entry of log.oldest(state, PRUNE_LIMITS.rows)) {
      const tooMany = bounds.messages > 0 && state.head - last.seq > bounds.messages
      const tooLarge = state.total - last.total > bounds.bytes
      const tooOld = entry.at < now - bounds.age
      stopped = !(tooMany || tooLarge || tooOld || entry.seq <= everybodyHas)
      state.oldestAt = stopped ? entry.at : undefined
      if (stopped || last.total - state.pruned >= PRUNE_LIMITS.bytes) break
      last = entry
    }
    if (last.seq < state.oldest) return false
    ids.settle(state.room)
    log.dropThrough(state, last.seq, last.total)
    rooms.save(state)
    return !stopped && state.oldest <= state.head
  }

  #leastConfirmed(state: RoomState): number {
    return Math.min(state.head, ...this.#tables.members.present(state).map(member => member.confirmed))
  }
}

/** Known without a look at the disk: most rooms are, most of the time. */
const isWithin = (
  { head, oldest, total, pruned, oldestAt }: RoomState,
  bounds: Bounds,
  now: number,
): boolean =>
  head - oldest < bounds.messages &&
  total - pruned <= bounds.bytes &&
  oldestAt !== undefined &&
  oldestAt >= now - bounds.age
