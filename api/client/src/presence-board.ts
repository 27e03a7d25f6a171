import type { ServerMessageOf } from '@chat-room/protocol'
import type { ClientEvent } from './events.ts'
import { fetchHellos, type KnownMember, type Roster } from './roster.ts'

type Requests = { fetchHellos(sessions: readonly string[]): Promise<ServerMessageOf<'hellos'>> }

type RosterEntry = ServerMessageOf<'joined'>['roster'][number]

/** Who is here, away or gone: turns what the server says into events, each change once and in its place among messages. */
export class PresenceBoard {
  readonly #ownId: string
  readonly #roster: Roster
  readonly #requests: Requests
  readonly #emit: (event: ClientEvent) => void

  constructor(ownId: string, roster: Roster, requests: Requests, emit: (event: ClientEvent) => void) {
    this.#ownId = ownId
    this.#roster = roster
    this.#requests = requests
    this.#emit = emit
  }

  /** Its hello came: it is here. */
  entered(member: KnownMember): void {
    this.#set(member, 'here', false)
  }

  /** To be applied after what was said before it has been told. */
  async changed({ member: id, presence, session }: ServerMessageOf<'presence'>): Promise<void> {
    if (session !== undefined) await fetchHellos(this.#roster, this.#requests, [session])
    const member = this.#roster.member(id)
    if (member !== undefined) this.#set(member, presence === 'left' ? 'gone' : presence, false)
  }

  /** The whole truth, at a join or a resume. */
  async reconcile(roster: readonly RosterEntry[], { silent }: { readonly silent: boolean }): Promise<void> {
    await fetchHellos(
      this.#roster,
      this.#requests,
      roster.map(({ session }) => session),
    )
    const listed = new Map(roster.map(({ member, presence }) => [member, presence]))
    for (const member of this.#roster.present()) {
      if (!listed.has(member.id)) this.#set(member, 'gone', silent)
    }
    for (const [id, presence] of listed) {
      const member = this.#roster.member(id)
      if (member !== undefined) this.#set(member, presence, silent)
    }
  }

  #set(member: KnownMember, presence: KnownMember['presence'], silent: boolean): void {
    const before = member.presence
    if (before === presence) return
    // Someone else is here under this alias: whoever comes second is not shown (M5).
    if (presence !== 'gone' && before === 'gone' && this.#roster.isImpostor(member)) return
    member.presence = presence
    if (silent || member.id === this.#ownId) return
    const { alias } = member
    if (presence === 'gone') this.#emit({ type: 'member-left', alias })
    else if (before === 'gone') this.#emit({ type: 'member-joined', alias })
    else this.#emit({ type: presence === 'away' ? 'member-away' : 'member-back', alias })
  }
}
