import {
  type Body,
  type BodyOf,
  type DirectEntry,
  encodeBody,
  encodeEphemeralBody,
  type LogEntry,
  parseEphemeralBody,
  REFUSALS,
  type RefusalCode,
  type ServerMessage,
  type ServerMessageOf,
} from '@chat-room/protocol'
import { decodeBase64Url, decodeUtf8, encodeBase64Url, encodeUtf8 } from './bytes.ts'
import type { Target } from './client.ts'
import { type Connection, ConnectionLostError } from './connection.ts'
import { createDirectSealer } from './crypto/direct-message.ts'
import { openEphemeral, sealEphemeral } from './crypto/ephemeral.ts'
import { createGroupSealer } from './crypto/group-message.ts'
import { sealHello } from './crypto/hello.ts'
import type { Identity } from './crypto/identity.ts'
import { ID_BYTES, type RoomKeys } from './crypto/room-keys.ts'
import type { SealedMessage, SealingChain } from './crypto/sealing-chain.ts'
import { DirectReader } from './direct-reader.ts'
import type { ClientEvent } from './events.ts'
import { LogReader } from './log-reader.ts'
import { Outbox, type Outgoing } from './outbox.ts'
import type { ClientPorts } from './ports.ts'
import { PresenceBoard } from './presence-board.ts'
import { Receipts } from './receipts.ts'
import { Roster } from './roster.ts'
import { TROUBLES, type Trouble } from './trouble.ts'

/** How long after something was taken its confirmation goes out: many are confirmed by one frame. */
const CONFIRM_AFTER = 500

/** "Is typing" is said again this often at most. */
const TYPING_EVERY = 3_000

