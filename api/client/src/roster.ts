import { type Hello, LIMITS, type Presence, type ServerMessageOf } from '@chat-room/protocol'
import { aliasSkeleton, parseAlias } from '@chat-room/protocol/alias'
import { decodeBase64Url, equalBytes } from './bytes.ts'
import type { Chain } from './crypto/chain.ts'
import { createGroupOpener, type GroupOpener } from './crypto/group-message.ts'
import { openHello } from './crypto/hello.ts'
import type { PublicIdentity } from './crypto/identity.ts'
import type { RoomKeys } from './crypto/room-keys.ts'

export type KnownMember = {
  readonly id: string
  readonly identity: PublicIdentity
  readonly tag: string
  readonly alias: string
  /** `gone`: known from history only. */
  presence: Presence | 'gone'
}

/** A session that a verified hello announced: how its messages are opened, and where its chains stand. */
export type KnownSession = {
  readonly member: KnownMember
  readonly opener: GroupOpener
  group: Chain | undefined
  direct: Chain | undefined
}

type Announcement = Pick<Hello, 'member' | 'session' | 'tag' | 'sealed'>

/** The alias as it is compared: undefined if nobody may hold it, or not in this form. */
const skeletonOf = (alias: string): string | undefined => {
  const parsed = parseAlias(alias)
  return parsed.ok && parsed.value === alias ? aliasSkeleton(alias) : undefined
}

/**
 * Who is who: members and sessions, each known from a hello that was verified here. What the server says about members
 * counts for presence alone; a hello that does not hold what it claims is hidden, and so is all that its session says.
 */
export class Roster {
  readonly #keys: RoomKeys
  readonly #members = new Map<string, KnownMember>()
  readonly #sessions = new Map<string, KnownSession | 'hidden'>()

  constructor(keys: RoomKeys) {
    this.#keys = keys
  }

  member(id: string): KnownMember | undefined {
    return this.#members.get(id)
  }

  /** Undefined: its hello is still to be fetched. */
  session(id: string): KnownSession | 'hidden' | undefined {
    return this.#sessions.get(id)
  }

  /** Present and away. */
  present(): readonly KnownMember[] {
    return [...this.#members.values()].filter(({ presence }) => presence !== 'gone')
  }

  /** The present or away member of this alias, or of one that looks like it. */
  byAlias(alias: string): KnownMember | undefined {
    const present = this.present()
    const exact = present.find(member => member.alias === alias)
    if (exact !== undefined) return exact
    const parsed = parseAlias(alias)
    if (!parsed.ok) return undefined
    const skeleton = aliasSkeleton(parsed.value)
    return present.find(member => aliasSkeleton(member.alias) === skeleton)
  }

  /** Verifies a hello and remembers its session. Its member's presence is the server's to tell. */
  async announce(hello: Announcement): Promise<void> {
    if (this.#sessions.has(hello.session)) return
    const session = await this.#verify(hello)
    if (!this.#sessions.has(hello.session)) this.#sessions.set(hello.session, session ?? 'hidden')
  }

  /** The server does not have these sessions' hellos: what they said cannot be verified. */
  hide(sessions: readonly string[]): void {
    for (const id of sessions) if (!this.#sessions.has(id)) this.#sessions.set(id, 'hidden')
  }

  /** Whether another one who is present holds this member's alias: no honest server lets that happen (M5). */
  isImpostor(member: KnownMember): boolean {
    return this.present().some(other => other !== member && other.tag === member.tag)
  }

  /** Whoever speaks next begins a chain: what came before it has expired. */
  forgetChains(): void {
    for (const session of this.#sessions.values()) if (session !== 'hidden') session.group = undefined
  }

  async #verify(hello: Announcement): Promise<KnownSession | undefined> {
    const sealed = decodeBase64Url(hello.sealed)
    const tag = decodeBase64Url(hello.tag)
    const memberId = decodeBase64Url(hello.member)
    const sessionId = decodeBase64Url(hello.session)
    if (!sealed || !tag || !memberId || !sessionId) return undefined
    const opened = await openHello(this.#keys, { sealed, tag, memberId }, skeletonOf)
    // The session that the server names must be the one that its member signed.
    if (!opened.ok || !equalBytes(opened.value.sessionId, sessionId)) return undefined
    const { alias, member: identity } = opened.value
    const opener = await createGroupOpener(this.#keys, identity, sessionId)
    const known = this.#members.get(hello.member)
    // One tag a member, for as long as it is known: an id cannot wander from alias to alias.
    if (known !== undefined && known.tag !== hello.tag) return undefined
    const member = known ?? { id: hello.member, identity, tag: hello.tag, alias, presence: 'gone' }
    this.#members.set(hello.member, member)
    return { member, opener, group: undefined, direct: undefined }
  }
}

/** Something that was said in a session; a hello says itself who speaks. */
type Spoken = { readonly session: string; readonly member: string; readonly sealed: string } & (
  | { readonly kind?: undefined }
  | { readonly kind: 'hello' | 'message' | 'bye' | 'unknown'; readonly tag?: string | undefined }
)

/** Afterwards everyone who speaks in these entries is known, or hidden: missing hellos are asked for. */
export async function introduce(
  roster: Roster,
  requests: {
    fetchHellos(sessions: readonly string[]): Promise<ServerMessageOf<'hellos'>>
  },
  entries: readonly Spoken[],
): Promise<void> {
  await Promise.all(
    entries.map(async entry => {
      if (entry.kind === 'hello') await roster.announce({ ...entry, tag: entry.tag ?? '' })
    }),
  )
  const sessions = new Set(entries.map(({ session }) => session))
  await fetchHellos(roster, requests, [...sessions])
}

/** Asks for the hellos of these sessions until each is known or hidden. */
export async function fetchHellos(
  roster: Roster,
  requests: { fetchHellos(sessions: readonly string[]): Promise<ServerMessageOf<'hellos'>> },
  sessions: readonly string[],
): Promise<void> {
  for (;;) {
    const asked = sessions.filter(id => roster.session(id) === undefined).slice(0, LIMITS.idsPerFrame)
    if (asked.length === 0) return
    const { hellos, missing } = await requests.fetchHellos(asked)
    await Promise.all(hellos.map(hello => roster.announce(hello)))
    roster.hide(missing)
    // A server that answers with nothing of use would be asked for ever.
    if (asked.every(id => roster.session(id) === undefined)) roster.hide(asked)
  }
}
