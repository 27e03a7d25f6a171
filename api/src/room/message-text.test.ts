import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseServerMessage, type ServerMessage } from '@chat-room/protocol'
import { idOf, newMessage } from '../../test/contracts/room-store-samples.ts'
import { acceptedText, entryText } from './message-text.ts'

test('what is written by hand is what serialising makes of it, and what clients take', () => {
  const message = newMessage('anna', 'one', { at: Date.now() })
  const id = idOf('message one')
  const facts: [string, ServerMessage][] = [
    [entryText(2 ** 33 - 1, message), { type: 'entry', seq: 2 ** 33 - 1, kind: 'message', ...message }],
    [acceptedText(id, 7, 1), { type: 'accepted', id, seq: 7, at: 1 }],
  ]
  for (const [text, fact] of facts) {
    assert.deepEqual(JSON.parse(text), fact)
    assert.deepEqual(parseServerMessage(text), { ok: true, value: fact })
  }
})
