import {
  type ClientMessage,
  type ClientMessageOf,
  LIMITS,
  type ServerMessage,
  type ServerMessageOf,
  TIMES,
  unreachable,
} from '@chat-room/protocol'
import { finishCreation, finishLogin, startCreation, startLogin } from './admission.ts'
import type { RoomContext, RoomDeps } from './context.ts'
import { announceSession, drop, expire, join, leave, resume, vanish, writeDropped } from './membership.ts'
import { MessageBucket } from './message-bucket.ts'
import { answer, passOn, send } from './messages.ts'
import { Frame, type Id, type Peer, type StoredRoom, StoreError, type Undelivered } from './ports.ts'
import { type Member, Session } from './session.ts'

/** Notices kept for a sender who is away. */
const MAX_UNDELIVERED = 256

/** How often the log's age is looked at even if nothing is sent. */
const PRUNE_EVERY = 60_000

/** One turn of house-keeping prunes at most so many times; the rest waits for the next. */
const PRUNES_A_TURN = 16

/**
 * The blind, ordered mailbox. It knows opaque ids, alias tags, numbers and sizes; it orders, stores for a bounded time and
 * passes on ciphertext. Time and randomness are arguments, sockets and the store are ports.
 */
export class Room {
  readonly #context: RoomContext
  readonly #ready: Promise<void>
  readonly #members = new Map<Id, Member>()
  /** Connected, but not joined. */
  readonly #waiting = new Set<Session>()
  #stored: StoredRoom | undefined
  #clock = 0
  #prunedAt = 0
  #appended = false
  #keepingHouse = false
  #closed = false
  /** It could not be loaded: whoever comes is sent away, and the next one finds it loaded anew. */
  #isBroken = false

