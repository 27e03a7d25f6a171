import * as v from 'valibot'
import { LIMITS } from './limits.ts'
import { audience, bytes, bytesBetween, count, id16 } from './schema.ts'

const claimCode = v.pipe(
  v.string(),
  v.check(text => [...text].length <= LIMITS.claimCodeLength, 'is too long'),
)

/**
 * What a client says on the room socket: imperatives, one schema each. The server is strict: a field that is not
 * here is refused.
 */
const schemas = {
  /** OPAQUE registration request (RFC 9807 section 5.1). Legal while the room is unclaimed. */
  'start-creation': v.strictObject({
    type: v.literal('start-creation'),
    request: bytes(32),
    claimCode: v.optional(claimCode),
  }),

  /** The record, and the room key wrapped under what only the password can open. */
  'finish-creation': v.strictObject({
    type: v.literal('finish-creation'),
    record: bytes(192),
    wrap: bytes(97),
    /** The stretching profile that made the record; the server keeps the number and never chooses it. */
    profile: v.pipe(count, v.minValue(1, 'is not a profile'), v.maxValue(255, 'is not a profile')),
  }),

  /** OPAQUE KE1 (RFC 9807 section 6.1). Each one costs a guess. */
  'start-login': v.strictObject({ type: v.literal('start-login'), request: bytes(96) }),

  /** OPAQUE KE3. Its verification admits. */
  'finish-login': v.strictObject({ type: v.literal('finish-login'), finish: bytes(64) }),

  /** Enter with a member id and keys of the client's own making, announced by an encrypted hello. */
  join: v.strictObject({
    type: v.literal('join'),
    member: id16,
    session: id16,
    tag: bytes(16),
    hello: bytesBetween(1, LIMITS.helloBytes),
    /** SHA-256 of the resume secret, which the client draws itself: if the answer is lost, the secret is not. */
    secretHash: bytes(32),
    /** The resume secret of the member that this one continues (same id) or replaces (another id). */
    supersedes: v.optional(bytes(32)),
  }),

  /** Come back as the member that holds this secret, without a login. The numbers are the last ones seen. */
  resume: v.strictObject({
    type: v.literal('resume'),
    secret: bytes(32),
    log: id16,
    seq: count,
    mailbox: count,
  }),

  /** A new session of the same member: after a restart, or when a counter is used up. */
  hello: v.strictObject({
    type: v.literal('hello'),
    session: id16,
    hello: bytesBetween(1, LIMITS.helloBytes),
  }),

  /** A message for everyone or a DM for one member. The same id again has no second effect. */
  send: v.strictObject({
    type: v.literal('send'),
    id: id16,
    to: audience,
    sealed: bytesBetween(1, LIMITS.sealedBytes),
  }),

  /** Of these ids, which does the server know? Asked after a restart, before anything is sealed anew. */
  check: v.strictObject({
    type: v.literal('check'),
    ids: v.pipe(
      v.array(id16),
      v.minLength(1, 'is empty'),
      v.maxLength(LIMITS.idsPerFrame, 'has too many ids'),
    ),
  }),

  /** A page of the log: forwards from a number (exclusive), or backwards from one. */
  fetch: v.strictObject({
    type: v.literal('fetch'),
    direction: v.picklist(['after', 'before']),
    seq: count,
  }),

  /** A page of the own mailbox, from a number (exclusive). */
  'fetch-mailbox': v.strictObject({ type: v.literal('fetch-mailbox'), after: count }),

  /** The log and the own mailbox up to these numbers are safe here: the server need not keep them for this member. */
  confirm: v.strictObject({ type: v.literal('confirm'), seq: count, mailbox: count }),

  /** The hellos of these sessions, to verify their messages with. */
  'fetch-hellos': v.strictObject({
    type: v.literal('fetch-hellos'),
    sessions: v.pipe(
      v.array(id16),
      v.minLength(1, 'is empty'),
      v.maxLength(LIMITS.idsPerFrame, 'has too many sessions'),
    ),
  }),

  /** Relayed to whoever is present, never stored: typing. */
  ephemeral: v.strictObject({
    type: v.literal('ephemeral'),
    to: audience,
    sealed: bytesBetween(1, LIMITS.ephemeralBytes),
  }),

  /** A ticket for the segment socket. */
  'request-ticket': v.strictObject({ type: v.literal('request-ticket') }),

  /** The page is being closed and keeps nothing: the alias is free at once, without the goodbye that there is no time for. */
  vanish: v.strictObject({ type: v.literal('vanish') }),

  /** Leave for good: the alias is free at once, the signed `bye` goes into the log. */
  leave: v.strictObject({ type: v.literal('leave'), bye: bytesBetween(1, LIMITS.sealedBytes) }),
} as const

type Schemas = typeof schemas

export type ClientMessageType = keyof Schemas
export type ClientMessage = {
  readonly [T in ClientMessageType]: Readonly<v.InferOutput<Schemas[T]>>
}[ClientMessageType]
export type ClientMessageOf<T extends ClientMessageType> = Extract<ClientMessage, { readonly type: T }>

export { schemas as clientMessageSchemas }
export const CLIENT_MESSAGE_TYPES = Object.keys(schemas) as readonly ClientMessageType[]
