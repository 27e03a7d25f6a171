import type { Hello, Presence } from '@chat-room/protocol'
import { aliasSkeleton, parseAlias } from '@chat-room/protocol/alias'
import { decodeBase64Url, encodeBase64Url, equalBytes } from './bytes.ts'
import { chainBetween, endsOf, judge, type SessionChains } from './chains.ts'
import type { Link } from './crypto/chain.ts'
import { createGroupOpener, type GroupOpener } from './crypto/group-message.ts'
import { openHello } from './crypto/hello.ts'
import type { PublicIdentity } from './crypto/identity.ts'
import type { RoomKeys } from './crypto/room-keys.ts'
import { type SafetyNumber, safetyNumber } from './crypto/safety-number.ts'
import type { Acquaintance, Heard, Told } from './local-state.ts'

export type KnownMember = {
  readonly id: string
  readonly identity: PublicIdentity
  readonly tag: string
  readonly alias: string
  /** What both compare, to know that nobody stands between them. */
  readonly safety: SafetyNumber | undefined
  /** `gone`: known from history only. */
  presence: Presence | 'gone'
}

/** Somebody who is present or away; known from an earlier process alone, it has no keys yet. */
export type Person = Acquaintance & { readonly safety?: SafetyNumber | undefined }

/** A session that a verified hello announced: how its messages are opened, and where its chains stand. */
export type KnownSession = SessionChains & {
  readonly member: KnownMember
  readonly opener: GroupOpener
  readonly key: string
}

/** Sessions whose chains a later process goes on with: the ones that spoke last. */
const HEARD = 256

/** Whose session: a session id alone names nobody, since any member may announce any. */
export type Speaker = { readonly member: string; readonly session: string }

const keyOf = ({ member, session }: Speaker): string => `${member} ${session}`

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
  readonly #own: PublicIdentity
  readonly #members = new Map<string, KnownMember>()
  /** Who was here when an earlier process ended, until the server has said who is here now. */
  readonly #recalled = new Map<string, Acquaintance>()
  /** By member and session. */
  readonly #sessions = new Map<string, KnownSession | 'hidden'>()
  /** By member and session: as an earlier process heard them. */
  readonly #heard = new Map<string, Heard>()

  constructor(keys: RoomKeys, own: PublicIdentity) {
    this.#keys = keys
    this.#own = own
  }

  recall(people: readonly Acquaintance[]): void {
    for (const person of people) this.#recalled.set(person.id, person)
  }

  /** Chains go on where an earlier process left them, whenever their sessions are announced. */
  recallHeard({ member, heard = [] }: Told): void {
    // What was said to another member that this device was is no chain of this one's.
    const isOwn = member === encodeBase64Url(this.#own.memberId)
    for (const [key, group, direct] of heard) this.#heard.set(key, [key, group, isOwn ? direct : null])
  }

  /** How far sessions were heard, the newest last. */
  get heard(): readonly Heard[] {
    const all = new Map(this.#heard)
    for (const [key, session] of this.#sessions) {
      if (session === 'hidden' || (session.group ?? session.direct) === undefined) continue
      all.delete(key)
      all.set(key, [key, endsOf(session.group), endsOf(session.direct)])
    }
    return [...all.values()].slice(-HEARD)
  }

  /** As `judge` of the chains. */
  hear(session: KnownSession, audience: 'group' | 'direct', link: Link): ReturnType<typeof judge> {
    // The one that spoke last is the last.
    this.#sessions.delete(session.key)
    this.#sessions.set(session.key, session)
    return judge(session, audience, link)
  }

  /** The server has said who is here. */
  forgetRecalled(): void {
    this.#recalled.clear()
  }

  member(id: string): KnownMember | undefined {
    return this.#members.get(id)
  }

  /** Undefined: its hello is still to be fetched. */
  session(speaker: Speaker): KnownSession | 'hidden' | undefined {
    return this.#sessions.get(keyOf(speaker))
  }

  /** Present and away. */
  present(): readonly KnownMember[] {
    return [...this.#members.values()].filter(({ presence }) => presence !== 'gone')
  }

  /** Those and who is recalled. */
  people(): readonly Person[] {
    const recalled = [...this.#recalled.values()].filter(({ id }) => !this.#members.has(id))
    return [...(this.present() as readonly (KnownMember & Person)[]), ...recalled]
  }

  /** Whether a message for this member may wait for it. */
  isHere(id: string): boolean {
    const member = this.#members.get(id)
    return member === undefined ? this.#recalled.has(id) : member.presence !== 'gone'
  }

  /** The present or away member of this alias, or of one that looks like it. */
  byAlias(alias: string): Person | undefined {
    const present = this.people()
    const exact = present.find(member => member.alias === alias)
    if (exact !== undefined) return exact
    const parsed = parseAlias(alias)
    if (!parsed.ok) return undefined
    const skeleton = aliasSkeleton(parsed.value)
    return present.find(member => aliasSkeleton(member.alias) === skeleton)
  }

  /** Verifies a hello and remembers its session. Its member's presence is the server's to tell. */
  async announce(hello: Announcement): Promise<void> {
    const key = keyOf(hello)
    if (this.#sessions.has(key)) return
    const session = await this.#verify(hello)
    if (!this.#sessions.has(key)) this.#sessions.set(key, session ?? 'hidden')
  }

  /** The server does not have these sessions' hellos: what they said cannot be verified. */
  hide(speakers: readonly Speaker[]): void {
    for (const speaker of speakers) {
      const key = keyOf(speaker)
      if (!this.#sessions.has(key)) this.#sessions.set(key, 'hidden')
    }
  }

  /** Whether another one who is present holds this member's alias: no honest server lets that happen (M5). */
  isImpostor(member: KnownMember): boolean {
    return this.present().some(other => other !== member && other.tag === member.tag)
  }

  /** What is missing has expired, and is not missed again when its authors speak next. */
  hasMissed(): void {
    for (const session of this.#sessions.values()) if (session !== 'hidden') session.hasMissed = true
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
    const member = known ?? (await this.#newMember(hello, identity, alias))
    this.#members.set(hello.member, member)
    const key = keyOf(hello)
    const [, group = null, direct = null] = this.#heard.get(key) ?? []
    return { member, opener, group: chainBetween(group), direct: chainBetween(direct), hasMissed: false, key }
  }

  async #newMember(
    { member: id, tag }: Announcement,
    identity: PublicIdentity,
    alias: string,
  ): Promise<KnownMember> {
    const isSelf = equalBytes(identity.memberId, this.#own.memberId)
    const safety = isSelf
      ? undefined
      : await safetyNumber(this.#keys.roomId, this.#keys.epoch, this.#own, identity)
    // Announced by another hello meanwhile: there is one of each.
    return this.#members.get(id) ?? { id, identity, tag, alias, safety, presence: 'gone' }
  }
}
