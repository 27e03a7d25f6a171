import {
  type Body,
  LIMITS,
  REFUSALS,
  type RefusalCode,
  type ServerMessage,
  type ServerMessageOf,
  SUBPROTOCOL,
} from '@chat-room/protocol'
import { encodeBase64Url } from './bytes.ts'
import type { ClientOptions, Target } from './client.ts'
import { Confirmations } from './confirmations.ts'
import { type Connection, ConnectionLostError } from './connection.ts'
import type { Identity } from './crypto/identity.ts'
import { ID_BYTES, type RoomKeys } from './crypto/room-keys.ts'
import type { SealedMessage } from './crypto/sealing-chain.ts'
import { DirectReader } from './direct-reader.ts'
import type { ClientEvent } from './events.ts'
import { type LogPosition, LogReader } from './log-reader.ts'
import { Outbox, type Outgoing } from './outbox.ts'
import { type Announcement, OwnSession } from './own-session.ts'
import type { ClientPorts } from './ports.ts'
import { PresenceBoard } from './presence-board.ts'
import { Receipts } from './receipts.ts'
import { Roster } from './roster.ts'
import { Telling } from './telling.ts'
import type { OpenJournal } from './transfers/digest-journal.ts'
import { createTransfers, type Transfers } from './transfers/transfers.ts'
import { type Trouble, TroubleTeller } from './trouble.ts'
import { Typing } from './typing.ts'

export type MembershipDeps = {
  readonly connection: Connection
  readonly keys: RoomKeys
  readonly identity: Identity
  readonly alias: string
  readonly skeleton: string
  readonly ports: ClientPorts
  readonly accept: ClientOptions['accept']
  /** Undefined: this device keeps nothing of this member. */
  readonly openJournal: OpenJournal | undefined
  /** Of the socket on which files move. */
  readonly segmentsUrl: string
  emit(event: ClientEvent): void
  /** What has to survive a restart has changed. */
  changed(): void
  /** The same of what may wait a moment. */
  changedInPassing(): void
  /** Resolves when what has changed so far does survive it; rejects if it cannot be kept (P77: then nothing leaves). */
  saved(): Promise<void>
  failed(error: unknown): void
}

/** One member's life in the room, over as many connections as it takes: reads, seals, sends. */
export class Membership {
  readonly #deps: MembershipDeps
  readonly id: string
  readonly roster: Roster
  readonly outbox: Outbox
  readonly #log: LogReader
  readonly #direct: DirectReader
  readonly #presence: PresenceBoard
  readonly #receipts: Receipts
  readonly #confirmations: Confirmations
  readonly #session: OwnSession
  readonly #typing: Typing
  readonly #telling: Telling
  readonly transfers: Transfers
  /** Those who wait until their message is stored. */
  readonly #awaited = new Map<string, { resolve(): void; reject(error: Error): void }>()
  /** Restored messages of which it is not known whether the server has them. */
  readonly #unchecked = new Set<string>()
  #online = false

