import type { CloseName, DirectEntry, Hello, LogEntry, ServerMessage } from '@chat-room/protocol'

/** Sixteen bytes in base64url: a member, a session, a message, a log's incarnation. */
export type Id = string

/**
 * A message on its way out, serialised once for all who get it. `wire` belongs to the edge, which keeps the built
 * WebSocket frame there.
 */
export class Frame {
  readonly text: string
  wire: Uint8Array | undefined = undefined

  /** @param message Or its JSON. */
  constructor(message: ServerMessage | string) {
    this.text = typeof message === 'string' ? message : JSON.stringify(message)
  }
}

/** One client's socket, as the room sees it. */
export interface Peer {
  /** Never blocks and never throws; a client that does not read is cut off by the edge and may resume. */
  send(frame: Frame): void
  close(name: CloseName): void
  /** Reads nothing more from this client for so many milliseconds: what it sends waits in its own buffers. */
  pause(milliseconds: number): void
}

/** What the creator of a room leaves with the server. All of it is useless without the password. */
export type Claim = {
  /** Drawn anew for each registration: what an OPAQUE record is bound to (flow 1). */
  readonly creation: Id
  /** OPAQUE record and wrapped room key, base64url. */
  readonly record: string
  readonly wrap: string
  readonly epoch: number
  readonly profile: number
}

/**
 * `here`: connected until a moment ago at least, or its server restarted then. `away`: disconnected, alias and presence are kept. `gone`: left or
 * away for too long; the alias is free, but the resume secret may still bring the member back.
 */
export type StoredPresence = 'here' | 'away' | 'gone'

export type StoredMember = {
  readonly member: Id
  readonly tag: string
  readonly session: Id
  readonly presence: StoredPresence
  /** When `presence` last changed, in milliseconds. */
  readonly since: number
  /** Newest number of its mailbox. */
  readonly mailbox: number
}

export type LogBounds = {
  /** The log holds `oldest`…`head`; empty when `oldest` = `head` + 1. Numbers begin at 1. */
  readonly oldest: number
  readonly head: number
}

export type StoredRoom = LogBounds & {
  readonly log: Id
  readonly claim: Claim
  /** Present and away members; the gone are not listed. */
  readonly members: readonly StoredMember[]
  /** Time of the newest entry, so that the room's clock never runs backwards. */
  readonly latest: number
}

/** A DM that ends with its recipient: who must be told. */
export type Undelivered = { readonly id: Id; readonly from: Id; readonly to: Id }

export type NewMember = {
  readonly member: Id
  readonly session: Id
  readonly tag: string
  readonly hello: string
  /** SHA-256 of its resume secret, base64url. */
  readonly secretHash: string
  /** Hash of the resume secret of the member that this one continues (same id) or replaces (another id). */
  readonly supersedes: string | undefined
  readonly at: number
}

export type JoinRefusal = 'alias-taken' | 'member-taken' | 'room-full'

/** After a join, `head` is the number of its hello. */
export type Joined = LogBounds & {
  readonly mailbox: number
  /** The member that was replaced under another id: it is gone, its tag is free. */
  readonly replaced: Id | undefined
  readonly undelivered: readonly Undelivered[]
}

export type NewMessage = {
  readonly id: Id
  readonly member: Id
  readonly session: Id
  readonly sealed: string
  readonly at: number
}

/** `fresh`: stored now. Otherwise the id was known: the first storing's number and time are told again. */
export type Stored = { readonly fresh: boolean; readonly seq: number; readonly at: number }

/** What may wait in one mailbox. */
export type MailboxBounds = {
  readonly messages: number
  /** Sealed bytes. */
  readonly bytes: number
  /** One sender has at most this part of either: so many senders it takes to keep others out. */
  readonly shares: number
}

export type Retention = {
  /** 0: kept only until all present and away members have it. */
  readonly messages: number
  readonly bytes: number
  /** Milliseconds. */
  readonly age: number
}

/** What `page`, `mailboxPage` and `hellos` count for an entry beside its sealed text: at most so many bytes of JSON. */
export const ENVELOPE_BYTES = 220

/** The storage refused an operation, which then had no effect; the store stays usable. */
export class StoreError extends Error {
  readonly reason: 'disk-full' | 'failed'

  constructor(reason: StoreError['reason'], cause: unknown) {
    super(reason === 'disk-full' ? 'the disk is full' : 'the storage failed', { cause })
    this.name = 'StoreError'
    this.reason = reason
  }
}

/**
 * Durable state of all rooms. Every operation is atomic and its promise resolves only when its effect survives the death of
 * the process; operations of one room take effect, and resolve, in the order of their calls. Storage that fails rejects
 * with a `StoreError`; an operation on an unclaimed room is a bug and rejects too.
 *
 * Two implementations run the same contract suite; an engine for several machines is to be the third.
 */
export interface RoomStore {
  /** The name of this deployment: the stored one, or `fresh` if there was none. */
  deployment(fresh: Id): Promise<Id>

  /**
   * Ties this deployment to one OPAQUE server setup, given as its hash: the first one is kept, another one is a
   * `mismatch`, with which no record of this store opens (crypto.md, pitfalls).
   */
  bindSetup(hash: string): Promise<'bound' | 'mismatch'>

  /** A claimed room, or undefined. */
  readRoom(room: string): Promise<StoredRoom | undefined>

  /** Insert if absent (M2): of any number of callers exactly one gets `true`. `log` is the new log's incarnation. */
  claim(room: string, claim: Claim, log: Id): Promise<boolean>

