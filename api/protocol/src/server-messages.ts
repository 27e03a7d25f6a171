import * as v from 'valibot'
import { LIMITS } from './limits.ts'
import { bytes, bytesBetween, count, id16, refusalCode, wait } from './schema.ts'

// What a newer server says in a word that is not known here must not cost the whole page it stands in.
const presence = v.fallback(v.picklist(['here', 'away']), 'here')

/** Milliseconds since 1970, by the server's clock. */
const at = count

/** A line of the room's ordered log. To the server all three kinds are sealed bytes. */
const logEntry = v.object({
  /** Dense in the room: a missing number is a loss. */
  seq: count,
  at,
  kind: v.fallback(v.picklist(['hello', 'message', 'bye', 'unknown']), 'unknown'),
  member: id16,
  session: id16,
  /** The id under which it was sent; a hello has none. */
  id: v.optional(id16),
  /** Of a hello: the alias tag that the server guards. */
  tag: v.optional(bytes(16)),
  sealed: bytesBetween(1, LIMITS.sealedBytes),
})

const directEntry = v.object({
  /** Dense in its recipient's mailbox. */
  mailbox: count,
  at,
  id: id16,
  /** Who sent it, and in which of its sessions. */
  member: id16,
  session: id16,
  sealed: bytesBetween(1, LIMITS.sealedBytes),
})

const hello = v.object({
  member: id16,
  session: id16,
  tag: bytes(16),
  at,
  sealed: bytesBetween(1, LIMITS.helloBytes),
})

/** What follows an admission by join or by resume: where the room stands. */
const standing = {
  /** This log's incarnation: another one means that numbers of old say nothing any more. */
  log: id16,
  /** The log holds `oldest`…`head`; it is empty when `oldest` = `head` + 1. */
  oldest: count,
  head: count,
  /** The own mailbox's newest number. */
  mailbox: count,
  roster: v.array(v.object({ member: id16, session: id16, presence })),
}

/**
 * What the server says on the room socket: facts, one schema each. Clients are lenient: they ignore fields and whole
 * messages that they do not know.
 */
const schemas = {
  /** The first frame of every connection, and again when the room gets claimed meanwhile. */
  room: v.object({
    type: v.literal('room'),
    room: v.string(),
    /** Names this deployment in the password protocol; survives a change of host name. */
    deployment: id16,
    state: v.picklist(['unclaimed', 'claimed']),
    /** Of a claimed room: what its record is bound to, and how its password is stretched. */
    creation: v.optional(id16),
    profile: v.optional(count),
    /** Whether creating asks for the operator's claim code. */
    claimCode: v.boolean(),
  }),

  'creation-started': v.object({ type: v.literal('creation-started'), creation: id16, response: bytes(64) }),
  created: v.object({ type: v.literal('created') }),
  'login-started': v.object({ type: v.literal('login-started'), response: bytes(320) }),

  /** Released only after the password was proven: the wrapped room key. */
  admitted: v.object({ type: v.literal('admitted'), epoch: count, wrap: bytes(97) }),

  joined: v.object({
    type: v.literal('joined'),
    ...standing,
  }),

  resumed: v.object({
    type: v.literal('resumed'),
    /** Who resumed: the alias is still its own. */
    member: id16,
    /** Log entries that are gone for good between the number named and what the log still holds. */
    missed: count,
    ...standing,
  }),

  entry: v.object({ type: v.literal('entry'), ...logEntry.entries }),
  direct: v.object({ type: v.literal('direct'), ...directEntry.entries }),

  /** Durable: stored before this was sent. A DM has no `seq`: its number is its recipient's business. */
  accepted: v.object({ type: v.literal('accepted'), id: id16, seq: v.optional(count), at }),

  /** A DM whose recipient left before it came back to read it. */
  undelivered: v.object({ type: v.literal('undelivered'), id: id16, to: id16 }),

  presence: v.object({
    type: v.literal('presence'),
    member: id16,
    presence: v.picklist(['here', 'away', 'left']),
    /** Of one who is here: the session whose hello introduces it. */
    session: v.optional(id16),
  }),

  page: v.object({
    type: v.literal('page'),
    direction: v.picklist(['after', 'before']),
    /** The request's number. */
    seq: count,
    /** Ascending, whatever the direction. */
    entries: v.array(logEntry),
    /** Nothing more lies in this direction. */
    done: v.boolean(),
  }),

  'mailbox-page': v.object({
    type: v.literal('mailbox-page'),
    entries: v.array(directEntry),
    done: v.boolean(),
  }),

  /** As many of the asked-for hellos as fit a page; `missing` were not retained, the rest may be asked for again. */
  hellos: v.object({ type: v.literal('hellos'), hellos: v.array(hello), missing: v.array(id16) }),

  stored: v.object({
    type: v.literal('stored'),
    entries: v.array(v.object({ id: id16, seq: v.optional(count), at })),
  }),

  ephemeral: v.object({
    type: v.literal('ephemeral'),
    member: id16,
    to: v.picklist(['all', 'you']),
    sealed: bytesBetween(1, LIMITS.ephemeralBytes),
  }),

  ticket: v.object({ type: v.literal('ticket'), ticket: bytes(32) }),

  /** Seal nothing new for so many milliseconds; what was sent is not lost. */
  'slow-down': v.object({ type: v.literal('slow-down'), retryAfter: wait }),

  refused: v.object({
    type: v.literal('refused'),
    /** The `type` of the message that is refused. */
    what: v.string(),
    code: refusalCode,
    /** The refused message's id, where it had one. */
    id: v.optional(id16),
    retryAfter: v.optional(wait),
  }),

  left: v.object({ type: v.literal('left') }),
} as const

type Schemas = typeof schemas

export type ServerMessageType = keyof Schemas
export type ServerMessage = {
  readonly [T in ServerMessageType]: Readonly<v.InferOutput<Schemas[T]>>
}[ServerMessageType]
export type ServerMessageOf<T extends ServerMessageType> = Extract<ServerMessage, { readonly type: T }>

export type LogEntry = Readonly<v.InferOutput<typeof logEntry>>
export type DirectEntry = Readonly<v.InferOutput<typeof directEntry>>
export type Hello = Readonly<v.InferOutput<typeof hello>>
export type Presence = v.InferOutput<typeof presence>

export { schemas as serverMessageSchemas }
export const SERVER_MESSAGE_TYPES = Object.keys(schemas) as readonly ServerMessageType[]
