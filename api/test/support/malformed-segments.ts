import { LIMITS } from '@chat-room/protocol'
import { malformed, type Outcome, type Row, zeros } from './malformed-frames.ts'

const ID = zeros(16)
const SECRET = zeros(32)
const OTHER_SECRET = Buffer.alloc(32, 1).toString('base64url')
const NOT_ATTACHED: Outcome = { close: 'notAttached' }
const wrong = (field: string, what: string): Outcome => malformed(`${field}: ${what}`)
const WRONG = 'has a wrong type or value'
const EXTRA = malformed('has a field that is not known')

export const provide = (more: object = {}) => ({
  type: 'provide',
  transfer: ID,
  to: 'all',
  size: 40 * LIMITS.segmentBytesMin,
  segmentSize: LIMITS.segmentBytesMin,
  secret: SECRET,
  ...more,
})
const want = (more: object = {}) => ({ type: 'want', transfer: ID, first: 0, count: 1, ...more })

/** version 1 ‖ transfer 16 ‖ index 4 ‖ ciphertext */
export function frame({ version = 1, transfer = ID, index = 0, length = LIMITS.segmentBytesMin } = {}) {
  const bytes = Buffer.alloc(21 + length)
  bytes[0] = version
  Buffer.from(transfer, 'base64url').copy(bytes, 1)
  bytes.writeUInt32BE(index, 17)
  return bytes
}

/** Before `attach`. */
export const UNATTACHED: readonly Row[] = [
  ['not JSON', 'attach', malformed('not JSON')],
  ['no object', 'null', malformed('not an object')],
  ['no ticket', { type: 'attach' }, wrong('ticket', 'is missing')],
  ['a short ticket', { type: 'attach', ticket: zeros(31) }, wrong('ticket', 'is not 32 bytes of base64url')],
  ['an extra field', { type: 'attach', ticket: SECRET, room: 'main' }, EXTRA],
  ['an unknown ticket', { type: 'attach', ticket: SECRET }, NOT_ATTACHED],
  ['provide', provide(), NOT_ATTACHED],
  ['want', want(), NOT_ATTACHED],
  ['a segment', frame(), NOT_ATTACHED],
  ['an empty binary frame', new Uint8Array(), NOT_ATTACHED],
]