  constructor(deps: MembershipDeps) {
    this.#deps = deps
    const { keys, identity, connection, ports } = deps
    this.id = encodeBase64Url(identity.public.memberId)
    this.roster = new Roster(keys)
    this.#session = new OwnSession(keys, identity)
    this.#typing = new Typing({ ...deps, roster: this.roster })
    const requests = {
      fetch: async (direction: 'after' | 'before', seq: number) =>
        answered(await connection.ask({ type: 'fetch', direction, seq }, 'page')),
      fetchHellos: async (sessions: readonly string[]) =>
        answered(await connection.ask({ type: 'fetch-hellos', sessions: [...sessions] }, 'hellos')),
      fetchMailbox: async (after: number) =>
        answered(await connection.ask({ type: 'fetch-mailbox', after }, 'mailbox-page')),
    }
    const troubles = new TroubleTeller(deps.emit)
    const listener = {
      trouble: (trouble: Trouble) => troubles.tell(trouble),
      missed: (missed: number) => deps.emit({ type: 'gap', missed }),
      failed: (error: unknown) => this.#failed(error),
    }
    this.#log = new LogReader(
      this.roster,
      requests,
      {
        ...listener,
        message: (entry, member, body, history) => {
          // Its hello may have expired before it could be read here: whoever speaks now is here all the same.
          if (!history && member.presence === 'gone') this.#presence.entered(entry)
          this.#telling.group({ entry, member, body, history })
        },
        came: speaker => this.#presence.entered(speaker),
        own: ({ id, seq }) => {
          if (id !== undefined) this.outbox.accepted({ id, seq })
        },
      },
      () => ({ member: this.id, session: this.#session.id }),
    )
    this.#direct = new DirectReader(keys, identity, this.roster, requests, {
      ...listener,
      direct: (entry, member, body, history) => this.#telling.direct({ entry, member, body, history }),
    })
    this.#presence = new PresenceBoard(this.id, this.roster, requests, deps.emit, step =>
      this.#log.inOrder(step),
    )
    this.#receipts = new Receipts(ports.clock, (member, ids) => {
      const recipient = this.roster.member(member)
      if (recipient === undefined || recipient.presence === 'gone') return undefined
      return this.say({ to: 'member', member, alias: recipient.alias }, { kind: 'receipt', ids: [...ids] })
    })
    this.#confirmations = new Confirmations(ports.clock, () => {
      const seq = this.#log.told?.seq
      if (this.#online && seq !== undefined)
        connection.send({ type: 'confirm', seq, mailbox: this.#direct.told })
    })
    this.outbox = new Outbox({
      clock: ports.clock,
      seal: message => this.#seal(message),
      transmit: message => connection.send(message),
      accepted: (message, seq, sealed) => this.#accepted(message, seq, sealed),
      undeliverable: (message, code) => this.#undeliverable(message, code),
      changed: deps.changed,
      failed: error => this.#failed(error),
    })
    this.transfers = createTransfers({
      ...ports,
      room: keys.roomId,
      epoch: () => keys.epoch,
      identity,
      accept: deps.accept,
      openJournal: deps.openJournal,
      emit: deps.emit,
      aliasOf: member => this.#aliasOf(member),
      sendOffer: (offer, target) => this.#sayAndWait(target, offer),
      requestTicket: async () => answered(await connection.ask({ type: 'request-ticket' }, 'ticket')).ticket,
      openSegmentSocket: handlers => ports.openSocket(deps.segmentsUrl, SUBPROTOCOL, handlers),
      savedChanged: deps.changedInPassing,
      saved: deps.saved,
    })
    this.#telling = new Telling({
      id: this.id,
      alias: deps.alias,
      receipts: this.#receipts,
      transfers: this.transfers,
      epoch: () => keys.epoch,
      emit: deps.emit,
    })
  }

  /** Where a resume begins. */
  get position() {
    return { ...this.#log.position, mailbox: this.#direct.position }
  }

  /** A session of fresh counters, and the hello that announces it. */
  async openSession(): Promise<Announcement> {
    const { alias, skeleton, ports } = this.#deps
    const announcement = await this.#session.open(alias, skeleton, ports.random)
    this.outbox.forgetSealed()
    // A member knows itself from its own hello, like any other.
    await this.roster.announce(announcement)
    return announcement
  }

  /** How many are here whose hello does not hold what it claims. */
  get unverified(): number {
    return this.#presence.unverified.count
  }

  /** What was told already, for the member that continues this one. */
  get told(): LogPosition | undefined {
    return this.#log.told
  }

  /**
   * After a join: who is here, then what was said and what waits. `met` is called in between. What this process was told
   * already, as the member that it was before, is not told again.
   */
  async begin(
    joined: ServerMessageOf<'joined'>,
    told: LogPosition | undefined,
    met: () => Promise<void>,
  ): Promise<void> {
    this.#online = true
    this.#log.place(joined, told)
    const meeting = this.#meet(joined, met)
    await Promise.all([
      this.#log.readOn(joined.head, () => meeting),
      this.#direct.reach(joined.mailbox, () => meeting),
      meeting.then(() => this.#sendAgain()),
    ])
    this.#confirmations.taken()
  }

  async #meet(joined: ServerMessageOf<'joined'>, met: () => Promise<void>): Promise<void> {
    await this.#presence.reconcile(joined.roster, { silent: true })
    if (this.#online) await met()
    if (!this.#online) return
    this.transfers.online()
  }

  /** After a reconnection: what was missed, and who came and went. */
  async resume(resumed: ServerMessageOf<'resumed'>): Promise<void> {
    this.#online = true
    this.#log.replace(resumed)
    this.transfers.online()
    const reading = Promise.all([
      this.#log.readOn(resumed.head),
      this.#direct.reach(resumed.mailbox),
      this.#sendAgain(),
    ])
    // The roster is as old as `head`: whatever comes later changes it.
    this.#log.inOrder(() => this.#presence.reconcile(resumed.roster, { silent: false }))
    await reading
    this.#confirmations.taken()
  }

  /** What an earlier process left, and what this one did as another member: each goes out unless the server has it already. */
  restore(left: readonly Outgoing[], carried: readonly Outgoing[]): void {
    const told = new Set(carried.map(({ id }) => id))
    for (const message of [...left, ...carried]) {
      this.#unchecked.add(message.id)
      if (!told.has(message.id)) this.#telling.own(message, this.#deps.ports.clock.now())
      this.outbox.add(message)
    }
  }

  /**
   * Restored messages were sealed by a session that is no more. One that is stored must not be sealed anew: the server would
   * drop it as known, and its place in this session's chain would be a hole.
   */
  async #sendAgain(): Promise<void> {
    while (this.#unchecked.size > 0) {
      const ids = [...this.#unchecked].slice(0, LIMITS.idsPerFrame)
      const { entries } = answered(await this.#deps.connection.ask({ type: 'check', ids }, 'stored'))
      for (const { id, seq } of entries) this.outbox.accepted({ id, seq })
      for (const id of ids) this.#unchecked.delete(id)
    }
    if (this.#online) this.outbox.online()
  }

  offline(): void {
    this.#online = false
    this.outbox.offline()
    this.transfers.offline()
    this.#log.interrupt()
    this.#direct.interrupt()
  }

  handle(message: ServerMessage): void {
    switch (message.type) {
      case 'entry':
        this.#log.take(message)
        return this.#confirmations.taken()
      case 'direct':
        this.#direct.take(message)
        return this.#confirmations.taken()
      case 'accepted':
        return this.outbox.accepted(message)
      case 'undelivered':
        // A receipt that finds nobody has lost its meaning.
        if (this.#receipts.sent(message.id)) return
        return this.#deps.emit({ type: 'undelivered', to: this.#aliasOf(message.to), id: message.id })
      case 'presence':
        return this.#log.inOrder(() => this.#presence.changed(message))
      case 'slow-down':
        return this.outbox.slowDown(message.retryAfter)
      case 'refused':
        if (message.what === 'send' && message.id !== undefined) this.outbox.refused(message.id, message.code)
        return
      case 'ephemeral':
        this.#typing.hear(message).catch(error => this.#failed(error))
        return
      default:
        // Answers are taken by whoever asked; what is not known here is ignored.
        return
    }
  }

  /** Into the outbox: its id. */
  say(target: Target, body: Body): string {
    const id = encodeBase64Url(this.#deps.ports.random(ID_BYTES))
    const now = this.#deps.ports.clock.now()
    const message = {
      id,
      recipient: target,
      body: { ...body, ...(this.#online ? {} : { written: now }) },
    }
    this.#telling.own(message, now)
    this.outbox.add(message)
    return id
  }

  setTyping(target: Target, typing: boolean): void {
    if (this.#online) this.#typing.say(target, typing).catch(error => this.#failed(error))
  }

  /** The signed end of this session's chain, then nothing more. */
  async leave(): Promise<void> {
    // What was shown here must not go back to its author as undelivered.
    this.#confirmations.flush()
    // Before the relay ends it, which would look like a trouble.
    await this.transfers.close()
    const bye = await this.#session.seal({ to: 'all' }, undefined, { kind: 'bye' })
    if (!bye.ok) return
    const sealed = encodeBase64Url(bye.value.sealed)
    await this.#deps.connection.ask({ type: 'leave', bye: sealed }, 'left')
  }

  /** Everything taken so far has been told. */
  async quiet(): Promise<void> {
    await this.#log.quiet()
  }

  /** Resolves when the message is stored, rejects if it never will be. */
  #sayAndWait(target: Target, body: Body): Promise<void> {
    return new Promise((resolve, reject) => this.#awaited.set(this.say(target, body), { resolve, reject }))
  }

  async #seal(message: Outgoing): Promise<SealedMessage | undefined> {
    const { recipient, body } = message
    const member = recipient.to === 'all' ? undefined : this.roster.member(recipient.member)
    if (recipient.to === 'member' && (member === undefined || member.presence === 'gone')) return undefined
    const { head } = this.#log
    const complete = head === undefined ? body : { ...body, head }
    const sealed = await this.#session.seal(recipient, member?.identity, complete)
    if (sealed.ok) return sealed.value
    if (sealed.error === 'no-recipient') return undefined
    // 2^32 messages of one session: another one is announced, and seals this.
    const { session, sealed: hello } = await this.openSession()
    this.#deps.connection.send({ type: 'hello', session, hello })
    return this.#seal(message)
  }

  #accepted(message: Outgoing, seq: number | undefined, sealed: SealedMessage | undefined): void {
    if (seq !== undefined && sealed !== undefined) this.#log.takeOwn(seq, sealed.hash)
    if (message.body.kind === 'text') this.#deps.emit({ type: 'sent', id: message.id, seq: seq ?? 0 })
    this.#awaited.get(message.id)?.resolve()
    this.#awaited.delete(message.id)
    this.#confirmations.taken()
  }

  #undeliverable({ id, recipient, body }: Outgoing, code: RefusalCode): void {
    this.#awaited.get(id)?.reject(new Error(REFUSALS[code]))
    this.#awaited.delete(id)
    if (body.kind === 'receipt') return
    const to = recipient.to === 'all' ? 'all' : recipient.alias
    this.#deps.emit({ type: 'error', code, message: `Not sent to ${to}: ${REFUSALS[code]}.` })
    this.#deps.emit({ type: 'undelivered', to, id })
  }

  #aliasOf(member: string): string {
    return this.roster.member(member)?.alias ?? 'somebody'
  }

  #failed(error: unknown): void {
    // What was being asked for is asked for again after the next resume.
    if (!(error instanceof ConnectionLostError)) this.#deps.failed(error)
  }
}

function answered<T extends ServerMessage>(
  message: T | ServerMessageOf<'refused'>,
): Exclude<T, { type: 'refused' }> {
  if (message.type === 'refused') throw new ConnectionLostError(`refused: ${message.code}`)
  return message as Exclude<T, { type: 'refused' }>
}
