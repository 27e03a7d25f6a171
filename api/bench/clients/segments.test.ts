import assert from 'node:assert/strict'
import { it } from 'node:test'
import { SEGMENT_HEADER_BYTES } from '@chat-room/protocol'
import { applyMask, FrameReader } from './frames.ts'
import type { RawSocket } from './raw-socket.ts'
import { createSegmentFile, SegmentCheck, type SegmentFile, sendSegment } from './segments.ts'

/** The bytes of one frame as a server would send them: unmasked. */
function frameOf(file: SegmentFile, index: number): Buffer {
  const parts: Buffer[] = []
  const socket = { sendParts: (head: Buffer, body: Buffer) => parts.push(head, body) > 0 }
  sendSegment(socket as unknown as RawSocket, file, index)
  const [head = Buffer.alloc(0), body = Buffer.alloc(0)] = parts
  // Ten bytes and the mask (RFC 6455 section 5.2), or four for the trailer; then what is masked.
  const start = head.length - SEGMENT_HEADER_BYTES
  const payload = applyMask(Buffer.concat([head.subarray(start), body]), 0)
  const bare = Buffer.concat([head.subarray(0, start - 4), payload])
  bare[1] = (bare[1] ?? 0) & 0x7f
  return bare
}

function read(file: SegmentFile, bytes: Buffer, piece: number): SegmentCheck {
  const check = new SegmentCheck(file)
  const reader = new FrameReader({
    whole: () => assert.fail('there are binary frames only'),
    piece: (part, offset, length) => check.piece(part, offset, length),
  })
  for (let at = 0; at < bytes.length; at += piece) reader.read(bytes.subarray(at, at + piece))
  return check
}

it('a file is accepted in pieces of any size, trailer included', () => {
  const file = createSegmentFile(0.5)
  const bytes = Buffer.concat([0, 1, 2].map(index => frameOf(file, index)))
  for (const piece of [7, 1_000, 65_536, bytes.length]) {
    assert.equal(read(file, bytes, piece).complete, true, `pieces of ${piece}`)
  }
})

it('a file with a bit changed, a segment left out or of another transfer is refused', () => {
  const file = createSegmentFile(0.5)
  const first = frameOf(file, 0)
  const changed = Buffer.from(first)
  changed[first.length - 1] = (changed[first.length - 1] ?? 0) ^ 1
  assert.throws(() => read(file, changed, 1_000), /changed on its way/)
  assert.throws(() => read(file, Buffer.concat([first, first]), 1_000), /came when 1 was next/)
  assert.throws(() => read(file, frameOf(createSegmentFile(0.5), 0), 1_000), /came when 0 was next/)
})