  /**
   * Lease the tag, store the member and append its hello, or change nothing (M5). A tag is held by the one `here` or
   * `away` member that has it. A known member id is continued only by who proves it with `supersedes`; the continued
   * member keeps its mailbox. A secret not seen since `notBefore` proves nothing, and a hash that another member has is
   * `member-taken` as well, however old: secrets tell members apart. `limit` counts present and away members.
   * A secret is seen when its hash comes, when it is used, and as long as its member is `here`.
   */
  join(room: string, member: NewMember, limit: number, notBefore: number): Promise<Joined | JoinRefusal>

  /**
   * The member that holds this secret becomes `here` and its secret's time begins anew; a gone one gets its tag back if
   * that is free and there is room. A secret not seen since `notBefore` is void.
   */
  resume(
    room: string,
    secretHash: string,
    at: number,
    notBefore: number,
    limit: number,
  ): Promise<(StoredMember & LogBounds) | 'unknown-secret' | 'alias-taken' | 'room-full'>

  /** A new session of a present or away member: its hello's number in the log. */
  appendHello(room: string, hello: Omit<Hello, 'tag'>): Promise<number>

  /** To the log; remembered by its id. */
  append(room: string, message: NewMessage): Promise<Stored>

  /**
   * To a mailbox; remembered by its id. `seq` is the mailbox's number. `mailbox-full`: it has no place, or none for this
   * sender, or not so many bytes.
   */
  deliver(
    room: string,
    to: Id,
    message: NewMessage,
    bounds: MailboxBounds,
  ): Promise<Stored | 'unknown-recipient' | 'mailbox-full'>

  /** Without effect on a member that is gone. */
  setPresence(room: string, member: Id, presence: 'here' | 'away', at: number): Promise<void>

  /** The signed bye goes into the log, the member's secret is void and its tag free (M8). */
  leave(
    room: string,
    bye: NewMessage,
  ): Promise<{ readonly seq: number; readonly undelivered: readonly Undelivered[] }>

  /** Members away since before `before` are gone now. */
  expire(
    room: string,
    before: number,
    at: number,
  ): Promise<{ readonly gone: readonly Id[]; readonly undelivered: readonly Undelivered[] }>

  /**
   * Ascending entries after or before (both exclusive) a number: at least one if there is any, then as many as stay
   * below `bytes` of sealed text and envelopes. `after` pages begin at the number's successor, `before` pages end at its
   * predecessor.
   */
  page(
    room: string,
    direction: 'after' | 'before',
    seq: number,
    bytes: number,
  ): Promise<LogBounds & { readonly entries: readonly LogEntry[]; readonly done: boolean }>

  mailboxPage(
    room: string,
    member: Id,
    after: number,
    bytes: number,
  ): Promise<{ readonly entries: readonly DirectEntry[]; readonly done: boolean }>

  /** Of these sessions, the hellos that are retained, as many as stay below `bytes`; those without one are `missing`. */
  hellos(
    room: string,
    sessions: readonly Id[],
    bytes: number,
  ): Promise<{ readonly hellos: readonly Hello[]; readonly missing: readonly Id[] }>

  /**
   * Mailbox entries up to `mailbox` are deleted; the log up to `seq` is known to this member. Numbers never go back, and
   * those beyond what exists count as the newest. Without effect on a member that is gone.
   */
  confirm(room: string, member: Id, seq: number, mailbox: number): Promise<void>

  /** Of these ids, the known ones. `seq` is absent for a DM. */
  stored(
    room: string,
    ids: readonly Id[],
  ): Promise<readonly { readonly id: Id; readonly seq?: number; readonly at: number }[]>

  /**
   * Apply retention to one room: the log's old end goes; hellos stay as long as they may be needed, which is until all
   * entries from before their session's end are gone, and always if their session is the current one of a present or
   * away member or of a gone one that may come back. Gone members whose secret was not seen since `notBefore` are
   * forgotten, and so are message ids of before; of these at most `ids` are remembered, the newest. Bounded work a call;
   * `true` if there is more to do.
   */
  prune(room: string, retention: Retention, now: number, notBefore: number, ids: number): Promise<boolean>

  /** Names of all claimed rooms, for house-keeping. */
  rooms(): Promise<readonly string[]>

  close(): Promise<void>
}

/** The server's half of OPAQUE (RFC 9807). Undefined means that the bytes are no message of the protocol. */
export interface PasswordServer {
  /** Registration response, base64url. */
  respondRegistration(userIdentifier: string, request: string): string | undefined

  /** KE2, and what is needed to verify KE3: secret, kept for one use. */
  startLogin(login: {
    readonly userIdentifier: string
    readonly record: string
    readonly request: string
    readonly identifiers: { readonly client: string; readonly server: string }
  }): { readonly state: string; readonly response: string } | undefined

  /** Whether KE3 proves the password. */
  finishLogin(
    state: string,
    finish: string,
    identifiers: { readonly client: string; readonly server: string },
  ): boolean
}

export type GateAnswer = { readonly allowed: true } | { readonly allowed: false; readonly retryAfter: number }

/** Slows down those who guess (M3). Keys are addresses as the edge normalises them. */
export interface AttemptGate {
  /** One guess of this address at this room. */
  login(address: string, room: string): Promise<GateAnswer>
  /** The guess was right: it is given back, and the address is known as a member's for a while. */
  succeeded(address: string, room: string): Promise<void>
  /** One creation, which costs the server an evaluation. */
  creation(address: string, room: string): Promise<GateAnswer>
}

/** Cryptographic randomness: so many bytes, base64url. */
export type RandomBytes = (length: number) => string

/** SHA-256 of base64url bytes, base64url. */
export type HashSecret = (secret: string) => string
