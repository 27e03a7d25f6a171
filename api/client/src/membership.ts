import { type Body, type ServerMessage, type ServerMessageOf, SUBPROTOCOL } from '@chat-room/protocol'
import { encodeBase64Url } from './bytes.ts'
import type { ClientOptions, HistoryPage, Target } from './client.ts'
import { Confirmations } from './confirmations.ts'
import { type Connection, ConnectionLostError } from './connection.ts'
import type { Identity } from './crypto/identity.ts'
import type { RoomKeys } from './crypto/room-keys.ts'
import { DirectReader } from './direct-reader.ts'
import type { ClientEvent } from './events.ts'
import { EarlierReader } from './history/earlier.ts'
import type { History } from './history/history.ts'
import type { KnownKeys } from './known-keys.ts'
import type { Acquaintance, LocalState, Told } from './local-state.ts'
import { LogReader } from './log-reader.ts'
import type { Accepted, Outbox, Outgoing } from './outbox.ts'
import type { Announcement } from './own-session.ts'
import type { ClientPorts } from './ports.ts'
import { Posting } from './posting.ts'
import { PresenceBoard } from './presence-board.ts'
import { Receipts } from './receipts.ts'
import { answered, createRequests } from './requests.ts'
import { Roster } from './roster.ts'
import { Telling } from './telling.ts'
import type { OpenJournal } from './transfers/kept/digest-journal.ts'
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
  /** Undefined: what is said is not kept. */
  readonly history: History | undefined
  /** Whose keys aliases had. */
  readonly known: KnownKeys
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

/** Where the room stands for one who was let in. */
type Standing = Pick<ServerMessageOf<'joined'>, 'roster' | 'head' | 'mailbox'>

const NOTHING: HistoryPage = { entries: [], more: false }

/** Members who are kept in mind for when the server cannot be asked. */
const ACQUAINTANCES = 256

/** One member's life in the room, over as many connections as it takes: reads, seals, sends. */
export class Membership {
  readonly #deps: MembershipDeps
  readonly id: string
  readonly roster: Roster
  readonly #posting: Posting
  readonly #log: LogReader
  readonly #direct: DirectReader
  readonly #presence: PresenceBoard
  readonly #receipts: Receipts
  readonly #confirmations: Confirmations
  readonly #earlier: EarlierReader
  readonly #typing: Typing
  readonly #telling: Telling
  readonly transfers: Transfers
  /** By the server's clock: of the offer that is being told. */
  #offeredAt: number | undefined
  #online = false
  #hasMet = false