export type MembershipDeps = {
  readonly connection: Connection
  readonly keys: RoomKeys
  readonly identity: Identity
  readonly alias: string
  readonly skeleton: string
  readonly ports: Pick<ClientPorts, 'clock' | 'random'>
  emit(event: ClientEvent): void
  /** An offer came, verified and in its place. */
  offered(
    offer: BodyOf<'offer'>,
    from: { member: string; session: string },
    to: string,
    history: boolean,
  ): void
  /** What has to survive a restart has changed. */
  changed(): void
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
  #session = new Uint8Array(ID_BYTES)
  #groupSealer: SealingChain | undefined
  readonly #directSealers = new Map<string, SealingChain>()
  #confirming = false
  #online = false
  #typingAt = 0
  #troubles = new Set<string>()

  constructor(deps: MembershipDeps) {
    this.#deps = deps
    const { keys, identity, connection, ports } = deps
    this.id = encodeBase64Url(identity.public.memberId)
    this.roster = new Roster(keys)
    const requests = {
      fetch: async (direction: 'after' | 'before', seq: number) =>
        answered(await connection.ask({ type: 'fetch', direction, seq }, 'page')),
      fetchHellos: async (sessions: readonly string[]) =>
        answered(await connection.ask({ type: 'fetch-hellos', sessions: [...sessions] }, 'hellos')),
      fetchMailbox: async (after: number) =>
        answered(await connection.ask({ type: 'fetch-mailbox', after }, 'mailbox-page')),
    }
    const listener = {
      trouble: (trouble: Trouble) => this.#tellTrouble(trouble),
      missed: (missed: number) => deps.emit({ type: 'gap', missed }),
      failed: (error: unknown) => this.#failed(error),
    }
    this.#log = new LogReader(
      this.roster,
      requests,
      {
        ...listener,
        message: (entry, member, body, history) => this.#told(entry, member.alias, 'all', body, history),
        hello: (member, history) => {
          if (!history) this.#presence.entered(member)
        },
        own: ({ id, seq }) => {
          if (id !== undefined) this.outbox.accepted({ id, seq })
        },
      },
      () => encodeBase64Url(this.#session),
    )
    this.#direct = new DirectReader(keys, identity, this.roster, requests, {
      ...listener,
      direct: (entry, member, body, history) => this.#told(entry, member.alias, deps.alias, body, history),
    })
    this.#presence = new PresenceBoard(this.id, this.roster, requests, deps.emit)
    this.#receipts = new Receipts(ports.clock, (member, ids) => {
      const recipient = this.roster.member(member)
      if (recipient === undefined || recipient.presence === 'gone') return
      this.say({ to: 'member', member, alias: recipient.alias }, { kind: 'receipt', ids: [...ids] })
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
  }

  /** Where a resume begins. */
  get position() {
    return { ...this.#log.position, mailbox: this.#direct.position }
  }

  get session(): string {
    return encodeBase64Url(this.#session)
  }

  /** A session of fresh counters, and the hello that announces it. */
  async openSession(): Promise<{ session: string; hello: string; tag: string }> {
    const { keys, identity, alias, skeleton, ports } = this.#deps
    this.#session = ports.random(ID_BYTES)
    this.#groupSealer = await createGroupSealer(keys, identity, this.#session)
    this.#directSealers.clear()
    this.outbox.forgetSealed()
    const hello = await sealHello(keys, identity, { sessionId: this.#session, alias, skeleton }, ports.random)
    // A member knows itself from its own hello, like any other.
    const announced = {
      member: this.id,
      session: this.session,
      tag: encodeBase64Url(hello.tag),
      sealed: encodeBase64Url(hello.sealed),
    }
    await this.roster.announce(announced)
    return { session: announced.session, hello: announced.sealed, tag: announced.tag }
  }

  /** After the first join: who is here. */
  async meet(joined: ServerMessageOf<'joined'>): Promise<void> {
    this.#online = true
    this.#log.place(joined)
    await this.#presence.reconcile(joined.roster, { silent: true })
  }

  /** Then what was said, and what waits. */
  async begin(joined: ServerMessageOf<'joined'>): Promise<void> {
    this.outbox.online()
    await Promise.all([this.#log.readOn(joined.head), this.#direct.reach(joined.mailbox)])
    this.#confirm()
  }

  /** After a reconnection: what was missed, and who came and went. */
  async resume(resumed: ServerMessageOf<'resumed'>): Promise<void> {
    this.#online = true
    this.#log.replace(resumed)
    this.outbox.online()
    await Promise.all([this.#log.readOn(resumed.head), this.#direct.reach(resumed.mailbox)])
    await this.#presence.reconcile(resumed.roster, { silent: false })
    this.#confirm()
  }

  offline(): void {
    this.#online = false
    this.outbox.offline()
    this.#log.interrupt()
    this.#direct.interrupt()
  }

  handle(message: ServerMessage): void {
    switch (message.type) {
      case 'entry':
        this.#log.take(message)
        return this.#confirm()
      case 'direct':
        this.#direct.take(message)
        return this.#confirm()
      case 'accepted':
        return this.outbox.accepted(message)
      case 'undelivered':
        return this.#deps.emit({ type: 'undelivered', to: this.#aliasOf(message.to), id: message.id })
      case 'presence':
        return this.#presence.changed(message, () => this.#log.quiet())
      case 'slow-down':
        return this.outbox.slowDown(message.retryAfter)
      case 'refused':
        if (message.what === 'send' && message.id !== undefined) this.outbox.refused(message.id, message.code)
        return
      case 'ephemeral':
        this.#heardEphemeral(message).catch(error => this.#failed(error))
        return
      default:
        // Answers are taken by whoever asked; what is not known here is ignored.
        return
    }
  }

  /** Into the outbox: its id. */
  say(recipient: Target, body: Body): string {
    const id = encodeBase64Url(this.#deps.ports.random(ID_BYTES))
    const written = this.#online ? {} : { written: this.#deps.ports.clock.now() }
    this.outbox.add({ id, recipient, body: { ...body, ...written } })
    return id
  }

  setTyping(recipient: Target, typing: boolean): void {
    const now = this.#deps.ports.clock.now()
    if (!this.#online || (typing && now - this.#typingAt < TYPING_EVERY)) return
    this.#typingAt = typing ? now : 0
    this.#sendEphemeral(recipient, typing).catch(error => this.#failed(error))
  }

  /** The signed end of this session's chain, then nothing more. */
  async leave(): Promise<void> {
    const bye = await this.#groupSealer?.seal(encodeUtf8(encodeBody({ kind: 'bye' })))
    if (bye?.ok !== true) return
    const sealed = encodeBase64Url(bye.value.sealed)
    await this.#deps.connection.ask({ type: 'leave', bye: sealed }, 'left')
  }

  /** Everything taken so far has been told. */
  async quiet(): Promise<void> {
    await this.#log.quiet()
    await this.#presence.quiet()
  }

  async #seal({ recipient, body }: Outgoing): Promise<SealedMessage | undefined> {
    const sealer = recipient.to === 'all' ? this.#groupSealer : await this.#directSealer(recipient.member)
    if (sealer === undefined) return undefined
    const { head } = this.#log
    const sealed = await sealer.seal(encodeUtf8(encodeBody(head === undefined ? body : { ...body, head })))
    if (sealed.ok) return sealed.value
    // 2^32 messages of one session: announce another one.
    const { session, hello } = await this.openSession()
    this.#deps.connection.send({ type: 'hello', session, hello })
    return this.#seal({ id: '', recipient, body })
  }

  async #directSealer(member: string): Promise<SealingChain | undefined> {
    const known = this.#directSealers.get(member)
    if (known !== undefined) return known
    const recipient = this.roster.member(member)
    if (recipient === undefined || recipient.presence === 'gone') return undefined
    const { keys, identity } = this.#deps
    const sealer = await createDirectSealer(keys, identity, this.#session, recipient.identity)
    if (!sealer.ok) return undefined
    this.#directSealers.set(member, sealer.value)
    return sealer.value
  }

  #told(entry: LogEntry | DirectEntry, from: string, to: string, body: Body, history: boolean): void {
    const { emit } = this.#deps
    const seq = 'seq' in entry ? entry.seq : entry.mailbox
    const isDirect = !('seq' in entry)
    switch (body.kind) {
      case 'text':
        emit({
          type: 'message',
          id: entry.id ?? '',
          from,
          to,
          text: body.text,
          seq,
          at: entry.at,
          ...(history ? { history } : {}),
          ...(body.written === undefined ? {} : { written: body.written }),
        })
        break
      case 'offer':
        this.#deps.offered(body, { member: entry.member, session: entry.session }, to, history)
        break
      case 'receipt':
        if (isDirect) emit({ type: 'receipt', from, ids: body.ids })
        return
      case 'bye':
        // Who has left is told by presence; the signed bye is what makes its chain complete.
        return
    }
    if (isDirect && entry.id !== undefined && entry.member !== this.id) {
      this.#receipts.shown(entry.member, entry.id)
    }
  }

  #accepted(message: Outgoing, seq: number | undefined, sealed: SealedMessage | undefined): void {
    if (seq !== undefined && sealed !== undefined) this.#log.takeOwn(seq, sealed.hash)
    if (message.body.kind === 'text') this.#deps.emit({ type: 'sent', id: message.id, seq: seq ?? 0 })
    this.#confirm()
  }

  #undeliverable({ id, recipient, body }: Outgoing, code: RefusalCode): void {
    // A receipt that finds nobody has lost its meaning.
    if (body.kind === 'receipt') return
    const to = recipient.to === 'all' ? 'all' : recipient.alias
    this.#deps.emit({ type: 'error', code, message: `Not sent to ${to}: ${REFUSALS[code]}.` })
    this.#deps.emit({ type: 'undelivered', to, id })
  }

  /** What was taken is safe here: the server need not keep it for this member. */
  #confirm(): void {
    if (this.#confirming) return
    this.#confirming = true
    this.#deps.ports.clock.after(CONFIRM_AFTER, () => {
      this.#confirming = false
      const { seq, mailbox } = this.position
      if (this.#online) this.#deps.connection.send({ type: 'confirm', seq, mailbox })
    })
  }

  async #sendEphemeral(recipient: Target, typing: boolean): Promise<void> {
    const { keys, identity, ports, connection } = this.#deps
    const body = encodeUtf8(encodeEphemeralBody({ kind: 'typing', typing }))
    const sealed = await sealEphemeral(keys, identity.public.memberId, body, ports.random)
    const to = recipient.to === 'all' ? 'all' : recipient.member
    connection.send({ type: 'ephemeral', to, sealed: encodeBase64Url(sealed) })
  }

  async #heardEphemeral({ member: id, to, sealed }: ServerMessageOf<'ephemeral'>): Promise<void> {
    const member = this.roster.member(id)
    const bytes = decodeBase64Url(sealed)
    if (member === undefined || bytes === undefined) return
    const opened = await openEphemeral(this.#deps.keys, member.identity.memberId, bytes)
    const body = opened.ok ? parseEphemeralBody(decodeUtf8(opened.value) ?? '') : undefined
    if (body !== undefined) {
      this.#deps.emit({ type: 'typing', alias: member.alias, to, typing: body.typing })
    }
  }

  #aliasOf(member: string): string {
    return this.roster.member(member)?.alias ?? 'somebody'
  }

  /** Each kind once for each author: a broken chain does not fill the screen. */
  #tellTrouble({ code, alias }: Trouble): void {
    const key = `${code} ${alias}`
    if (this.#troubles.has(key)) return
    this.#troubles.add(key)
    this.#deps.emit({ type: 'error', code, message: `${TROUBLES[code]} (${alias})` })
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
