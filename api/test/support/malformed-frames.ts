import { CLIENT_MESSAGE_TYPES, type CloseName, LIMITS, type RefusalCode } from '@chat-room/protocol'

/**
 * What no honest client sends on the room socket, and what becomes of it: a close code with its reason, or a refusal
 * after which the socket lives on.
 */
export type Outcome =
  | { readonly close: CloseName; readonly reason?: string }
  | { readonly refused: RefusalCode; readonly what: string }

export type Row = readonly [name: string, frame: string | Uint8Array | object, outcome: Outcome]

/** So many bytes, base64url: all zeros. */
export const zeros = (count: number): string => Buffer.alloc(count).toString('base64url')
const ID = zeros(16)
const SECRET = zeros(32)

export const malformed = (reason: string): Outcome => ({ close: 'malformed', reason })
const NOT_JSON = malformed('not JSON')
const NO_OBJECT = malformed('not an object')
const NO_TYPE = malformed('type: missing or unknown')
const EXTRA = malformed('has a field that is not known')
const field = (name: string, what: string): Outcome => malformed(`${name}: ${what}`)
const NOT_16 = 'is not 16 bytes of base64url'
const WRONG = 'has a wrong type or value'

const text = (value: string): Uint8Array => Buffer.from(value)
const send = (more: object) => ({ type: 'send', id: ID, to: 'all', sealed: 'AA', ...more })
const fetch = (seq: string) => `{"type":"fetch","direction":"after","seq":${seq}}`
const join = (more: object) => ({
  type: 'join',
  member: ID,
  session: ID,
  tag: ID,
  hello: 'AA',
  secretHash: SECRET,
  ...more,
})
const finishCreation = (more: object) => ({
  type: 'finish-creation',
  record: zeros(192),
  wrap: zeros(97),
  profile: 1,
  ...more,
})
const resume = (more: object) => ({
  type: 'resume',
  secret: SECRET,
  log: ID,
  seq: 0,
  mailbox: 0,
  ...more,
})
const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth)

