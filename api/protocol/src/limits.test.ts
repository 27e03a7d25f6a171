import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import { LIMITS, ROOM_NAME } from './limits.ts'
import { parseClientMessage } from './parse.ts'
import { SEGMENT_HEADER_BYTES } from './segment-frame.ts'
import { windowOf } from './segment-messages.ts'

const text = (bytes: number) => Buffer.alloc(bytes).toString('base64url')

test('P15: what the schemas allow fits a frame', () => {
  const id = text(16)
  const largest = [
    { type: 'send', id, to: id, sealed: text(LIMITS.sealedBytes) },
    { type: 'leave', bye: text(LIMITS.sealedBytes) },
    { type: 'check', ids: Array(LIMITS.idsPerFrame).fill(id) },
    { type: 'start-creation', request: text(32), claimCode: '💬'.repeat(LIMITS.claimCodeLength) },
  ]
  for (const message of largest) {
    const frame = JSON.stringify(message)
    assert.ok(parseClientMessage(frame).ok, message.type)
    assert.ok(Buffer.byteLength(frame) <= LIMITS.clientFrameBytes, message.type)
  }
})

test('P50: a page and the entry that filled it fit a frame of the server', () => {
  assert.ok(LIMITS.pageBytes + text(LIMITS.sealedBytes).length + 1024 <= LIMITS.serverFrameBytes)
})

test('P62, P65: a segment of 1 MiB and its header are the largest frame there is', () => {
  assert.ok(LIMITS.segmentBytesMax + SEGMENT_HEADER_BYTES > LIMITS.clientFrameBytes)
  assert.ok(LIMITS.trailerBytes < LIMITS.segmentBytesMin)
  for (const size of [LIMITS.segmentBytesMin, LIMITS.segmentBytes, LIMITS.segmentBytesMax]) {
    assert.ok(Number.isInteger(Math.log2(size)))
  }
})

test('P64: a window is 16 segments and 4 MiB, of every size at least a few segments', () => {
  for (const [segmentSize, window] of [
    [LIMITS.segmentBytesMin, 16],
    [LIMITS.segmentBytes, 16],
    [2 * LIMITS.segmentBytes, 8],
    [LIMITS.segmentBytesMax, 4],
  ] as const) {
    assert.equal(windowOf(segmentSize), window)
    assert.ok(window * segmentSize <= LIMITS.windowBytes)
  }
})

test('P1: what a room may be called', () => {
  for (const good of ['main', 'a', '0', 'room-7', '-', 'x'.repeat(64)]) assert.match(good, ROOM_NAME)
  for (const bad of ['', 'Main', 'a/b', 'a b', 'ä', 'a\n', '..', 'a|b', 'x'.repeat(65)]) {
    assert.doesNotMatch(bad, ROOM_NAME)
  }
})
