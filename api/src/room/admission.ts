import { type ClientMessageOf, TIMES } from '@chat-room/protocol'
import type { RoomContext } from './context.ts'
import type { Session } from './session.ts'

/**
 * Creating the room and logging in: OPAQUE over the socket's first frames. The server sees neither the password nor
 * anything that it could be guessed from without its own setup secret.
 */

/** What an OPAQUE record is bound to: useless for any other creation, or registering would be an oracle (flow 1). */
const userIdentifier = (room: string, creation: string) => `room:${room}|${creation}`

const identifiers = (context: RoomContext) => ({
  client: `room:${context.name}`,
  server: context.deployment,
})

export async function startCreation(
  context: RoomContext,
  session: Session,
  message: ClientMessageOf<'start-creation'>,
): Promise<void> {
  if (!isOutside(session)) return session.refuse('start-creation', 'wrong-state')
  // On a claimed room nothing is evaluated: an evaluation would test a guess (crypto pitfalls).
  if (context.stored !== undefined) return refuseClaimed(context, session, 'start-creation')
  const gate = await context.gate.creation(session.address, context.name)
  if (!gate.allowed) {
    return session.refuse('start-creation', 'slow-down', { retryAfter: gate.retryAfter })
  }
  const { claimCode } = context.settings
  if (claimCode !== undefined && !sameText(claimCode, message.claimCode ?? '')) {
    return session.refuse('start-creation', 'claim-code')
  }
  const creation = context.random(16)
  const response = context.password.respondRegistration(
    userIdentifier(context.name, creation),
    message.request,
  )
  if (response === undefined) return session.peer.close('malformed')
  session.state = { name: 'creating', creation }
  session.send({ type: 'creation-started', creation, response })
}

export async function finishCreation(
  context: RoomContext,
  session: Session,
  message: ClientMessageOf<'finish-creation'>,
): Promise<void> {
  if (session.state.name !== 'creating') return session.refuse('finish-creation', 'wrong-state')
  const { creation } = session.state
  session.state = { name: 'connected' }
  const claim = {
    creation,
    record: message.record,
    wrap: message.wrap,
    epoch: 1,
    profile: message.profile,
  }
  const won = await context.store.claim(context.name, claim, context.random(16))
  await context.reload()
  // M2: of any number that arrive together one creates; the others are asked for its password.
  if (!won) return refuseClaimed(context, session, 'finish-creation')
  session.send({ type: 'created' })
  context.announceClaim()
}

export async function startLogin(
  context: RoomContext,
  session: Session,
  message: ClientMessageOf<'start-login'>,
  now: number,
): Promise<void> {
  if (!isOutside(session)) return session.refuse('start-login', 'wrong-state')
  const claim = context.stored?.claim
  if (claim === undefined) return session.refuse('start-login', 'unclaimed')
  // KE2 alone lets its receiver test one guess, so the start is what costs (M3).
  const gate = await context.gate.login(session.address, context.name)
  if (!gate.allowed) return session.refuse('start-login', 'slow-down', { retryAfter: gate.retryAfter })
  const login = context.password.startLogin({
    userIdentifier: userIdentifier(context.name, claim.creation),
    record: claim.record,
    request: message.request,
    identifiers: identifiers(context),
  })
  if (login === undefined) return session.peer.close('malformed')
  session.state = { name: 'logging-in', login: login.state, expires: now + TIMES.login }
  session.send({ type: 'login-started', response: login.response })
}

export async function finishLogin(
  context: RoomContext,
  session: Session,
  message: ClientMessageOf<'finish-login'>,
  now: number,
): Promise<void> {
  if (session.state.name !== 'logging-in') return session.refuse('finish-login', 'wrong-state')
  const { login, expires } = session.state
  // The login's state serves once, whatever comes of it.
  session.state = { name: 'connected' }
  const claim = context.stored?.claim
  if (now > expires || claim === undefined) return session.refuse('finish-login', 'login-expired')
  if (!context.password.finishLogin(login, message.finish, identifiers(context))) {
    return session.refuse('finish-login', 'wrong-password')
  }
  await context.gate.succeeded(session.address, context.name)
  session.state = { name: 'admitted' }
  session.send({ type: 'admitted', epoch: claim.epoch, wrap: claim.wrap })
}

function refuseClaimed(
  context: RoomContext,
  session: Session,
  what: 'start-creation' | 'finish-creation',
): void {
  session.refuse(what, 'already-claimed')
  session.send(context.roomFact())
}

/** A member's connection stays a member's: what it holds is given up by leaving or by disconnecting alone. */
const isOutside = ({ state }: Session): boolean => state.name !== 'joined' && state.name !== 'left'

/** In a time that depends on the given text's length alone. */
function sameText(expected: string, given: string): boolean {
  let difference = expected.length ^ given.length
  for (let i = 0; i < given.length; i++) {
    difference |= given.charCodeAt(i) ^ expected.charCodeAt(i % expected.length)
  }
  return difference === 0
}
