import {
  LIMITS,
  type RefusalCode,
  type SegmentClientMessage,
  type SegmentClientMessageOf,
  unreachable,
} from '@chat-room/protocol'
import { FrameCache } from './frame-cache.ts'
import type { FrameBuffers, HashSecret, Id, Outcome, SegmentPeer, SegmentStore } from './ports.ts'
import { Serving } from './serving.ts'
import { mayReceive, type OpenRun, provider, type Session, type Transfer } from './transfer.ts'
import { Transfers } from './transfers.ts'
import { type FrameViolation, Uploading } from './uploading.ts'

/** Frames kept in memory without a user: what receivers close behind one another share. */
const SPARE_BYTES = 8 * 1024 * 1024

export type RelayDeps = {
  readonly store: SegmentStore
  readonly hash: HashSecret
  /** What failed while nobody waited for it. Never called with a secret. */
  readonly onError: (error: unknown) => void
  /** Bytes of the segment store. */
  readonly quota: number
  /** Milliseconds from a transfer's first announcement to its end. */
  readonly ttl: number
  /** Where frames' memory comes from and goes back to; left out, each has its own. */
  readonly buffers?: FrameBuffers
}

type RelayUser = {
  readonly room: string
  readonly member: Id
  /** Whom uploads are charged to; the edge decides what is one address. */
  readonly address: string
}

type RelayUsage = {
  /** Frames being written, read or sent, or kept for the next receiver. */
  readonly bytesInMemory: number
  /** Bytes of the quota that are spoken for. */
  readonly bytesCharged: number
  readonly transfers: number
}

export type { Session as RelaySession }

/**
 * The blind relay of files: every time is an argument (milliseconds since 1970), and IO goes through the store and the
 * peers. Messages are those of `segment-messages.ts` after their check.
 */
export interface Relay {
  /** An older socket of the same member is closed: `replaced`. */
  attach(peer: SegmentPeer, user: RelayUser, now: number): Session
  receive(session: Session, message: SegmentClientMessage, now: number): void
  /** A binary frame, which the relay keeps. A violation ends the socket, which is for the caller to do. */
  frame(session: Session, bytes: Uint8Array, now: number): FrameViolation | undefined
  detach(session: Session, now: number): void
  /** A member left for good (not: is away): what only it could send or take ends. */
  memberLeft(room: string, member: Id, now: number): void
  /** House-keeping, every second or so: times to live, receivers that stopped, room that became free. */
  tick(now: number): void
  usage(): RelayUsage
}

export async function openRelay(deps: RelayDeps, now: number): Promise<Relay> {
  const relay = new SegmentRelay(deps, now)
  await relay.restore()
  return relay
}

class SegmentRelay implements Relay {
  readonly #hash: HashSecret
  readonly #cache: FrameCache
  readonly #sessions = new Map<string, Session>()
  readonly #transfers: Transfers
  readonly #serving: Serving
  readonly #uploading: Uploading
  /** The time of the latest call. */
  #now: number

