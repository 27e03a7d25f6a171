import type { ServerMessageOf } from '@chat-room/protocol'
import type { ClientEvent } from './events.ts'
import { fetchHellos, type HelloRequests } from './introductions.ts'
import type { KnownKeys } from './known-keys.ts'
import type { KnownMember, Roster, Speaker } from './roster.ts'
import { Unverified } from './unverified.ts'

type RosterEntry = ServerMessageOf<'joined'>['roster'][number]

/** The server names the session of one who comes, and of everyone at a join. */
type Whom = { readonly member: string; readonly session: string | undefined }

/** Who is here, away or gone: turns what the server says into events, each change once and in its place among messages. */
export class PresenceBoard {
  readonly #ownId: string
  readonly #roster: Roster
  readonly #requests: HelloRequests
  readonly #emit: (event: ClientEvent) => void
  readonly unverified: Unverified
  readonly #known: KnownKeys
  /** Who was found at a join under an alias that was somebody else's. */
  #renewed: string[] = []

  /** `later`: after everything that the server has said by now. */
  constructor(
    ownId: string,
    roster: Roster,
    known: KnownKeys,
    requests: HelloRequests,
    emit: (event: ClientEvent) => void,
    later: (step: () => void) => void,
  ) {
    this.#ownId = ownId
    this.#roster = roster
    this.#known = known
    this.#requests = requests
    this.#emit = emit
    this.unverified = new Unverified(emit, later)
  }

  /** Its hello came: it is here, whether or not that holds what it claims. */
  entered(speaker: Speaker): void {
    this.#apply(speaker, 'here', false)
  }

  /** To be applied after what was said before it has been told. */
  async changed({ member, presence, session }: ServerMessageOf<'presence'>): Promise<void> {
    if (session !== undefined) await fetchHellos(this.#roster, this.#requests, [{ member, session }])
    this.#apply({ member, session }, presence === 'left' ? 'gone' : presence, false)
  }

  /** The whole truth, at a join or a resume. */
  async reconcile(roster: readonly RosterEntry[], { silent }: { readonly silent: boolean }): Promise<void> {
    await fetchHellos(this.#roster, this.#requests, roster)
    const listed = new Set(roster.map(({ member }) => member))
    for (const member of this.#roster.present()) {
      if (!listed.has(member.id)) this.#set(member, 'gone', silent)
    }
    this.unverified.keepOnly(listed)
    for (const entry of roster) this.#apply(entry, entry.presence, silent)
    this.#roster.forgetRecalled()
  }

  /** After a silent reconciliation: what is no matter of who came and went. */
  tellRenewed(): void {
    for (const alias of this.#renewed.splice(0)) this.#emit({ type: 'new-key', alias })
  }

  /** Whoever is here in a session that cannot be verified is counted, and is nobody: not even whom it was before. */
  #apply({ member: id, session }: Whom, presence: KnownMember['presence'], silent: boolean): void {
    const member = this.#roster.member(id)
    if (id === this.#ownId || presence === 'gone' || this.#isVerified(id, session)) {
      return member === undefined ? this.unverified.left(id) : this.#set(member, presence, silent)
    }
    if (member !== undefined && member.presence !== 'gone') this.#set(member, 'gone', silent)
    this.unverified.appeared(id)
  }

  #isVerified(member: string, session: string | undefined): boolean {
    if (session === undefined)
      return this.#roster.member(member) !== undefined && !this.unverified.has(member)
    return typeof this.#roster.session({ member, session }) === 'object'
  }

  #set(member: KnownMember, presence: KnownMember['presence'], silent: boolean): void {
    const before = member.presence
    // Someone else is here under this alias: whoever comes second is not shown among the aliases (M5).
    if (presence !== 'gone' && before === 'gone' && this.#roster.isImpostor(member)) {
      return this.unverified.appeared(member.id)
    }
    this.unverified.left(member.id)
    if (before === presence) return
    member.presence = presence
    if (member.id === this.#ownId) return
    const { alias, tag, id } = member
    if (before === 'gone' && this.#known.meet(tag, id)) this.#renewed.push(alias)
    if (silent) return
    if (presence === 'gone') this.#emit({ type: 'member-left', alias })
    else if (before === 'gone') this.#emit({ type: 'member-joined', alias })
    else this.#emit({ type: presence === 'away' ? 'member-away' : 'member-back', alias })
    this.tellRenewed()
  }
}
