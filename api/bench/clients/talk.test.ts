import assert from 'node:assert/strict'
import { it } from 'node:test'
import { socketIoTalk } from './socket-io-talk.ts'
import { createIds, entryText, plainTalk } from './talk.ts'

/** Two bytes, two of length (RFC 6455 section 5.2), four of the mask. */
const HEADER = 8

it('every reference server is given frames of one length: that of an entry', () => {
  const id = createIds()()
  for (const { frame } of [plainTalk, socketIoTalk]) {
    assert.equal(frame(id).length, HEADER + entryText(id).length)
  }
})