  constructor({ store, hash, onError, quota, ttl, buffers }: RelayDeps, now: number) {
    const cache = new FrameCache(SPARE_BYTES, buffers)
    this.#cache = cache
    this.#now = now
    this.#hash = hash
    const sessionOf = (room: string, member: Id) => this.#sessions.get(keyOf(room, member))
    this.#transfers = new Transfers({
      store,
      cache,
      quota,
      ttl,
      sessionOf,
      sessions: () => this.#sessions.values(),
      onError,
    })
    this.#serving = new Serving({
      cache,
      now: () => this.#now,
      sessions: () => this.#sessions.size,
      moved: transfer => this.#moved(transfer),
      lost: (transfer, index) => this.#uploading.lost(transfer, index),
      onError,
    })
    this.#uploading = new Uploading({
      transfers: this.#transfers,
      cache,
      hash,
      now: () => this.#now,
      serve: session => this.#serving.serve(session),
      onError,
    })
  }

  restore(): Promise<void> {
    return this.#transfers.restore(this.#now)
  }

  attach(peer: SegmentPeer, { room, member, address }: RelayUser, now: number): Session {
    const older = this.#sessions.get(keyOf(room, member))
    if (older) {
      this.detach(older, now)
      older.peer.close('replaced')
    }
    this.#now = now
    const session: Session = {
      room,
      member,
      address,
      peer,
      attached: true,
      openRuns: new Map(),
      provides: new Set(),
      late: new Set(),
      inFlight: 0,
      serving: false,
      progressed: now,
    }
    this.#sessions.set(keyOf(room, member), session)
    peer.send({ type: 'attached' })
    return session
  }

  detach(session: Session, now: number): void {
    if (!session.attached) return
    this.#now = now
    session.attached = false
    this.#sessions.delete(keyOf(session.room, session.member))
    for (const run of [...session.openRuns.values()]) this.#closeRun(run)
    for (const transfer of [...session.provides]) this.#uploading.leave(session, transfer)
  }

  receive(session: Session, message: SegmentClientMessage, now: number): void {
    if (!session.attached) return
    this.#now = now
    switch (message.type) {
      case 'attach':
        session.peer.send({ type: 'refused', what: 'attach', code: 'wrong-state' })
        break
      case 'provide':
        this.#uploading.provide(session, message)
        break
      case 'withdraw':
        this.#withdraw(session, message.transfer, message.secret)
        break
      case 'want':
      case 'received':
      case 'decline': {
        const transfer = this.#offeredTo(session, message.transfer)
        if (typeof transfer === 'string') refuse(session, message, transfer)
        else if (message.type === 'want') this.#want(session, transfer, message)
        else this.#settle(session, transfer, message.type === 'received' ? 'received' : 'declined')
        break
      }
      default:
        unreachable(message)
    }
  }

  frame(session: Session, bytes: Uint8Array, now: number): FrameViolation | undefined {
    if (!session.attached) return undefined
    this.#now = now
    return this.#uploading.frame(session, bytes)
  }

  memberLeft(room: string, member: Id, now: number): void {
    this.#now = now
    for (const transfer of this.#transfers) {
      const { facts, upload } = transfer
      if (facts.room !== room) continue
      if (facts.sender === member && upload.state !== 'complete') this.#transfers.end(transfer, 'withdrawn')
      else if (facts.to === member && upload.state !== 'settled') this.#transfers.end(transfer, 'declined')
    }
    const session = this.#sessions.get(keyOf(room, member))
    if (session === undefined) return
    this.detach(session, now)
    session.peer.close('left')
  }

  tick(now: number): void {
    this.#now = now
    this.#transfers.expire(now)
    for (const transfer of this.#transfers.sliding) {
      const sender = provider(transfer)
      if (sender) this.#transfers.widen(transfer, sender.address)
      this.#moved(transfer)
    }
  }

  usage(): RelayUsage {
    return {
      bytesInMemory: this.#cache.bytes,
      bytesCharged: this.#transfers.used,
      transfers: this.#transfers.size,
    }
  }

  /** A transfer of which this receiver may have segments (M11). */
  #offeredTo(session: Session, id: Id): Transfer | 'unknown-transfer' | 'not-yours' {
    const transfer = this.#transfers.get(id)
    if (!transfer || transfer.facts.room !== session.room) return 'unknown-transfer'
    if (!mayReceive(transfer, session)) return 'not-yours'
    return transfer.upload.state === 'settled' ? 'unknown-transfer' : transfer
  }

  /** The same `first` again moves the open run's end; another one begins a new run (P67). */
  #want(session: Session, transfer: Transfer, want: SegmentClientMessageOf<'want'>): void {
    const { first, count } = want
    // An empty run may begin anywhere: it is what comes between two that begin at the same place.
    if (first >= transfer.units && count > 0) return refuse(session, want, 'transfer-mismatch')
    const end = Math.min(first + count, transfer.units)
    const open = session.openRuns.get(transfer)
    const run = open ?? { session, transfer, first, next: first, end, told: false, paced: undefined }
    if (run.first !== first) run.next = first
    run.first = first
    run.end = end
    run.told = false
    session.openRuns.set(transfer, run)
    transfer.openRuns.add(run)
    this.#limitRuns(session)
    this.#serving.serve(session)
    this.#moved(transfer)
  }

  /** Whatever a receiver does or gets is looked at beside all its open runs: they are few. */
  #limitRuns({ openRuns }: Session): void {
    const [stalest] = openRuns.values()
    if (stalest !== undefined && openRuns.size > LIMITS.openRuns) this.#closeRun(stalest)
  }

  #settle(session: Session, transfer: Transfer, outcome: Outcome): void {
    const { facts, stored } = transfer
    const run = session.openRuns.get(transfer)
    if (isNews(stored.outcomes, session.member, outcome)) {
      stored.settle(session.member, outcome)
      const sender = this.#sessions.get(keyOf(facts.room, facts.sender))
      if (outcome === 'received') this.#transfers.received(transfer)
      sender?.peer.send({ type: outcome, transfer: facts.transfer, member: session.member })
    }
    // Whoever fetches a transfer for one member is told by its end.
    if (facts.to !== 'all') this.#transfers.settle(transfer, outcome)
    if (facts.to === 'all' || !run)
      session.peer.send({ type: 'ended', transfer: facts.transfer, reason: outcome })
    if (run) this.#closeRun(run)
  }

  #closeRun(run: OpenRun): void {
    run.session.openRuns.delete(run.transfer)
    run.transfer.openRuns.delete(run)
    this.#moved(run.transfer)
  }

  #withdraw(session: Session, id: Id, secret: string): void {
    const transfer = this.#transfers.get(id)
    const what = { type: 'withdraw', transfer: id } as const
    if (!transfer || transfer.facts.room !== session.room) refuse(session, what, 'unknown-transfer')
    else if (transfer.facts.secretHash !== this.#hash(secret)) refuse(session, what, 'wrong-upload-secret')
    else this.#transfers.end(transfer, 'withdrawn')
  }

  #moved(transfer: Transfer): void {
    if (transfer.removed) return
    this.#transfers.moved(transfer)
    this.#uploading.want(transfer)
    for (const { session } of transfer.openRuns) this.#uploading.tellIfUnavailable(session, transfer)
  }
}

/** Each member's outcome changes once at most, and as many are told as are remembered: members come and go (P69). */
function isNews(outcomes: ReadonlyMap<Id, Outcome>, member: Id, outcome: Outcome): boolean {
  const earlier = outcomes.get(member)
  if (earlier === undefined) return outcomes.size < LIMITS.membersPerRoom
  return earlier === 'declined' && outcome === 'received'
}

/** A room's name has no slash. */
const keyOf = (room: string, member: Id): string => `${room}/${member}`

const refuse = (
  { peer }: Session,
  { type, transfer }: { readonly type: string; readonly transfer: Id },
  code: RefusalCode,
): void => peer.send({ type: 'refused', what: type, code, transfer })
