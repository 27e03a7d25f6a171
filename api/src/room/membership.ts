import { type ClientMessageOf, LIMITS, TIMES } from '@chat-room/protocol'
import type { RoomContext } from './context.ts'
import type { MessageBucket } from './message-bucket.ts'
import { Frame, type Id } from './ports.ts'
import type { Member, Session } from './session.ts'

/** Entering, coming back, leaving: M4, M5, M8. The server guards alias tags without ever seeing an alias. */

export async function join(
  context: RoomContext,
  session: Session,
  message: ClientMessageOf<'join'>,
  now: number,
): Promise<void> {
  if (session.state.name !== 'admitted') return session.refuse('join', 'wrong-state')
  const { stored } = context
  if (stored === undefined) return session.refuse('join', 'unclaimed')
  const at = context.time(now)
  const joined = await context.store.join(
    context.name,
    {
      member: message.member,
      session: message.session,
      tag: message.tag,
      hello: message.hello,
      secretHash: message.secretHash,
      supersedes: message.supersedes === undefined ? undefined : context.hash(message.supersedes),
      at,
    },
    LIMITS.membersPerRoom,
    now - TIMES.resumeSecret,
  )
  if (typeof joined === 'string') return session.refuse('join', joined)

  const replaced = joined.replaced === undefined ? undefined : context.members.get(joined.replaced)
  const before = replaced ?? context.members.get(message.member)
  if (replaced !== undefined) context.remove(replaced, 'replaced', now)
  context.returnToSenders(joined.undelivered)
  context.enter(session, {
    id: message.member,
    tag: message.tag,
    session: message.session,
    presence: 'here',
    since: at,
    connection: session,
    bucket: bucketOf(context, before, session, now),
    confirmed: 0,
    undelivered: context.members.get(message.member)?.undelivered ?? [],
  })
  context.broadcast(
    new Frame({
      type: 'entry',
      seq: joined.head,
      at,
      kind: 'hello',
      member: message.member,
      session: message.session,
      tag: message.tag,
      sealed: message.hello,
    }),
    session,
  )
  session.send({
    type: 'joined',
    log: stored.log,
    oldest: joined.oldest,
    head: joined.head,
    mailbox: joined.mailbox,
    roster: roster(context),
  })
  returnUndelivered(context, message.member)
  dropIfBroken(context, session, message.member, now)
}

export async function resume(
  context: RoomContext,
  session: Session,
  message: ClientMessageOf<'resume'>,
  now: number,
): Promise<void> {
  if (session.state.name !== 'connected') return session.refuse('resume', 'wrong-state')
  const { stored } = context
  if (stored === undefined) return session.refuse('resume', 'unclaimed')
  const at = context.time(now)
  const found = await context.store.resume(
    context.name,
    context.hash(message.secret),
    at,
    now - TIMES.resumeSecret,
    LIMITS.membersPerRoom,
  )
  if (found === 'unknown-secret') return session.refuse('resume', found)
  if (typeof found === 'string') {
    // The secret still admits: only the alias is not free any more, and another one may be chosen.
    session.state = { name: 'admitted' }
    return session.refuse('resume', found)
  }
  const known = context.members.get(found.member)
  context.enter(session, {
    id: found.member,
    tag: found.tag,
    session: found.session,
    presence: 'here',
    since: at,
    connection: session,
    bucket: bucketOf(context, known, session, now),
    confirmed: 0,
    undelivered: known?.undelivered ?? [],
  })
  if (known?.presence !== 'here') {
    context.broadcast(
      new Frame({ type: 'presence', member: found.member, presence: 'here', session: found.session }),
      session,
    )
  }
  session.send({
    type: 'resumed',
    member: found.member,
    missed: missed(message, stored.log, found.oldest),
    log: stored.log,
    oldest: found.oldest,
    head: found.head,
    mailbox: found.mailbox,
    roster: roster(context),
  })
  returnUndelivered(context, found.member)
  dropIfBroken(context, session, found.member, now)
}

/** A new session of a member who is here: its counters begin anew. */
export async function announceSession(
  context: RoomContext,
  session: Session,
  message: ClientMessageOf<'hello'>,
  now: number,
): Promise<void> {
  if (session.state.name !== 'joined') return session.refuse('hello', 'wrong-state')
  const { member } = session.state
  const at = context.time(now)
  const hello = { member: member.id, session: message.session, at, sealed: message.hello }
  const seq = await context.store.appendHello(context.name, hello)
  member.session = message.session
  // To its author as well: the number is its acknowledgement.
  context.broadcast(new Frame({ type: 'entry', seq, kind: 'hello', tag: member.tag, ...hello }))
}

