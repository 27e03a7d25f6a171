import type { Hello } from '@chat-room/protocol'
import type {
  Joined,
  JoinRefusal,
  LogBounds,
  NewMember,
  StoredMember,
  Undelivered,
} from '../../room/ports.ts'
import type { Departure } from './departure.ts'
import type { Hellos } from './hellos.ts'
import type { Member, Members } from './members.ts'
import type { RoomState } from './rooms.ts'

type Tables = { readonly members: Members; readonly hellos: Hellos; readonly departure: Departure }

/** How members come, and come back. */
export class Admission {
  readonly #members: Members
  readonly #hellos: Hellos
  readonly #departure: Departure

  constructor({ members, hellos, departure }: Tables) {
    this.#members = members
    this.#hellos = hellos
    this.#departure = departure
  }

  /** M5. Refuses before it changes anything. */
  join(state: RoomState, newcomer: NewMember, limit: number, notBefore: number): Joined | JoinRefusal {
    const proven =
      newcomer.supersedes === undefined
        ? undefined
        : this.#members.bySecret(state, newcomer.supersedes, notBefore)
    const known = this.#members.byId(state, newcomer.member)
    if (known && known.member !== proven?.member) return 'member-taken'
    const holder = this.#members.bySecret(state, newcomer.secretHash)
    if (holder && holder.member !== known?.member && holder.member !== proven?.member) return 'member-taken'
    const refusal = this.#admit(state, newcomer.tag, proven, limit)
    if (refusal) return refusal

    let undelivered: readonly Undelivered[] = []
    if (known) this.#hellos.end(state, known.session, known.member)
    else if (proven) undelivered = this.#departure.forGood(state, proven, newcomer.at)

    const { member, session, tag, at } = newcomer
    const mailbox = known?.mailbox ?? 0
    this.#members.put(state, {
      member,
      tag,
      session,
      presence: 'here',
      since: known?.presence === 'here' ? known.since : at,
      mailbox,
      cleared: known?.cleared ?? 0,
      waiting: known?.waiting ?? 0,
      confirmed: known?.confirmed ?? 0,
      secret: newcomer.secretHash,
      seen: at,
    })
    this.#hellos.append(state, { member, session, tag, at, sealed: newcomer.hello })
    const { oldest, head } = state
    return { oldest, head, mailbox, replaced: known ? undefined : proven?.member, undelivered }
  }

  /** A new session: nothing more comes from the one before. */
  announce(state: RoomState, hello: Omit<Hello, 'tag'>): number {
    const member = this.#members.byId(state, hello.member)
    if (!member || member.presence === 'gone') throw new Error('only a present or away member has sessions')
    this.#hellos.end(state, member.session, member.member)
    this.#members.put(state, { ...member, session: hello.session })
    return this.#hellos.append(state, { ...hello, tag: member.tag })
  }

  resume(
    state: RoomState,
    secretHash: string,
    at: number,
    notBefore: number,
    limit: number,
  ): (StoredMember & LogBounds) | 'unknown-secret' | 'alias-taken' | 'room-full' {
    const member = this.#members.bySecret(state, secretHash, notBefore)
    if (!member) return 'unknown-secret'
    const refusal = this.#admit(state, member.tag, member, limit)
    if (refusal) return refusal
    const back: Member =
      member.presence === 'here' ? member : { ...member, presence: 'here', since: at, seen: at }
    // Who comes back at once is here already, and as long as it is, nobody asks when its secret was seen: nothing to write.
    if (back !== member) this.#members.put(state, back)
    return { ...toStoredMember(back), oldest: state.oldest, head: state.head }
  }

  /** Whether there is a place and this tag for one who may take the place and the tag of `predecessor`. */
  #admit(
    state: RoomState,
    tag: string,
    predecessor: Member | undefined,
    limit: number,
  ): 'alias-taken' | 'room-full' | undefined {
    const holdsPlace = predecessor !== undefined && predecessor.presence !== 'gone'
    if (holdsPlace && predecessor.tag === tag) return undefined
    // Full comes first: another alias would not help.
    if (!holdsPlace && this.#members.count(state) >= limit) return 'room-full'
    const holder = this.#members.holder(state, tag)
    return holder && holder.member !== predecessor?.member ? 'alias-taken' : undefined
  }
}

export const toStoredMember = ({ member, tag, session, presence, since, mailbox }: Member): StoredMember => ({
  member,
  tag,
  session,
  presence,
  since,
  mailbox,
})
