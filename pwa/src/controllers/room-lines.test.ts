import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseLine } from '@chat-room/protocol'
import { fileLine, literally } from './room-lines.ts'

test('M7: what was a message is one again', () => {
  for (const text of [':Exit', '::', 'plain']) {
    assert.deepEqual(parseLine(literally(text)), { kind: 'message', text })
  }
})

test('M9: a path stays one path, whatever is in it', () => {
  for (const path of ['a.txt', 'two words.txt', '"quoted".txt', "it's", 'a "b" c']) {
    assert.deepEqual(parseLine(fileLine(path)), { kind: 'command', command: { name: 'file', paths: [path] } })
  }
})
