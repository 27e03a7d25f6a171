import type { Id, Undelivered } from '../../room/ports.ts'
import type { Hellos } from './hellos.ts'
import type { Mailboxes } from './mailboxes.ts'
import type { Member, Members } from './members.ts'
import type { RoomState } from './rooms.ts'

type Tables = { readonly members: Members; readonly mailboxes: Mailboxes; readonly hellos: Hellos }

/** How members go: their alias is free, and nobody will fetch what waits in their mailbox. */
export class Departure {
  readonly #members: Members
  readonly #mailboxes: Mailboxes
  readonly #hellos: Hellos

  constructor({ members, mailboxes, hellos }: Tables) {
    this.#members = members
    this.#mailboxes = mailboxes
    this.#hellos = hellos
  }

  /** For good: the secret is void, and nothing more comes from its session. */
  forGood(state: RoomState, member: Member, at: number): Undelivered[] {
    this.#hellos.end(state, member.session, member.member)
    return this.#go(state, { ...member, secret: undefined, seen: at }, at)
  }

  /** M8. */
  leave(state: RoomState, id: Id, at: number): Undelivered[] {
    const member = this.#members.byId(state, id)
    return member ? this.forGood(state, member, at) : []
  }

  /** Away for too long: the secret may still bring it back. */
  expire(
    state: RoomState,
    before: number,
    at: number,
  ): { readonly gone: Id[]; readonly undelivered: Undelivered[] } {
    const expired = this.#members
      .present(state)
      .filter(member => member.presence === 'away' && member.since < before)
    return {
      gone: expired.map(member => member.member),
      undelivered: expired.flatMap(member => this.#go(state, member, at)),
    }
  }

  #go(state: RoomState, member: Member, at: number): Undelivered[] {
    const undelivered = this.#mailboxes.abandon(state, member)
    const since = member.presence === 'gone' ? member.since : at
    this.#members.put(state, { ...member, presence: 'gone', since, cleared: member.mailbox, waiting: 0 })
    return undelivered
  }
}
