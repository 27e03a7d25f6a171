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
import { importRoomKeys, type RoomKeys } from './crypto/room-keys.ts'
import type { ClientEvent, ErrorCode } from './events.ts'
import { earlierPage } from './history/pages.ts'
import type { Inside } from './inside.ts'
import { Keeping } from './keeping.ts'
import { KnownKeys } from './known-keys.ts'
import { type LocalState, LocalStateKeeper } from './local-state.ts'
import { Membership, type MembershipDeps } from './membership.ts'
import type { Admission } from './password-entry.ts'
import type { ClientPorts, Slot } from './ports.ts'
import { sentence } from './sentence.ts'
import { openRoot, STAY } from './stay.ts'
import { readSavedTransfers } from './transfers/kept/saved-transfers.ts'

export type Entered = Inside & { readonly joined: ServerMessageOf<'joined'> }

export type JoiningDeps = {
  readonly connection: Connection
  readonly ports: ClientPorts
  readonly room: string
  /** The room's address: what the device remembers it by. */
  readonly place: string
  /** What a membership needs beside what is found out here. */
  readonly membership: Omit<
    MembershipDeps,
    | 'connection'
    | 'ports'
    | 'emit'
    | 'keys'
    | 'identity'
    | 'alias'
    | 'skeleton'
    | 'openJournal'
    | 'history'
    | 'known'
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
  #keeping: Keeping | undefined

  constructor(deps: JoiningDeps) {
    this.#deps = deps
  }

  /**
   * The member that this device was when its last process ended, without a server; undefined: it comes by the password. The slot
   * is the one in which that is written.
   */
  async recall(key: CryptoKey, slot: Slot): Promise<Inside | undefined> {
    const { room } = this.#deps
    this.#keeping = await Keeping.open(this.#deps, key, slot)
    const who = await this.#keeping.remembered()
    const root = who && (await openRoot(who.root))
    const alias = who && parseAlias(who.alias)
    if (who === undefined || root === undefined || alias?.ok !== true) return undefined
    const keys = await importRoomKeys(root, room, who.epoch)
    const keeper = await this.#openKeeper(await slotOf(keys, alias.value), key)
    const state = await keeper?.read()
    if (keeper === undefined || state === undefined) {
      await keeper?.release()
      return undefined
    }
    const admission = { keys, stateKey: key, root: who.root }
    const inside = await this.#member(admission, alias.value, keeper, state)
    await inside.membership.recall(state)
    return inside
  }

  /** Of one who did not get in. */
  async release(): Promise<void> {
    await this.#keeping?.release()
  }

  /** `supersedes`: the secret of the member that this process was before, whose place is taken. */
  async join(
    admission: Admission,
    text: string,
    supersedes: string | undefined,
  ): Promise<'joined' | 'another-alias' | 'over'> {
    const { ports, emit } = this.#deps
    const parsed = parseAlias(text)
    if (!parsed.ok) {
      emit({ type: 'error', code: 'alias', message: ALIAS_PROBLEMS[parsed.error] })
      return 'another-alias'
    }
    const alias = parsed.value
    const deviceKey = await ports.memory.deviceKey()
    await this.#keep(deviceKey)
    const slotName = await slotOf(admission.keys, alias)
    const keeper = await this.#openKeeper(slotName, deviceKey ?? admission.stateKey)
    const restored = await keeper?.read()
    try {
      const attempted = this.#pending?.slotName === slotName ? this.#pending.state : undefined
      const earlier = attempted ?? restored
      const as = (state: LocalState) => this.#joinAs(admission, alias, keeper, state, supersedes)
      let code = await as(earlier ?? this.#newcomer())
      if (code === 'member-taken') {
        // The server forgot that member's secret, but not its id: come as a new one, with what was not done yet.
        const { outbox = [], transfers, known } = earlier ?? {}
        code = await as({ ...this.#newcomer(), outbox, transfers, known })
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
    const { connection } = this.#deps
    const inside = await this.#member(admission, alias, keeper, state)
    const { membership } = inside
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
        this.#deps.entered({ ...inside, joined })
      },
    )
    if (answer.type !== 'refused') return undefined
    this.#pending = undefined
    return answer.code
  }

  async #keep(key: CryptoKey | undefined): Promise<void> {
    if (key === undefined || this.#keeping !== undefined) return
    const slot = await this.#deps.ports.memory.openSlot(this.#deps.place, STAY)
    this.#keeping = slot && (await Keeping.open(this.#deps, key, slot))
  }

  /** Undefined: another process of this device is this member. */
  async #openKeeper(name: string, key: CryptoKey): Promise<LocalStateKeeper | undefined> {
    const { ports, place, crashed } = this.#deps
    const slot = await ports.memory.openSlot(place, name)
    const told = async () => this.#keeping?.history.flushed()
    return slot && new LocalStateKeeper(slot, key, name, ports.random, ports.clock, crashed, told)
  }

  async #member(
    admission: Admission,
    alias: Alias,
    keeper: LocalStateKeeper | undefined,
    state: LocalState,
  ): Promise<Inside> {
    const { connection, ports, place, emit } = this.#deps
    const identity = await importIdentity(decodeBase64Url(state.identity) ?? new Uint8Array())
    if (!identity.ok) throw new Error('an identity of our own making cannot be imported')
    const keeping = this.#keeping
    const history = keeping?.history
    const known = new KnownKeys(state.known)
    const lasting = async () => keeper?.written()
    const membership = new Membership({
      ...this.#deps.membership,
      connection,
      ports,
      emit: event => {
        const told = history === undefined ? event : history.keep(event, lasting)
        if (told !== undefined) emit(told)
      },
      keys: admission.keys,
      identity: identity.value,
      alias,
      skeleton: aliasSkeleton(alias),
      history,
      known,
      openJournal: keeper && (name => ports.memory.openJournal(place, name)),
    })
    await history?.look([...state.outbox.map(({ id }) => id), ...transfersIn(state.transfers)])
    const earlier = (before: number, count: number) => earlierPage({ membership, keeping }, before, count)
    return { membership, keeper, keeping, alias, admission, known, earlier, state }
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

const slotOf = async (keys: RoomKeys, alias: Alias): Promise<string> =>
  encodeBase64Url(await keys.aliasTag(aliasSkeleton(alias)))

const transfersIn = (saved: unknown): readonly string[] =>
  (readSavedTransfers(saved)?.downloads ?? []).map(({ transfer }) => transfer)
