const KIB = 1024
const MIB = 1024 * KIB

/**
 * Every bound of the protocol, in one table. What the operator may change (retention, quotas, rates) is
 * configuration; what both sides must agree on is here.
 */
export const LIMITS = {
  /** Alias, in user-perceived characters (extended grapheme clusters). */
  aliasGraphemes: 32,
  /** Alias, in bytes of UTF-8. */
  aliasBytes: 128,
  /** Text of one message, in bytes of UTF-8. */
  messageBytes: 16 * KIB,
  /** Text of one message as a JSON string, in which a control character is six times as long. */
  bodyLength: 48 * KIB,
  /** A sealed message, hello or DM, in bytes: a padded body of 64 KiB (an offer may carry a preview) and its envelope. */
  sealedBytes: 66 * KIB,
  /** A preview that an offer carries: a small picture, in bytes. */
  previewBytes: 16 * KIB,
  /** A sealed hello: keys, alias and signature (about 1.6 KB). */
  helloBytes: 2 * KIB,
  /** A sealed ephemeral message, such as "is typing". */
  ephemeralBytes: 1 * KIB,
  /** One text frame from a client: the largest sealed message in base64url and its JSON. */
  clientFrameBytes: 96 * KIB,
  /** One text frame from the server: a page of catch-up plus the entry that filled it. */
  serverFrameBytes: 512 * KIB,
  /** A page of catch-up ends with the entry that reaches this many bytes of JSON. */
  pageBytes: 256 * KIB,
  /** Ids in one `check`, sessions in one `fetch-hellos`. */
  idsPerFrame: 256,
  /** Members, present and away, of one room. */
  membersPerRoom: 1_000,
  /** A DM mailbox: messages that wait for one member. */
  mailboxMessages: 5_000,
  /** And their sealed bytes. */
  mailboxBytes: 16 * MIB,
  /** Senders that it takes to fill a mailbox: nobody has more than this part of its messages, or of its bytes. */
  mailboxShares: 4,
  /** Message ids that are remembered for one room: beyond, the oldest are forgotten first. */
  messageIds: 1_000_000,
  /** A claim code, in code points. */
  claimCodeLength: 128,
  /** Ciphertext of one file segment, trailer apart, is a power of two: at least this, */
  segmentBytesMin: 64 * KIB,
  /** and at most this. */
  segmentBytesMax: 1 * MIB,
  /** The size that our clients use for files below 256 MiB; from there on the largest. */
  segmentBytes: 256 * KIB,
  /** A text frame on the segment socket, in bytes: `provide` is the longest, of a few hundred. */
  segmentTextBytes: 4 * KIB,
  /** An encrypted trailer, in bytes. */
  trailerBytes: 1 * KIB,
  /** A transfer's ciphertext, in bytes: 1 PiB, the format's 2^32 segments of 256 KiB. */
  transferBytes: 2 ** 50,
  /** Segments that may be wanted at once of one transfer, in each direction. */
  windowSegments: 16,
  /** And their bytes, so that of large segments fewer are wanted at once. What is sent twice after a loss is no more. */
  windowBytes: 4 * MIB,
  /** Runs of segments that one receiver may have open, each of another transfer. */
  openRuns: 64,
  /** Ranges that one `providing` names. */
  rangesPerFrame: 1_024,
} as const

/** Times of the protocol, in milliseconds. */
export const TIMES = {
  /** The server pings every socket this often; two missed answers end the connection. */
  ping: 25_000,
  /** From a login's first frame to its last. */
  login: 60_000,
  /** From the segment socket's ticket to its use. */
  ticket: 30_000,
  /** From the segment socket's opening to its first frame. */
  attach: 10_000,
  /** A room socket that has not joined by then is closed: people type slowly, but not for ever. */
  idleBeforeJoin: 15 * 60_000,
  /** How long a resume secret re-admits, counted from the last time it was seen. */
  resumeSecret: 7 * 24 * 3_600_000,
  /** How long a message id is remembered, so that a repetition stays without effect. */
  messageId: 7 * 24 * 3_600_000,
  /** The longest wait that a server may ask for: a client takes a longer one as this. */
  retryAfter: 24 * 3_600_000,
} as const

/** `[a-z0-9-]{1,64}`: what a room may be called. `main` is the only one unless the operator allows many. */
export const ROOM_NAME = /^[a-z0-9-]{1,64}$/
export const MAIN_ROOM = 'main'

/** The WebSocket subprotocol: its last part is the version of this whole protocol. */
export const SUBPROTOCOL = 'chat-room.v1'