  constructor(deps: MembershipDeps) {
    this.#deps = deps
    const { keys, identity, connection, ports, history } = deps
    this.id = encodeBase64Url(identity.public.memberId)
    this.roster = new Roster(keys, identity.public)
    this.#typing = new Typing({ ...deps, roster: this.roster })
    const requests = {
      ...createRequests(connection),
      look: async (ids: readonly string[]) => history?.look(ids),
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
        own: ({ id, seq, at }) => {
          if (id !== undefined) this.outbox.accepted({ id, seq, at })
        },
      },
      () => ({ member: this.id, session: this.#posting.session }),
    )
    this.#direct = new DirectReader(keys, identity, this.roster, requests, {
      ...listener,
      direct: (entry, member, body, history) => this.#telling.direct({ entry, member, body, history }),
    })
    this.#earlier = new EarlierReader(this.roster, requests, listener.trouble)
    this.#presence = new PresenceBoard(this.id, this.roster, deps.known, requests, deps.emit, step =>
      this.#log.inOrder(step),
    )
    this.#receipts = new Receipts(ports.clock, (member, ids) => {
      const recipient = this.roster.member(member)
      if (recipient === undefined || recipient.presence === 'gone') return undefined
      return this.say({ to: 'member', member, alias: recipient.alias }, { kind: 'receipt', ids: [...ids] })
    })
    this.#confirmations = new Confirmations(ports.clock, () => {
      this.#confirm().catch(error => this.#failed(error))
    })
    this.#posting = new Posting({
      ...deps,
      roster: this.roster,
      log: this.#log,
      isOnline: () => this.#online,
      own: (message, now) => this.#telling.own(message, now),
      stored: (message, as) => this.#stored(message, as),
      failed: error => this.#failed(error),
    })
    this.transfers = createTransfers({
      ...ports,
      room: keys.roomId,
      epoch: () => keys.epoch,
      identity,
      accept: deps.accept,
      openJournal: deps.openJournal,
      isToldOnce: history !== undefined,
      emit: event => deps.emit(this.#dated(event)),
      aliasOf: member => this.#aliasOf(member),
      sendOffer: (offer, target) => this.#posting.sayAndWait(target, offer),
      requestTicket: async () => answered(await connection.ask({ type: 'request-ticket' }, 'ticket')).ticket,
      openSegmentSocket: handlers => ports.openSocket(deps.segmentsUrl, SUBPROTOCOL, handlers),
      savedChanged: deps.changedInPassing,
      saved: deps.saved,
    })
    this.#telling = new Telling({
      id: this.id,
      alias: deps.alias,
      receipts: this.#receipts,
      offered: (offer, origin, at) => {
        this.#offeredAt = at
        this.transfers.offered(offer, origin)
        this.#offeredAt = undefined
      },
      epoch: () => keys.epoch,
      isOver: transfer => history?.isOver(transfer) ?? false,
      emit: deps.emit,
    })
  }

  /** Where a resume begins. */
  get position() {
    return { ...this.#log.position, mailbox: this.#direct.position }
  }

  get outbox(): Outbox {
    return this.#posting.outbox
  }

  /** A session of fresh counters, and the hello that announces it. */
  openSession(): Promise<Announcement> {
    return this.#posting.openSession()
  }

  /** As an earlier process left it, without a server: in a session of its own, since that one's counters are used. */
  async recall({ told, people = [] }: LocalState): Promise<void> {
    await this.openSession()
    const own = this.roster.member(this.id)
    if (own !== undefined) own.presence = 'here'
    this.roster.recall(people)
    if (told === undefined) return
    this.roster.recallHeard(told)
    this.#log.recall(told)
    this.#direct.recall(told.mailbox)
  }

  /** How many are here whose hello does not hold what it claims. */
  get unverified(): number {
    return this.#presence.unverified.count
  }

  /** What was told already, for the member or the process that continues this one. */
  get told(): Told | undefined {
    const told = this.#log.told
    const { oldest } = this.#log
    return told && { ...told, oldest, member: this.id, mailbox: this.#direct.told, heard: this.roster.heard }
  }

  /** Who is here, to be known by a process that cannot ask. */
  get acquaintances(): readonly Acquaintance[] {
    const others = this.roster.people().filter(({ id }) => id !== this.id)
    return others.slice(0, ACQUAINTANCES).map(({ id, alias, presence }) => ({ id, alias, presence }))
  }

  /**
   * After a join: who is here, then what was said and what waits. `met` is called in between. What this process was told
   * already, as the member that it was before, is not told again.
   */
  async begin(
    joined: ServerMessageOf<'joined'>,
    told: Told | undefined,
    met: () => Promise<void>,
  ): Promise<void> {
    this.#online = true
    this.#log.place(joined, told)
    if (told !== undefined) this.roster.recallHeard(told)
    if (told?.member === this.id && told.log === joined.log) this.#direct.place(told.mailbox)
    this.#direct.replace(joined.mailbox, false)
    await this.#meetAndRead(joined, met)
  }

  /** Nothing goes out before it is known who is here: it might be for somebody who came back with other keys. */
  async #meetAndRead(standing: Standing, met: () => Promise<void>): Promise<void> {
    const meeting = this.#meet(standing, met)
    await Promise.all([
      this.#log.readOn(standing.head, () => meeting),
      this.#direct.reach(standing.mailbox, () => meeting),
      meeting.then(() => this.#posting.sendAgain()),
    ])
    this.#confirmations.taken()
  }

  async #meet({ roster }: Standing, met: () => Promise<void>): Promise<void> {
    await this.#presence.reconcile(roster, { silent: true })
    this.#hasMet = true
    if (this.#online) await met()
    this.#presence.tellRenewed()
    if (!this.#online) return
    this.transfers.online()
  }

  /** Whether the server has said who is here. */
  get hasMet(): boolean {
    return this.#hasMet
  }

  /** After a reconnection: what was missed, and who came and went. `met` is called if that is known for the first time. */
  async resume(resumed: ServerMessageOf<'resumed'>, met: () => void): Promise<void> {
    this.#online = true
    this.#posting.announce(resumed.roster)
    this.#direct.replace(resumed.mailbox, this.#log.replace(resumed))
    if (!this.#hasMet) return this.#meetAndRead(resumed, async () => met())
    this.transfers.online()
    const reading = Promise.all([
      this.#log.readOn(resumed.head),
      this.#direct.reach(resumed.mailbox),
      this.#posting.sendAgain(),
    ])
    // The roster is as old as `head`: whatever comes later changes it.
    this.#log.inOrder(() => this.#presence.reconcile(resumed.roster, { silent: false }))
    await reading
    this.#confirmations.taken()
  }

  /** The page of the log before what was read. What is kept already is left out; undefined: it cannot be read now. */
  async readBack(before: number): Promise<HistoryPage | undefined> {
    const { history } = this.#deps
    if (history === undefined) return NOTHING
    if (!this.#online || this.#log.told === undefined) return undefined
    if (this.#log.oldest <= 1) return NOTHING
    const { read: said, done } = await this.#log.readBack(entries => this.#earlier.read(entries))
    const kept = await history.prepend(
      said.flatMap(each => this.#telling.earlier(each) ?? []),
      before,
    )
    // Told by what was kept: whoever takes them up is told of nothing twice.
    for (const each of said) this.#telling.earlierOffer(each)
    this.#deps.changedInPassing()
    return { entries: kept, more: !done }
  }

  /** As `Posting.restore`. */
  restore(left: readonly Outgoing[], carried: readonly Outgoing[]): void {
    this.#posting.restore(left, carried)
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
    return this.#posting.say(target, body)
  }

  setTyping(target: Target, typing: boolean): void {
    if (this.#online) this.#typing.say(target, typing).catch(error => this.#failed(error))
  }

  /** The signed end of this session's chain, then nothing more. */
  async leave(): Promise<void> {
    // What was shown here must not go back to its author as undelivered. Nothing is kept of it any more.
    this.#sendConfirmation(this.told)
    // Before the relay ends it, which would look like a trouble.
    await this.transfers.close()
    const bye = await this.#posting.sealBye()
    if (bye !== undefined) await this.#deps.connection.ask({ type: 'leave', bye }, 'left')
  }

  /** The server need not keep what was told: not before it is kept here, and that it was told. */
  async #confirm(): Promise<void> {
    const { history, changedInPassing, saved } = this.#deps
    const { told } = this
    if (history !== undefined) {
      changedInPassing()
      await saved()
    }
    this.#sendConfirmation(told)
  }

  #sendConfirmation(told: Told | undefined): void {
    if (!this.#online || told === undefined) return
    const { seq, mailbox } = told
    this.#deps.connection.send({ type: 'confirm', seq, mailbox })
  }

  /** Resolves when everything taken so far has been told, every file has settled, and what is said here is stored. */
  async settled(): Promise<void> {
    await this.#log.quiet()
    // A file that is sent has an offer to be acknowledged; an offer that comes in may begin a transfer.
    await this.transfers.settled()
    await this.outbox.empty()
  }

  #stored({ id, body }: Outgoing, { seq = 0, at }: Accepted): void {
    const stored = { seq, at, ...(body.written === undefined ? {} : { written: body.written }) }
    if (body.kind === 'text') this.#deps.emit({ type: 'sent', id, ...stored })
    if (body.kind === 'offer') this.#deps.emit({ type: 'file-stored', transfer: body.transfer, ...stored })
    this.#confirmations.taken()
  }

  #dated(event: ClientEvent): ClientEvent {
    const at = this.#offeredAt
    return event.type === 'file-offered' && at !== undefined ? { ...event, at } : event
  }

  #aliasOf(member: string): string {
    return this.roster.member(member)?.alias ?? 'somebody'
  }

  #failed(error: unknown): void {
    // What was being asked for is asked for again after the next resume.
    if (!(error instanceof ConnectionLostError)) this.#deps.failed(error)
  }
}
