import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientEvent } from '@chat-room/client'
import { jsonLine } from './json-view.ts'

test('--json: the promised types have exactly the promised fields', () => {
  const message = { from: 'a', to: 'all', text: 't', seq: 3, at: 5 }
  const rows: readonly (readonly [ClientEvent, object])[] = [
    [
      { type: 'room', state: 'claimed' },
      { type: 'room', state: 'claimed' },
    ],
    [
      { type: 'prompt', for: 'alias' },
      { type: 'prompt', for: 'alias' },
    ],
    [
      { type: 'joined', alias: 'a' },
      { type: 'joined', alias: 'a' },
    ],
    [
      { type: 'message', id: 'i', ...message },
      { type: 'message', ...message },
    ],
    [
      { type: 'message', id: 'i', ...message, history: true },
      { type: 'message', ...message, history: true },
    ],
    [
      { type: 'sent', id: 'i', seq: 3 },
      { type: 'sent', id: 'i', seq: 3 },
    ],
    [
      { type: 'aliases', aliases: ['a', 'b'] },
      { type: 'aliases', aliases: ['a', 'b'] },
    ],
    [
      { type: 'target', to: 'all' },
      { type: 'target', to: 'all' },
    ],
    [
      { type: 'file-offered', transfer: 't', from: 'a', to: 'all', name: 'n', size: 1 },
      { type: 'file-offered', from: 'a', name: 'n', size: 1, transfer: 't' },
    ],
    [
      { type: 'file-progress', transfer: 't', direction: 'in', received: 1, size: 2 },
      { type: 'file-progress', transfer: 't', received: 1, size: 2 },
    ],
    [
      { type: 'file-received', transfer: 't', name: 'n', path: 'p', size: 1, sha256: 's' },
      { type: 'file-received', transfer: 't', name: 'n', path: 'p', size: 1, sha256: 's' },
    ],
    [
      { type: 'file-sent', transfer: 't', to: 'all' },
      { type: 'file-sent', transfer: 't', to: 'all' },
    ],
    [
      { type: 'undelivered', to: 'a', id: 'i' },
      { type: 'undelivered', to: 'a', id: 'i' },
    ],
    [
      { type: 'gap', missed: 2 },
      { type: 'gap', missed: 2 },
    ],
    [
      { type: 'connection', state: 'offline', retryIn: 5 },
      { type: 'connection', state: 'offline' },
    ],
    [
      { type: 'error', code: 'path', message: 'm' },
      { type: 'error', code: 'path', message: 'm' },
    ],
  ]
  for (const [event, expected] of rows) assert.deepEqual(JSON.parse(jsonLine(event)), expected)
})

test('--json: one line whatever is in it, and nothing that a terminal would obey', () => {
  const text = 'a\n\u001b[2J\u009b2J\u2028\u202e🎉é'
  const line = jsonLine({ type: 'message', id: 'i', from: 'a', to: 'all', text, seq: 1, at: 1 })
  assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
  assert.ok(line.includes('🎉é'))
  assert.equal(JSON.parse(line).text, text)
})
