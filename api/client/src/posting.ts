import { type Body, LIMITS, REFUSALS, type RefusalCode, type ServerMessageOf } from '@chat-room/protocol'
import { encodeBase64Url } from './bytes.ts'
import type { Target } from './client.ts'
import type { Connection } from './connection.ts'
import type { Identity } from './crypto/identity.ts'
import { ID_BYTES, type RoomKeys } from './crypto/room-keys.ts'
import type { SealedMessage } from './crypto/sealing-chain.ts'
import type { ClientEvent } from './events.ts'
import type { LogReader } from './log-reader.ts'
import { type Accepted, Outbox, type Outgoing } from './outbox.ts'
import { type Announcement, OwnSession } from './own-session.ts'
import type { ClientPorts } from './ports.ts'
import { answered } from './requests.ts'
import type { Roster } from './roster.ts'

export type PostingDeps = {
  readonly connection: Connection
  readonly keys: RoomKeys
  readonly identity: Identity
  readonly alias: string
  readonly skeleton: string
  readonly ports: Pick<ClientPorts, 'clock' | 'random'>
  readonly roster: Roster
  readonly log: Pick<LogReader, 'head' | 'takeOwn'>
  isOnline(): boolean
  emit(event: ClientEvent): void
  /** It goes into the outbox, or is found there. */
  own(message: Outgoing, now: number): void
  /** The server has it, under a number if it was said to everyone. */
  stored(message: Outgoing, as: Accepted): void
  /** What has to survive a restart has changed. */
  changed(): void
  failed(error: unknown): void
}

/** What one member says: sealed by a session that no other process ever had, and in the outbox until it is stored. */
export class Posting {
  readonly #deps: PostingDeps
  readonly #session: OwnSession
  /** The hello of that session. */
  #announcement: Announcement | undefined
  readonly outbox: Outbox
  /** Those who wait until their message is stored. */
  readonly #awaited = new Map<string, { resolve(): void; reject(error: Error): void }>()
  /** Restored messages of which it is not known whether the server has them. */
  readonly #unchecked = new Set<string>()

  constructor(deps: PostingDeps) {
    this.#deps = deps
    this.#session = new OwnSession(deps.keys, deps.identity)
    this.outbox = new Outbox({
      clock: deps.ports.clock,
      seal: message => this.#seal(message),
      transmit: message => deps.connection.send(message),
      accepted: (message, as, sealed) => this.#accepted(message, as, sealed),
      undeliverable: (message, code) => this.#undeliverable(message, code),
      changed: deps.changed,
      failed: deps.failed,
    })
  }

  get session(): string {
    return this.#session.id
  }

  /** A session of fresh counters, and the hello that announces it. */
  async openSession(): Promise<Announcement> {
    const { alias, skeleton, ports, roster } = this.#deps
    const announcement = await this.#session.open(alias, skeleton, ports.random)
    this.#announcement = announcement
    this.outbox.forgetSealed()
    // A member knows itself from its own hello, like any other.
    await roster.announce(announcement)
    return announcement
  }

  /**
   * Says the hello again, before anything that its session seals, if the server knows another session: one of an earlier process,
   * or one whose successor's hello was lost.
   */
  announce(roster: ServerMessageOf<'resumed'>['roster']): void {
    const { member: id, session, sealed: hello } = this.#announcement ?? {}
    if (session === undefined || hello === undefined) return
    if (roster.some(each => each.member === id && each.session === session)) return
    this.#deps.connection.send({ type: 'hello', session, hello })
  }

  /** Into the outbox: its id. */
  say(target: Target, body: Body): string {
    const { ports, isOnline, own } = this.#deps
    const id = encodeBase64Url(ports.random(ID_BYTES))
    const now = ports.clock.now()
    const message = { id, recipient: target, body: { ...body, ...(isOnline() ? {} : { written: now }) } }
    own(message, now)
    this.outbox.add(message)
    return id
  }

  /** Resolves when the message is stored, rejects if it never will be. */
  sayAndWait(target: Target, body: Body): Promise<void> {
    return new Promise((resolve, reject) => this.#awaited.set(this.say(target, body), { resolve, reject }))
  }

  /** What an earlier process left, and what this one did as another member: each goes out unless the server has it already. */
  restore(left: readonly Outgoing[], carried: readonly Outgoing[]): void {
    const told = new Set(carried.map(({ id }) => id))
    for (const message of [...left, ...carried]) {
      this.#unchecked.add(message.id)
      if (!told.has(message.id)) this.#deps.own(message, this.#deps.ports.clock.now())
      this.outbox.add(message)
    }
  }

  /**
   * Restored messages were sealed by a session that is no more. One that is stored must not be sealed anew: the server would
   * drop it as known, and its place in this session's chain would be a hole.
   */
  async sendAgain(): Promise<void> {
    while (this.#unchecked.size > 0) {
      const ids = [...this.#unchecked].slice(0, LIMITS.idsPerFrame)
      const { entries } = answered(await this.#deps.connection.ask({ type: 'check', ids }, 'stored'))
      for (const entry of entries) this.outbox.accepted(entry)
      for (const id of ids) this.#unchecked.delete(id)
    }
    if (this.#deps.isOnline()) this.outbox.online()
  }

  /** The signed end of this session's chain, base64url; undefined: there is no place left in it. */
  async sealBye(): Promise<string | undefined> {
    const bye = await this.#session.seal({ to: 'all' }, undefined, { kind: 'bye' })
    return bye.ok ? encodeBase64Url(bye.value.sealed) : undefined
  }

  async #seal(message: Outgoing): Promise<SealedMessage | undefined> {
    const { roster, log, connection } = this.#deps
    const { recipient, body } = message
    const member = recipient.to === 'all' ? undefined : roster.member(recipient.member)
    if (recipient.to === 'member' && (member === undefined || member.presence === 'gone')) return undefined
    const { head } = log
    const complete = head === undefined ? body : { ...body, head }
    const sealed = await this.#session.seal(recipient, member?.identity, complete)
    if (sealed.ok) return sealed.value
    if (sealed.error === 'no-recipient') return undefined
    // 2^32 messages of one session: another one is announced, and seals this.
    const { session, sealed: hello } = await this.openSession()
    connection.send({ type: 'hello', session, hello })
    return this.#seal(message)
  }

  #accepted(message: Outgoing, as: Accepted, sealed: SealedMessage | undefined): void {
    const { log, stored } = this.#deps
    if (as.seq !== undefined && sealed !== undefined) log.takeOwn(as.seq, sealed.hash)
    stored(message, as)
    this.#awaited.get(message.id)?.resolve()
    this.#awaited.delete(message.id)
  }

  #undeliverable({ id, recipient, body }: Outgoing, code: RefusalCode): void {
    this.#awaited.get(id)?.reject(new Error(REFUSALS[code]))
    this.#awaited.delete(id)
    if (body.kind === 'receipt') return
    const { emit } = this.#deps
    const to = recipient.to === 'all' ? 'all' : recipient.alias
    emit({ type: 'error', code, message: `Not sent to ${to}: ${REFUSALS[code]}.` })
    emit({ type: 'undelivered', to, id })
  }
}
