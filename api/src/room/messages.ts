import { type ClientMessageOf, LIMITS } from '@chat-room/protocol'
import type { RoomContext } from './context.ts'
import { acceptedText, entryText } from './message-text.ts'
import { Frame } from './ports.ts'
import type { Session } from './session.ts'

const MAILBOX = {
  messages: LIMITS.mailboxMessages,
  bytes: LIMITS.mailboxBytes,
  shares: LIMITS.mailboxShares,
} as const

/** The mailbox at work: what is sent, and what is asked for again. Only sessions that joined get here. */

/** The hot path: nothing here waits for anything but the store's commit. */
export function send(
  context: RoomContext,
  session: Session,
  message: ClientMessageOf<'send'>,
  now: number,
): Promise<void> {
  return message.to === 'all'
    ? sendToAll(context, session, message, now)
    : sendToOne(context, session, message, now)
}

async function sendToAll(
  context: RoomContext,
  session: Session,
  message: ClientMessageOf<'send'>,
  now: number,
): Promise<void> {
  if (session.state.name !== 'joined') return session.refuse('send', 'wrong-state', { id: message.id })
  const { member } = session.state
  const { id, sealed } = message
  const entry = { id, member: member.id, session: member.session, sealed, at: context.time(now) }
  const { fresh, seq, at } = await context.store.append(context.name, entry)
  if (fresh) context.broadcast(new Frame(entryText(seq, entry)), session)
  session.peer.send(new Frame(acceptedText(id, seq, at)))
}

async function sendToOne(
  context: RoomContext,
  session: Session,
  message: ClientMessageOf<'send'>,
  now: number,
): Promise<void> {
  if (session.state.name !== 'joined') return session.refuse('send', 'wrong-state', { id: message.id })
  const { member } = session.state
  const { id, to, sealed } = message
  const entry = { id, member: member.id, session: member.session, sealed, at: context.time(now) }
  const delivered = await context.store.deliver(context.name, to, entry, MAILBOX)
  if (typeof delivered === 'string') return session.refuse('send', delivered, { id })
  if (delivered.fresh) context.sendTo(to, { type: 'direct', mailbox: delivered.seq, ...entry })
  session.send({ type: 'accepted', id, at: delivered.at })
}

/** Typing and the like: to whoever is here now, kept nowhere. */
export async function passOn(
  context: RoomContext,
  session: Session,
  message: ClientMessageOf<'ephemeral'>,
): Promise<void> {
  if (session.state.name !== 'joined') return session.refuse('ephemeral', 'wrong-state')
  const { to, sealed } = message
  const { id: member } = session.state.member
  if (to === 'all') context.broadcast(new Frame({ type: 'ephemeral', member, to: 'all', sealed }), session)
  else context.sendTo(to, { type: 'ephemeral', member, to: 'you', sealed })
}

/** What a client asks for again, by number, by session or by id. */
export async function answer(
  context: RoomContext,
  session: Session,
  message: ClientMessageOf<'fetch' | 'fetch-mailbox' | 'fetch-hellos' | 'check' | 'confirm'>,
): Promise<void> {
  if (session.state.name !== 'joined') return session.refuse(message.type, 'wrong-state')
  const { store, name } = context
  const member = session.state.member.id
  switch (message.type) {
    case 'fetch': {
      const { direction, seq } = message
      const { entries, done } = await store.page(name, direction, seq, LIMITS.pageBytes)
      return session.send({ type: 'page', direction, seq, entries: [...entries], done })
    }
    case 'fetch-mailbox': {
      const { entries, done } = await store.mailboxPage(name, member, message.after, LIMITS.pageBytes)
      return session.send({ type: 'mailbox-page', entries: [...entries], done })
    }
    case 'fetch-hellos': {
      const { hellos, missing } = await store.hellos(name, message.sessions, LIMITS.pageBytes)
      return session.send({ type: 'hellos', hellos: [...hellos], missing: [...missing] })
    }
    case 'check': {
      const entries = await store.stored(name, message.ids)
      return session.send({ type: 'stored', entries: [...entries] })
    }
    case 'confirm': {
      // What only the log needs to know, it needs to know if nothing else bounds it.
      const isNews =
        message.mailbox > session.state.member.confirmed || context.settings.retention.messages === 0
      session.state.member.confirmed = Math.max(session.state.member.confirmed, message.mailbox)
      return isNews ? store.confirm(name, member, message.seq, message.mailbox) : undefined
    }
  }
}
