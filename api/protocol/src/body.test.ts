import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import { type Body, encodeBody, encodeEphemeralBody, parseBody, parseEphemeralBody } from './body.ts'
import { LIMITS } from './limits.ts'

const ID = Buffer.alloc(16).toString('base64url')
const KEY = Buffer.alloc(32).toString('base64url')
const offer = {
  kind: 'offer',
  transfer: ID,
  key: KEY,
  size: 5,
  segmentSize: 262_144,
  name: 'plans.pdf',
  mime: 'application/pdf',
} as const

const BODIES: readonly Body[] = [
  { kind: 'text', text: 'hello' },
  { kind: 'text', text: '', head: { log: ID, seq: 3, hash: KEY }, written: 1 },
  offer,
  { ...offer, preview: 'AAAA' },
  { ...offer, folder: { id: ID, path: 'photos/2024' } },
  { kind: 'receipt', ids: [ID] },
  { kind: 'bye' },
]

test('P80–P86: what is encoded is parsed', () => {
  for (const body of BODIES) assert.deepEqual(parseBody(encodeBody(body)), { ok: true, value: body })
})

test('P80: a field that is not known is left out', () => {
  assert.deepEqual(parseBody('{"kind":"bye","mood":"sad"}'), { ok: true, value: { kind: 'bye' } })
})

test('P80: a kind of a newer version is told from what is malformed', () => {
  for (const kind of ['poll', 'toString', '__proto__', '']) {
    assert.deepEqual(parseBody(JSON.stringify({ kind })), { ok: false, error: 'unknown-kind' }, kind)
  }
  const malformed = ['', 'null', '[]', '{}', '{"kind":1}', '{"kind":"text"}', '{"kind":"text","text":1}']
  for (const text of [...malformed, JSON.stringify({ ...offer, key: ID }), '{"kind":"receipt","ids":[1]}']) {
    assert.deepEqual(parseBody(text), { ok: false, error: 'malformed' }, text)
  }
})

test('P83: a text of 16 KiB of UTF-8 is one, and a byte more is none', () => {
  for (const [character, bytes] of [
    ['a', 1],
    ['\u001b', 1],
    ['é', 2],
    ['漢', 3],
    ['💬', 4],
  ] as const) {
    const most = character.repeat(Math.floor(LIMITS.messageBytes / bytes))
    assert.ok(parseBody(encodeBody({ kind: 'text', text: most })).ok, character)
    const more = parseBody(encodeBody({ kind: 'text', text: most + character }))
    assert.deepEqual(more, { ok: false, error: 'malformed' }, character)
  }
})

test('P88: where a file lies in its folder is bounded, and told as it came: to make it safe is for the receiver', () => {
  for (const path of ['', '../../etc', 'C:\\x', '/', 'a/../b', '\u202e', 'x'.repeat(4096)]) {
    const body = { ...offer, folder: { id: ID, path } }
    assert.deepEqual(parseBody(encodeBody(body)), { ok: true, value: body })
  }
  for (const folder of [
    { id: ID, path: 'x'.repeat(4097) },
    { id: KEY, path: 'a' },
    { path: 'a' },
    'a',
    null,
  ]) {
    assert.deepEqual(parseBody(JSON.stringify({ ...offer, folder })), { ok: false, error: 'malformed' })
  }
})

test('P87: an ephemeral body, or nothing', () => {
  const body = { kind: 'typing', typing: true } as const
  assert.deepEqual(parseEphemeralBody(encodeEphemeralBody(body)), body)
  for (const text of ['', '{}', '{"kind":"typing"}', '{"kind":"waving"}', '{"kind":"typing","typing":1}']) {
    assert.equal(parseEphemeralBody(text), undefined, text)
  }
})