export async function leave(
  context: RoomContext,
  session: Session,
  message: ClientMessageOf<'leave'>,
  now: number,
): Promise<void> {
  if (session.state.name !== 'joined') return session.refuse('leave', 'wrong-state')
  const { member } = session.state
  const bye = {
    id: context.random(16),
    member: member.id,
    session: member.session,
    at: context.time(now),
    sealed: message.bye,
  }
  const { seq, undelivered } = await context.store.leave(context.name, bye)
  context.broadcast(new Frame({ type: 'entry', seq, kind: 'bye', ...bye }), session)
  session.send({ type: 'left' })
  // Another connection may have resumed meanwhile: whichever is this member's now goes with it.
  context.remove(context.members.get(member.id) ?? member, 'left', now)
  context.returnToSenders(undelivered)
}

/** A dropped connection: alias and presence are kept for the grace time. */
export function drop(context: RoomContext, member: Member, now: number): void {
  member.connection = undefined
  member.presence = 'away'
  member.since = context.time(now)
  context.broadcast(new Frame({ type: 'presence', member: member.id, presence: 'away' }))
  context.dropped.add(member)
}

/**
 * The store hears of who dropped and did not come back at once, which most do: that spares it a transaction for each. It may wait,
 * since whoever is here in the store is away when the server starts.
 */
export async function writeDropped({ name, store, members, dropped }: RoomContext): Promise<void> {
  const known = [...dropped]
  const away = known.filter(member => members.get(member.id) === member)
  const write = ({ id, presence, since }: Member) => store.setPresence(name, id, presence, since)
  await Promise.all(away.map(write))
  for (const member of known) dropped.delete(member)
  // Whom the store was bringing back when it was told.
  const back = away.map(({ id }) => members.get(id)).filter(member => member !== undefined)
  await Promise.all(back.filter(({ presence }) => presence === 'here').map(write))
}

/** Gone without a goodbye, and not to come back: as if its grace time were over. */
export async function vanish(context: RoomContext, session: Session, now: number): Promise<void> {
  if (session.state.name !== 'joined') return session.refuse('vanish', 'wrong-state')
  const { member } = session.state
  session.state = { name: 'left' }
  session.send({ type: 'left' })
  session.peer.close('left')
  member.connection = undefined
  member.presence = 'away'
  member.since = now - context.settings.awayGrace - 1
  await context.store.setPresence(context.name, member.id, 'away', member.since)
  await expire(context, now)
}

/** Those who were away for too long are gone: their aliases are free. */
export async function expire(context: RoomContext, now: number): Promise<void> {
  const before = now - context.settings.awayGrace
  const due = [...context.members.values()].some(
    member => member.presence === 'away' && member.since < before,
  )
  if (!due) return
  const { gone, undelivered } = await context.store.expire(context.name, before, context.time(now))
  for (const id of gone) {
    const member = context.members.get(id)
    if (member !== undefined) context.remove(member, 'expired', now)
  }
  context.returnToSenders(undelivered)
}

/** A member says as much over many connections, or as its own successor, as it does over one. */
function bucketOf(
  { settings }: RoomContext,
  before: Member | undefined,
  session: Session,
  now: number,
): MessageBucket {
  if (before === undefined) return session.bucket.promoted(settings.rate, now)
  before.bucket.charge(session.bucket, now)
  return before.bucket
}

/** The connection broke while the store was at work: told after the others know who is away. */
function dropIfBroken(context: RoomContext, session: Session, id: Id, now: number): void {
  const member = context.members.get(id)
  if (session.state.name === 'left' && member?.connection === session) drop(context, member, now)
}

function roster(context: RoomContext) {
  return Array.from(context.members.values(), ({ id, session, presence }) => ({
    member: id,
    session,
    presence,
  }))
}

/** How many entries between the last one seen and the oldest one held are gone for good. */
function missed(seen: ClientMessageOf<'resume'>, log: string, oldest: number): number {
  return seen.log === log ? Math.max(0, oldest - 1 - seen.seq) : oldest - 1
}

function returnUndelivered(context: RoomContext, id: Id): void {
  const member = context.members.get(id)
  if (member === undefined) return
  for (const message of member.undelivered.splice(0)) context.sendTo(id, message)
}