  constructor(name: string, deps: RoomDeps, now: number) {
    const room = this
    this.#context = {
      ...deps,
      name,
      members: this.#members,
      dropped: new Set(),
      get stored() {
        return room.#stored
      },
      time: now => {
        this.#clock = Math.max(now, this.#clock)
        return this.#clock
      },
      reload: async () => {
        this.#stored ??= await deps.store.readRoom(name)
      },
      roomFact: () => this.#roomFact(),
      announceClaim: () => {
        const frame = new Frame(this.#roomFact())
        for (const session of this.#waiting) session.peer.send(frame)
      },
      broadcast: (frame, except) => this.#broadcast(frame, except),
      sendTo: (member, message) => this.#sendTo(member, message),
      returnToSenders: undelivered => this.#returnToSenders(undelivered),
      enter: (session, member) => this.#enter(session, member),
      remove: (member, why, now) => this.#remove(member, why, now),
    }
    this.#ready = this.#load(now).catch(error => {
      this.#isBroken = true
      deps.onError(error)
    })
  }

  /** A socket opened: it hears where the room stands. */
  connect(peer: Peer, address: string, now: number): Session {
    const bucket = MessageBucket.beforeJoin(this.#context.settings.rate, now)
    const session = new Session(peer, address, now, bucket, this.#ready)
    this.#waiting.add(session)
    this.#enqueue(session, async () => {
      if (this.#isBroken) session.peer.close('internalError')
      else session.send(this.#roomFact())
    })
    return session
  }

  receive(session: Session, message: ClientMessage, now: number): void {
    if (!this.#meter(session, now)) return
    if (message.type === 'send' && session.idle) {
      this.#appended = true
      send(this.#context, session, message, now).catch(error => this.#sendFailed(session, message, error))
      return
    }
    const isQueued = this.#enqueue(session, () => this.#handle(session, message, now))
    if (!isQueued) session.peer.close('flooding')
    else if (message.type === 'vanish') session.isVanishing = session.state.name === 'joined'
  }

  disconnect(session: Session, now: number): void {
    this.#waiting.delete(session)
    // Its turn comes, and ends this session.
    if (session.isVanishing) return
    const { state } = session
    session.state = { name: 'left' }
    if (this.#closed || state.name !== 'joined' || state.member.connection !== session) return
    drop(this.#context, state.member, now)
  }

  /** Call about once a second: ends grace times and idle sockets, applies retention. */
  async tick(now: number): Promise<void> {
    if (this.#keepingHouse) return
    this.#keepingHouse = true
    try {
      await this.#ready
      if (this.#isBroken) return
      for (const session of this.#waiting) {
        if (now - session.connectedAt > TIMES.idleBeforeJoin) session.peer.close('idle')
      }
      // What a full disk does not take is written later: what comes behind may make room.
      await writeDropped(this.#context).catch(this.#context.onError)
      await expire(this.#context, now)
      await this.#prune(now)
    } finally {
      this.#keepingHouse = false
    }
  }

  /** Nobody is here and nothing is known: the room may be forgotten and loaded again. */
  get disposable(): boolean {
    return this.#isBroken || (this.#waiting.size === 0 && this.#members.size === 0)
  }

  get membersHere(): number {
    let here = 0
    for (const member of this.#members.values()) if (member.presence === 'here') here++
    return here
  }

  get membersAway(): number {
    return this.#members.size - this.membersHere
  }

  /** Connected, but not joined. */
  get entering(): number {
    return this.#waiting.size
  }

  /** The server ends: whoever is here stays so in the store, and resumes with the next process. */
  close(): void {
    this.#closed = true
    for (const session of this.#waiting) session.peer.close('shuttingDown')
    for (const { connection } of this.#members.values()) connection?.peer.close('shuttingDown')
  }

  async #load(now: number): Promise<void> {
    const { store, name } = this.#context
    this.#stored = await store.readRoom(name)
    if (this.#stored === undefined) return
    this.#clock = this.#stored.latest
    const since = this.#context.time(now)
    for (const { member: id, tag, session } of this.#stored.members) {
      // The grace time starts anew with the server: its absence is not the members' fault.
      const away = { presence: 'away', since, connection: undefined, confirmed: 0 } as const
      const bucket = MessageBucket.full(this.#context.settings.rate, now)
      this.#members.set(id, { ...away, id, tag, session, bucket, undelivered: [] })
      await store.setPresence(name, id, 'away', since)
    }
  }

  async #handle(session: Session, message: ClientMessage, now: number): Promise<void> {
    const context = this.#context
    if (this.#isBroken) return
    switch (message.type) {
      case 'start-creation':
        return startCreation(context, session, message)
      case 'finish-creation':
        return finishCreation(context, session, message)
      case 'start-login':
        return startLogin(context, session, message, now)
      case 'finish-login':
        return finishLogin(context, session, message, now)
      case 'join':
        return join(context, session, message, now)
      case 'resume':
        return resume(context, session, message, now)
      case 'hello':
        return announceSession(context, session, message, now)
      case 'send':
        this.#appended = true
        return send(context, session, message, now).catch(error => this.#sendFailed(session, message, error))
      case 'fetch':
      case 'fetch-mailbox':
      case 'fetch-hellos':
      case 'check':
      case 'confirm':
        return answer(context, session, message)
      case 'ephemeral':
        return passOn(context, session, message)
      case 'request-ticket': {
        if (session.state.name !== 'joined') return session.refuse(message.type, 'wrong-state')
        const holder = { room: context.name, member: session.state.member.id }
        return session.send({ type: 'ticket', ticket: context.tickets.issue(holder, now) })
      }
      case 'vanish':
        return vanish(context, session, now)
      case 'leave':
        return leave(context, session, message, now)
      default:
        return unreachable(message)
    }
  }

  #enqueue(session: Session, step: () => Promise<void>): boolean {
    return session.enqueue(() => step().catch(error => this.#fail(session, error)))
  }

  #sendFailed(session: Session, { id }: ClientMessageOf<'send'>, error: unknown): void {
    if (!(error instanceof StoreError) || error.reason !== 'disk-full') return this.#fail(session, error)
    this.#context.onError(error)
    session.refuse('send', 'disk-full', { id })
  }

  #fail(session: Session, error: unknown): void {
    this.#context.onError(error)
    session.peer.close('internalError')
  }

  /** Whether it is to be handled. Who says too much is not read for a while, and told to seal nothing new (P13). */
  #meter(session: Session, now: number): boolean {
    const retryAfter = session.bucket.take(now)
    if (retryAfter === 'flooding') {
      session.peer.close('flooding')
      return false
    }
    if (retryAfter > 0) {
      session.peer.pause(retryAfter)
      session.send({ type: 'slow-down', retryAfter })
    }
    return true
  }

  #roomFact(): ServerMessageOf<'room'> {
    const { name, deployment, settings } = this.#context
    const claim = this.#stored?.claim
    return {
      type: 'room',
      room: name,
      deployment,
      ...(claim === undefined
        ? { state: 'unclaimed', claimCode: settings.claimCode !== undefined }
        : { state: 'claimed', creation: claim.creation, profile: claim.profile, claimCode: false }),
    }
  }

  #broadcast(frame: Frame, except: Session | undefined): void {
    for (const { connection } of this.#members.values()) {
      if (connection !== undefined && connection !== except) connection.peer.send(frame)
    }
  }

  #sendTo(member: Id, message: ServerMessage): void {
    this.#members.get(member)?.connection?.send(message)
  }

  #returnToSenders(undelivered: readonly Undelivered[]): void {
    for (const { id, from, to } of undelivered) {
      const sender = this.#members.get(from)
      if (sender === undefined) continue
      const notice = { type: 'undelivered', id, to } as const
      if (sender.connection !== undefined) sender.connection.send(notice)
      else if (sender.undelivered.length < MAX_UNDELIVERED) sender.undelivered.push(notice)
    }
  }

  #enter(session: Session, member: Member): void {
    const ghost = this.#members.get(member.id)?.connection
    // Set first, so that the ghost's disconnection finds that it is no longer this member's.
    this.#members.set(member.id, member)
    if (ghost !== undefined) {
      ghost.state = { name: 'left' }
      ghost.peer.close('replaced')
    }
    this.#waiting.delete(session)
    session.state = { name: 'joined', member }
    // What an earlier connection said too much is waited for on this one.
    if (member.bucket.wait > 0) session.peer.pause(member.bucket.wait)
  }

  #remove(member: Member, why: 'replaced' | 'left' | 'expired', now: number): void {
    this.#members.delete(member.id)
    if (member.connection !== undefined) {
      member.connection.state = { name: 'left' }
      member.connection.peer.close(why === 'replaced' ? 'replaced' : 'left')
    }
    this.#broadcast(new Frame({ type: 'presence', member: member.id, presence: 'left' }), undefined)
    if (why !== 'expired') this.#context.onMemberLeft(this.#context.name, member.id, now)
  }

  async #prune(now: number): Promise<void> {
    if (this.#stored === undefined) return
    if (!this.#appended && now - this.#prunedAt < PRUNE_EVERY) return
    this.#appended = false
    this.#prunedAt = now
    const { store, name, settings } = this.#context
    for (let i = 0; i < PRUNES_A_TURN; i++) {
      if (!(await store.prune(name, settings.retention, now, now - TIMES.messageId, LIMITS.messageIds)))
        return
    }
    this.#appended = true
  }
}
