import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientEvent, TransferView } from '@chat-room/client'
import { jsonLine } from './json-view.ts'

const TRANSFER: Required<TransferView> = {
  number: 1,
  transfer: 't',
  direction: 'out',
  with: 'all',
  name: 'n',
  folder: 'f/g',
  size: 9,
  done: 8,
  state: 'waiting',
  waitsFor: 'slower-receivers',
  speed: 7,
  remaining: 6,
  path: 'f/g/n',
  has: ['b', 'c'],
  declined: ['d'],
}

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
      { type: 'sent', id: 'i', seq: 3, at: 5 },
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
      {
        type: 'file-offered',
        transfer: 't',
        from: 'a',
        to: 'you',
        name: 'n',
        size: 1,
        folder: 'f/g',
        history: true,
      },
      { type: 'file-offered', from: 'a', name: 'n', size: 1, folder: 'f/g', transfer: 't', history: true },
    ],
    [
      { type: 'file-progress', transfer: 't', direction: 'in', received: 1, size: 2, speed: 3 },
      { type: 'file-progress', transfer: 't', received: 1, size: 2, speed: 3 },
    ],
    ...(
      [
        { type: 'file-resumed', transfer: 't', direction: 'out', name: 'n', received: 1, size: 2 },
        { type: 'file-interrupted', transfer: 't', name: 'n', size: 2 },
        { type: 'file-waiting', transfer: 't', for: 'sender' },
        { type: 'file-received', transfer: 't', name: 'n', path: 'p', size: 1, sha256: 's' },
        { type: 'file-sent', transfer: 't', to: 'all' },
        { type: 'file-delivered', transfer: 't', to: 'b' },
        { type: 'file-declined', transfer: 't', by: 'b' },
        { type: 'file-ended', transfer: 't', reason: 'r' },
        { type: 'files', files: [] },
        { type: 'files', files: [TRANSFER] },
      ] as const satisfies readonly ClientEvent[]
    ).map(event => [event, event] as const),
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