/** After it: whatever was provided is still there. */
export const ATTACHED: readonly Row[] = [
  ['not JSON', '{', malformed('not JSON')],
  ['a list', '[]', malformed('type: missing or unknown')],
  ["a type of the room socket's", { type: 'request-ticket' }, malformed('type: missing or unknown')],
  ["a type of the relay's", { type: 'attached' }, malformed('type: missing or unknown')],
  ['a second attach', { type: 'attach', ticket: SECRET }, { refused: 'wrong-state', what: 'attach' }],

  ['provide with an extra field', provide({ name: 'plans.pdf' }), EXTRA],
  ['provide without a secret', provide({ secret: undefined }), wrong('secret', 'is missing')],
  ['an empty transfer', provide({ size: 0 }), wrong('size', 'is empty')],
  [
    'more than 1 PiB',
    provide({ size: LIMITS.transferBytes + 1 }),
    wrong('size', 'is more than 1125899906842624'),
  ],
  ['a fraction of a byte', provide({ size: 1.5 }), wrong('size', 'is not a whole number')],
  [
    'more segments than an index counts',
    provide({ size: LIMITS.transferBytes }),
    { refused: 'too-large', what: 'provide' },
  ],
  [
    'segments too small',
    provide({ segmentSize: LIMITS.segmentBytesMin / 2 }),
    wrong('segmentSize', 'is not a power of two from 64 KiB to 1 MiB'),
  ],
  [
    'segments too large',
    provide({ segmentSize: LIMITS.segmentBytesMax * 2 }),
    wrong('segmentSize', 'is not a power of two from 64 KiB to 1 MiB'),
  ],
  [
    'segments of an odd size',
    provide({ segmentSize: 65_537 }),
    wrong('segmentSize', 'is not a power of two from 64 KiB to 1 MiB'),
  ],
  [
    'a power of two beyond 32 bits',
    provide({ segmentSize: 2 ** 32 + 2 ** 16 }),
    wrong('segmentSize', 'is not a power of two from 64 KiB to 1 MiB'),
  ],

  ['want of nothing known', want(), { refused: 'unknown-transfer', what: 'want' }],
  ['want from -1 on', want({ first: -1 }), wrong('first', 'is negative')],
  ['want from 2^32 on', want({ first: 2 ** 32 }), wrong('first', 'is more than 4294967295')],
  ['want of 2^32', want({ count: 2 ** 32 }), wrong('count', 'is more than 4294967295')],
  ['want of half a segment', want({ count: 0.5 }), wrong('count', 'is not a whole number')],
  ['want of a transfer that is a number', want({ transfer: 1 }), wrong('transfer', WRONG)],
  [
    'received, and nothing known',
    { type: 'received', transfer: ID },
    { refused: 'unknown-transfer', what: 'received' },
  ],
  [
    'decline, and nothing known',
    { type: 'decline', transfer: ID },
    { refused: 'unknown-transfer', what: 'decline' },
  ],
  [
    'withdraw, and nothing known',
    { type: 'withdraw', transfer: ID, secret: SECRET },
    { refused: 'unknown-transfer', what: 'withdraw' },
  ],

  ['an empty segment frame', new Uint8Array(), malformed('segment: too-short')],
  ['a header alone', frame({ length: 0 }), malformed('segment: too-short')],
  ['version 0', frame({ version: 0 }), malformed('segment: unknown-version')],
  ['version 2', frame({ version: 2 }), malformed('segment: unknown-version')],
  ['a segment of a transfer that nobody provides', frame(), malformed('segment: not-yours')],
  ['a frame one byte too large', frame({ length: LIMITS.segmentBytesMax + 1 }), { close: 'frameTooLarge' }],
  ['a text frame of 4 KiB', ' '.repeat(4 * 1024), malformed('not JSON')],
  ['a text frame one byte larger', ' '.repeat(4 * 1024 + 1), { close: 'frameTooLarge' }],
  ['a text frame as large as a segment', ' '.repeat(LIMITS.segmentBytesMax), { close: 'frameTooLarge' }],
]

/** After a `provide` of 40 segments that the relay answered: it wants the first 16. */
export const providing = (transfer: string): readonly Row[] => [
  [
    'a segment shorter than announced',
    frame({ transfer, length: LIMITS.segmentBytesMin - 1 }),
    malformed('segment: wrong-length'),
  ],
  [
    'a segment longer than announced',
    frame({ transfer, length: LIMITS.segmentBytesMin + 1 }),
    malformed('segment: wrong-length'),
  ],
  ['a segment that is not wanted yet', frame({ transfer, index: 30 }), malformed('segment: unwanted')],
  ['a segment behind the trailer', frame({ transfer, index: 41 }), malformed('segment: out-of-range')],
  ['the last index there is', frame({ transfer, index: 2 ** 32 - 1 }), malformed('segment: out-of-range')],
  [
    'a trailer that is too long',
    frame({ transfer, index: 40, length: LIMITS.trailerBytes + 1 }),
    malformed('segment: wrong-length'),
  ],
  [
    'another secret',
    provide({ transfer, secret: OTHER_SECRET }),
    { refused: 'wrong-upload-secret', what: 'provide' },
  ],
  ['another size', provide({ transfer, size: 1 }), { refused: 'transfer-mismatch', what: 'provide' }],
  ['another audience', provide({ transfer, to: ID }), { refused: 'transfer-mismatch', what: 'provide' }],
  [
    'withdraw with another secret',
    { type: 'withdraw', transfer, secret: OTHER_SECRET },
    { refused: 'wrong-upload-secret', what: 'withdraw' },
  ],
  ["want of one's own file", want({ transfer }), { refused: 'not-yours', what: 'want' }],
  ["received of one's own file", { type: 'received', transfer }, { refused: 'not-yours', what: 'received' }],
]
