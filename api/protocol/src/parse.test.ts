import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { suite, test } from 'node:test'
import { CLIENT_MESSAGE_TYPES, clientMessageSchemas } from './client-messages.ts'
import { CLOSE_REASON_BYTES } from './close-codes.ts'
import { TIMES } from './limits.ts'
import {
  parseClientMessage,
  parseRelayMessage,
  parseSegmentClientMessage,
  parseServerMessage,
} from './parse.ts'

const zeros = (count: number) => Buffer.alloc(count).toString('base64url')
const ID = zeros(16)

/** One valid message of each type. */
const VALID = [
  { type: 'start-creation', request: zeros(32), claimCode: 'abc' },
  { type: 'finish-creation', record: zeros(192), wrap: zeros(97), profile: 1 },
  { type: 'start-login', request: zeros(96) },
  { type: 'finish-login', finish: zeros(64) },
  {
    type: 'join',
    member: ID,
    session: ID,
    tag: ID,
    hello: 'AA',
    secretHash: zeros(32),
    supersedes: zeros(32),
  },
  { type: 'resume', secret: zeros(32), log: ID, seq: 7, mailbox: 0 },
  { type: 'hello', session: ID, hello: 'AAA' },
  { type: 'send', id: ID, to: 'all', sealed: 'AAAA' },
  { type: 'send', id: ID, to: ID, sealed: 'AAAA' },
  { type: 'check', ids: [ID, ID] },
  { type: 'fetch', direction: 'before', seq: 2 ** 53 - 1 },
  { type: 'fetch-mailbox', after: 0 },
  { type: 'confirm', seq: 1, mailbox: 1 },
  { type: 'fetch-hellos', sessions: [ID] },
  { type: 'ephemeral', to: 'all', sealed: 'AA' },
  { type: 'request-ticket' },
  { type: 'vanish' },
  { type: 'leave', bye: 'AA' },
] as const

test('P5: each message is taken with its fields, and as a fresh object', () => {
  assert.deepEqual(new Set(VALID.map(({ type }) => type)), new Set(CLIENT_MESSAGE_TYPES))
  for (const message of VALID) {
    assert.deepEqual(parseClientMessage(JSON.stringify(message)), { ok: true, value: message })
  }
})

test('P8: every field that is missing or wrong is named', () => {
  for (const message of VALID) {
    for (const field of Object.keys(message)) {
      const { [field]: _, ...rest } = message as Record<string, unknown>
      const optional = ['claimCode', 'supersedes'].includes(field)
      const without = parseClientMessage(JSON.stringify(rest))
      assert.equal(without.ok, optional, `${message.type} without ${field}`)
      if (!without.ok) assert.match(without.error.message, new RegExp(`^${field}: .*missing`))
      const wrong = parseClientMessage(JSON.stringify({ ...message, [field]: { not: 'this' } }))
      assert.ok(!wrong.ok)
      assert.ok(wrong.error.message.startsWith(`${field}: `), wrong.error.message)
    }
  }
})

suite('P5: clients are lenient', () => {
  test('a field that is not known is left out', () => {
    const parsed = parseServerMessage('{"type":"created","by":"somebody"}')
    assert.deepEqual(parsed, { ok: true, value: { type: 'created' } })
  })

  test('a message that is not known is told from one that is wrong', () => {
    const parsed = parseServerMessage('{"type":"newer"}')
    assert.equal(!parsed.ok && parsed.error.reason, 'unknown-type')
  })

  test('a refusal for a reason that is not known is still a refusal', () => {
    for (const code of ['newer', 'toString', '__proto__', '']) {
      const refused = { type: 'refused', what: 'send', code, id: ID }
      const parsed = parseServerMessage(JSON.stringify(refused))
      assert.deepEqual(parsed, { ok: true, value: { ...refused, code: 'unknown-reason' } })
      const relayed = parseRelayMessage(JSON.stringify({ type: 'refused', what: 'want', code }))
      assert.equal(relayed.ok && 'code' in relayed.value && relayed.value.code, 'unknown-reason')
    }
  })
})

test('P17: a wait of more than a day is taken as a day, and its message is not lost', () => {
  for (const [said, taken] of [
    [0, 0],
    [TIMES.retryAfter, TIMES.retryAfter],
    [TIMES.retryAfter + 1, TIMES.retryAfter],
    [Number.MAX_SAFE_INTEGER, TIMES.retryAfter],
  ]) {
    for (const fact of [
      { type: 'slow-down', retryAfter: said },
      { type: 'refused', what: 'start-login', code: 'slow-down', retryAfter: said },
    ]) {
      const parsed = parseServerMessage(JSON.stringify(fact))
      assert.deepEqual(parsed, { ok: true, value: { ...fact, retryAfter: taken } })
    }
  }
})

/** All that may ever be said of a malformed message: the schema's names, and words of ours. */
const FIELDS = Object.values(clientMessageSchemas).flatMap(({ entries }) => Object.keys(entries))
const SAYABLE = new RegExp(
  `^(not JSON|not an object|has a field that is not known|(${FIELDS.join('|')})(\\.\\d+)?: ` +
    '(missing or unknown|is missing|has a wrong type or value|is not base64url|is empty|is negative|is not a profile|is too long|' +
    'is not \\d+ bytes of base64url|has (fewer|more) bytes than \\d+|is not a whole number|has too many (ids|sessions)))$',
)

test('P8: whatever arrives, parsing answers in words of its own that fit a close frame', t => {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 32))
  t.diagnostic(`SEED=${seed}`)
  let state = seed >>> 0 || 1
  const below = (limit: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % limit
  }
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T
  const values: readonly unknown[] = [
    null,
    true,
    -1,
    1.5,
    2 ** 53,
    '',
    'canary',
    '\ud800',
    '__proto__',
    [],
    ['canary'],
    {},
    { canary: 'canary' },
    'A'.repeat(100_000),
    ID,
    'all',
  ]
  const tokens = ['{', '}', '[', ']', '"', ',', ':', '\\', '\\u0000', '1e999', '-', 'canary', '\u2028', '💬']

  function mutate(message: Record<string, unknown>): string {
    const copy = { ...message }
    for (let i = below(3); i >= 0; i--) {
      const key = pick([...Object.keys(copy), 'canary', 'constructor', 'toString', pick(FIELDS)])
      if (below(4) === 0) delete copy[key]
      else copy[key] = pick(values)
    }
    let text = JSON.stringify(copy)
    if (below(8) === 0) text = text.replace('{', '{"__proto__":{"canary":1},')
    for (let i = below(4); i > 2; i--) {
      const at = below(text.length + 1)
      text = text.slice(0, at) + pick(tokens) + text.slice(at + below(3))
    }
    return text
  }

  for (let round = 0; round < 20_000; round++) {
    const text = mutate(pick(VALID))
    for (const parse of [parseClientMessage, parseSegmentClientMessage]) {
      const parsed = parse(text)
      if (parsed.ok) continue
      const { message } = parsed.error
      const isSayable = parse === parseClientMessage ? SAYABLE.test(message) : !message.includes('canary')
      assert.ok(isSayable, `SEED=${seed}, round ${round}: ${JSON.stringify(message)}`)
      assert.ok(Buffer.byteLength(message) <= CLOSE_REASON_BYTES)
    }
  }
})
