import { REFUSALS, type RefusalCode, type ServerMessageOf } from '@chat-room/protocol'
import {
  ALIAS_PROBLEMS,
  type Alias,
  aliasSkeleton,
  parseAlias,
  suggestAlias,
} from '@chat-room/protocol/alias'
import { decodeBase64Url, encodeBase64Url } from './bytes.ts'
import type { Connection } from './connection.ts'
import { sha256 } from './crypto/hash.ts'
import { createIdentitySecret, importIdentity } from './crypto/identity.ts'
import type { ClientEvent, ErrorCode } from './events.ts'
import { type LocalState, LocalStateKeeper } from './local-state.ts'
import { Membership, type MembershipDeps } from './membership.ts'
import type { Admission } from './password-entry.ts'
import type { ClientPorts } from './ports.ts'
import { sentence } from './sentence.ts'

/** A member, and what its device keeps of it. */
export type Entered = {
  readonly membership: Membership
  /** Undefined: another process of this device keeps the slot of this alias. */
  readonly keeper: LocalStateKeeper | undefined
  readonly alias: Alias
  readonly admission: Admission
  readonly joined: ServerMessageOf<'joined'>
  /** Its keys and its secret, and what an earlier process of this member left. */
  readonly state: LocalState
}

export type JoiningDeps = {
  readonly connection: Connection
  readonly ports: ClientPorts
  /** The room's address: what the device remembers it by. */
  readonly place: string
  /** What a membership needs beside what is found out here. */
  readonly membership: Omit<
    MembershipDeps,
    'connection' | 'ports' | 'emit' | 'keys' | 'identity' | 'alias' | 'skeleton' | 'openJournal'
  >
  emit(event: ClientEvent): void
  /** Called as soon as the server's word is heard: what comes behind it is the member's already. */
  entered(entered: Entered): void
  /** Entering is not possible; an event has said why. */
  failed(code: ErrorCode, message: string): void
  crashed(error: unknown): void
}

/** From an alias to a place in the room (M4, M5): as the member that this device was before, or as a new one. */
export class Joining {
  readonly #deps: JoiningDeps
  /** A join whose answer has not come: it is repeated as it was, since the server may have heard it. */
  #pending: { readonly slotName: string; readonly state: LocalState } | undefined
  readonly #refused = new Set<string>()

  constructor(deps: JoiningDeps) {
    this.#deps = deps
  }

  /** `supersedes`: the secret of the member that this process was before, whose place is taken. */
  async join(
    admission: Admission,
    text: string,
    supersedes: string | undefined,
  ): Promise<'joined' | 'another-alias' | 'over'> {
    const { ports, place, emit, crashed } = this.#deps
    const parsed = parseAlias(text)
    if (!parsed.ok) {
      emit({ type: 'error', code: 'alias', message: ALIAS_PROBLEMS[parsed.error] })
      return 'another-alias'
    }
    const alias = parsed.value
    const slotName = encodeBase64Url(await admission.keys.aliasTag(aliasSkeleton(alias)))
    const slot = await ports.memory.openSlot(place, slotName)
    const keeper =
      slot && new LocalStateKeeper(slot, admission.stateKey, slotName, ports.random, ports.clock, crashed)
    const restored = await keeper?.read()
    try {
      const attempted = this.#pending?.slotName === slotName ? this.#pending.state : undefined
      const earlier = attempted ?? restored
      const as = (state: LocalState) => this.#joinAs(admission, alias, keeper, state, supersedes)
      let code = await as(earlier ?? this.#newcomer())
      if (code === 'member-taken') {
        // The server forgot that member's secret, but not its id: come as a new one, with what was not done yet.
        const { outbox = [], transfers } = earlier ?? {}
        code = await as({ ...this.#newcomer(), outbox, transfers })
      }
      if (code === undefined) return 'joined'
      // A place that was never taken leaves nothing behind.
      await (restored === undefined ? keeper?.clear() : keeper?.release())
      return this.#refuse(code, alias)
    } catch (error) {
      await keeper?.release()
      throw error
    }
  }

  async #joinAs(
    admission: Admission,
    alias: Alias,
    keeper: LocalStateKeeper | undefined,
    state: LocalState,
    earlier: string | undefined,
  ): Promise<RefusalCode | undefined> {
    const { connection, ports, place, emit } = this.#deps
    const identity = await importIdentity(decodeBase64Url(state.identity) ?? new Uint8Array())
    if (!identity.ok) throw new Error('an identity of our own making cannot be imported')
    const membership = new Membership({
      ...this.#deps.membership,
      connection,
      ports,
      emit,
      keys: admission.keys,
      identity: identity.value,
      alias,
      skeleton: aliasSkeleton(alias),
      openJournal: keeper && (name => ports.memory.openJournal(place, name)),
    })
    const { session, sealed: hello, tag } = await membership.openSession()
    // Kept before the server hears of it: however this ends, whoever tries again proves to be the same member.
    const isNew = this.#pending?.state.secret !== state.secret
    this.#pending = { slotName: tag, state }
    keeper?.keep(() => state)
    await keeper?.written()
    const supersedes = (isNew ? earlier : undefined) ?? state.secret
    const secretHash = encodeBase64Url(await sha256(decodeBase64Url(state.secret) ?? new Uint8Array()))
    const answer = await connection.ask(
      { type: 'join', member: membership.id, session, tag, hello, secretHash, supersedes },
      'joined',
      joined => {
        this.#pending = undefined
        this.#deps.entered({ membership, keeper, alias, admission, joined, state })
      },
    )
    if (answer.type !== 'refused') return undefined
    this.#pending = undefined
    return answer.code
  }

  #newcomer(): LocalState {
    const { random } = this.#deps.ports
    return {
      version: 1,
      identity: encodeBase64Url(createIdentitySecret(random)),
      secret: encodeBase64Url(random(32)),
      outbox: [],
      transfers: undefined,
    }
  }

  #refuse(code: RefusalCode, alias: Alias): 'another-alias' | 'over' {
    if (code === 'wrong-state') return 'over'
    if (code !== 'alias-taken') {
      this.#deps.failed(code, sentence(REFUSALS[code]))
      return 'over'
    }
    this.#refused.add(alias)
    const free = suggestAlias(alias, candidate => this.#refused.has(candidate))
    this.#deps.emit({ type: 'error', code, message: `${sentence(REFUSALS[code])} Perhaps ${free}?` })
    return 'another-alias'
  }
}
