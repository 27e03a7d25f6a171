import type { DirectEntry } from '@chat-room/protocol'
import type { Id, StoredMember, StoredPresence, Undelivered } from '../../room/ports.ts'

export type Member = {
  readonly member: Id
  tag: string
  session: Id
  presence: StoredPresence
  since: number
  mailbox: number
  mail: DirectEntry[]
  confirmed: number
  secret: string | undefined
  seen: number
}

export function setPresence(member: Member, presence: StoredPresence, at: number): void {
  if (member.presence !== presence) member.since = at
  member.presence = presence
}

/** Its mailbox goes with it: what its senders must be told. */
export function go(member: Member, at: number): Undelivered[] {
  const undelivered = member.mail.map(({ id, member: from }) => ({ id, from, to: member.member }))
  member.mail = []
  setPresence(member, 'gone', at)
  return undelivered
}

export const toStoredMember = ({ member, tag, session, presence, since, mailbox }: Member): StoredMember => ({
  member,
  tag,
  session,
  presence,
  since,
  mailbox,
})