/** Refused whatever state the connection is in: none of them reaches the room. */
export const MALFORMED: readonly Row[] = [
  ['an empty frame', '', NOT_JSON],
  ['half an object', '{"type":"send"', NOT_JSON],
  ['single quotes', "{'type':'request-ticket'}", NOT_JSON],
  ['something after the object', '{"type":"request-ticket"} {}', NOT_JSON],
  ['a comment', '{"type":"request-ticket"/**/}', NOT_JSON],
  ['a byte order mark', '\ufeff{"type":"request-ticket"}', NOT_JSON],
  ['NaN', fetch('NaN'), NOT_JSON],
  ['a number of hexadecimal digits', fetch('0x10'), NOT_JSON],
  ['100 KB of blanks', ' '.repeat(LIMITS.clientFrameBytes), NOT_JSON],

  ['null', 'null', NO_OBJECT],
  ['a number', '1', NO_OBJECT],
  ['a string', '"join"', NO_OBJECT],
  ['true', 'true', NO_OBJECT],
  ['an array', '[]', NO_TYPE],
  ['an array of messages', '[{"type":"request-ticket"}]', NO_TYPE],
  ['40 000 arrays in each other', nested('[', ']', 40_000), NO_TYPE],
  ['16 000 objects in each other', `${nested('{"a":', '', 16_000)}1${'}'.repeat(16_000)}`, NO_TYPE],
  ['a field 40 000 arrays deep', `{"type":"leave","bye":${nested('[', ']', 40_000)}}`, field('bye', WRONG)],

  ['no type', '{}', NO_TYPE],
  ['a type that is none', '{"type":"shout"}', NO_TYPE],
  ['a type in capitals', '{"type":"LEAVE"}', NO_TYPE],
  ['an empty type', '{"type":""}', NO_TYPE],
  ['a type that is a number', '{"type":1}', NO_TYPE],
  ['a type that is a list', '{"type":["leave"]}', NO_TYPE],
  ["a type of JavaScript's", '{"type":"toString"}', NO_TYPE],
  ['a type that is __proto__', '{"type":"__proto__"}', NO_TYPE],
  ['a type in __proto__', '{"__proto__":{"type":"request-ticket"}}', NO_TYPE],
  ["a type of the server's", { type: 'admitted', epoch: 1, wrap: zeros(97) }, NO_TYPE],
  ["a type of the segment socket's", { type: 'attach', ticket: SECRET }, NO_TYPE],

  ['an extra field', { type: 'request-ticket', colour: 'red' }, EXTRA],
  ['an extra field that is null', { type: 'request-ticket', colour: null }, EXTRA],
  ['an extra field of 10 000 characters', { type: 'request-ticket', ['ß'.repeat(10_000)]: 1 }, EXTRA],
  ['an extra field __proto__', '{"type":"request-ticket","__proto__":{"admin":true}}', EXTRA],
  ['an extra field constructor', '{"type":"request-ticket","constructor":{}}', EXTRA],
  ["a field of another message's", send({ session: ID }), EXTRA],
  ["one's own member id in a message", send({ member: ID }), EXTRA],
  ['a field twice, the second one wrong', '{"type":"leave","bye":"AA","bye":1}', field('bye', WRONG)],

  ...CLIENT_MESSAGE_TYPES.filter(type => type !== 'request-ticket' && type !== 'vanish').map(
    (type): Row => [`${type} without a field`, { type }, { close: 'malformed' }],
  ),
  ['a missing field', { type: 'send', id: ID, to: 'all' }, field('sealed', 'is missing')],
  ['an id that is null', send({ id: null }), field('id', WRONG)],
  ['an id that is a list', send({ id: [ID] }), field('id', WRONG)],
  ['an id of 15 bytes', send({ id: zeros(15) }), field('id', NOT_16)],
  ['an id of 17 bytes', send({ id: zeros(17) }), field('id', NOT_16)],
  ['an id with unused bits set', send({ id: `${ID.slice(0, -1)}B` }), field('id', NOT_16)],
  ['an id in plain base64', send({ id: `+/${ID.slice(2)}` }), field('id', NOT_16)],
  ['an id with padding', send({ id: `${ID}==` }), field('id', NOT_16)],
  ['an id with a line break', send({ id: `${ID}\n` }), field('id', NOT_16)],
  ['half a surrogate pair', '{"type":"leave","bye":"\\ud800"}', field('bye', 'has fewer bytes than 1')],
  ['half a surrogate pair in an id', send({ id: `${ID.slice(1)}\ud800` }), field('id', NOT_16)],
  ['a recipient that is an alias', send({ to: 'alice' }), field('to', NOT_16)],
  ['a recipient in capitals', send({ to: 'ALL' }), field('to', NOT_16)],
  ['two recipients', send({ to: [ID, ID] }), field('to', WRONG)],
  ['nothing sealed', send({ sealed: '' }), field('sealed', 'has fewer bytes than 1')],
  ['a quarter of a byte', send({ sealed: 'AAAAA' }), field('sealed', 'is not base64url')],
  ['unused bits set', send({ sealed: 'AB' }), field('sealed', 'is not base64url')],
  ['unused bits set, two bytes', send({ sealed: 'AAB' }), field('sealed', 'is not base64url')],
  ['plain base64', send({ sealed: '+/AA' }), field('sealed', 'is not base64url')],

  [
    'one sealed byte too many',
    send({ sealed: zeros(LIMITS.sealedBytes + 1) }),
    field('sealed', `has more bytes than ${LIMITS.sealedBytes}`),
  ],
  [
    'one byte of bye too many',
    { type: 'leave', bye: zeros(LIMITS.sealedBytes + 1) },
    field('bye', `has more bytes than ${LIMITS.sealedBytes}`),
  ],
  [
    'one byte of hello too many',
    join({ hello: zeros(LIMITS.helloBytes + 1) }),
    field('hello', `has more bytes than ${LIMITS.helloBytes}`),
  ],
  [
    'one ephemeral byte too many',
    { type: 'ephemeral', to: 'all', sealed: zeros(LIMITS.ephemeralBytes + 1) },
    field('sealed', `has more bytes than ${LIMITS.ephemeralBytes}`),
  ],
  [
    'one id too many',
    { type: 'check', ids: Array(LIMITS.idsPerFrame + 1).fill(ID) },
    field('ids', 'has too many ids'),
  ],
  ['no ids', { type: 'check', ids: [] }, field('ids', 'is empty')],
  ['a wrong id among good ones', { type: 'check', ids: [ID, 7] }, field('ids.1', WRONG)],
  ['ids that are an object', { type: 'check', ids: { length: 1, 0: ID } }, field('ids', WRONG)],
  [
    'one session too many',
    { type: 'fetch-hellos', sessions: Array(LIMITS.idsPerFrame + 1).fill(ID) },
    field('sessions', 'has too many sessions'),
  ],
  ['no sessions', { type: 'fetch-hellos', sessions: [] }, field('sessions', 'is empty')],
  [
    'one character of claim code too many',
    { type: 'start-creation', request: zeros(32), claimCode: '💬'.repeat(LIMITS.claimCodeLength + 1) },
    field('claimCode', 'is too long'),
  ],

  ['a negative number', fetch('-1'), field('seq', 'is negative')],
  ['a fraction', fetch('1.5'), field('seq', 'is not a whole number')],
  ['2^53', fetch('9007199254740992'), field('seq', 'is not a whole number')],
  ['infinity', fetch('1e400'), field('seq', 'is not a whole number')],
  ['a number in quotes', fetch('"1"'), field('seq', WRONG)],
  ['a number that is true', fetch('true'), field('seq', WRONG)],
  ['a direction that is none', { type: 'fetch', direction: 'up', seq: 1 }, field('direction', WRONG)],
  ['a negative mailbox', resume({ mailbox: -1 }), field('mailbox', 'is negative')],
  ['profile 0', finishCreation({ profile: 0 }), field('profile', 'is not a profile')],
  ['profile 256', finishCreation({ profile: 256 }), field('profile', 'is not a profile')],
  [
    'a record one byte short',
    finishCreation({ record: zeros(191) }),
    field('record', 'is not 192 bytes of base64url'),
  ],
  [
    'a wrap one byte long',
    finishCreation({ wrap: zeros(98) }),
    field('wrap', 'is not 97 bytes of base64url'),
  ],
  [
    'a short KE1',
    { type: 'start-login', request: zeros(95) },
    field('request', 'is not 96 bytes of base64url'),
  ],
  ['a long secret', resume({ secret: zeros(33) }), field('secret', 'is not 32 bytes of base64url')],
  ['a secret that is null', join({ supersedes: null }), field('supersedes', WRONG)],

  ['a frame one byte too large', ' '.repeat(LIMITS.clientFrameBytes + 1), { close: 'frameTooLarge' }],
  ['a binary frame', Buffer.of(1, 2, 3), { close: 'unexpectedBinary' }],
  ['an empty binary frame', new Uint8Array(), { close: 'unexpectedBinary' }],
  ['JSON in a binary frame', text('{"type":"request-ticket"}'), { close: 'unexpectedBinary' }],
]

/** Text frames that are not UTF-8. */
export const NOT_UTF8: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ['a byte that begins nothing', Buffer.of(0x22, 0xff, 0x22)],
  ['half a character', Buffer.of(0x22, 0xe2, 0x82, 0x22)],
  ['half a surrogate pair, encoded', Buffer.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
  ['a longer form than needed', Buffer.of(0x22, 0xc0, 0xaf, 0x22)],
]
