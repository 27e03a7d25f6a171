import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { binaryFrame, clientFrame, textFrame } from '../../test/support/client-frames.ts'
import { type Heard, RecordingSink } from '../../test/support/recording-sink.ts'
import { OPCODE } from './frame-header.ts'
import { FrameReader } from './frame-reader.ts'

const LIMITS = { text: 100, binary: 70_000 }
const { text, binary, continuation, close, ping, pong } = OPCODE

function read(bytes: Uint8Array, piece = bytes.length): readonly Heard[] {
  const sink = new RecordingSink()
  const reader = new FrameReader(sink, LIMITS)
  for (let at = 0; at < bytes.length; at += piece) reader.read(bytes.subarray(at, at + piece))
  return sink.heard
}

const part = (opcode: number, payload: string | Uint8Array, fin: boolean) =>
  clientFrame({ opcode, payload: Buffer.from(payload), fin })
const closeFrame = (code: number, reason: string | Uint8Array = '') =>
  clientFrame({
    opcode: close,
    payload: Buffer.concat([Buffer.of(code >> 8, code & 255), Buffer.from(reason)]),
  })

suite('RFC 6455 5: what a client sends is heard', () => {
  const whole: readonly (readonly [string, Buffer, readonly Heard[]])[] = [
    ['text', textFrame('é€ and more'), [['text', 'é€ and more']]],
    ['an empty text', textFrame(''), [['text', '']]],
    ['bytes', binaryFrame(Buffer.from('abc')), [['binary', 'abc']]],
    ['no bytes', binaryFrame(new Uint8Array()), [['binary', '']]],
    ['a ping', clientFrame({ opcode: ping, payload: Buffer.from('hi') }), [['ping', 'hi']]],
    ['a pong', clientFrame({ opcode: pong, payload: Buffer.from('hi') }), [['pong']]],
    ['a close frame', closeFrame(1000, 'bye'), [['closed', 1000]]],
    ['a close frame of ours', closeFrame(4409), [['closed', 4409]]],
    ['a close frame without a code', part(close, '', true), [['closed', 1005]]],
    [
      'fragments, with a ping between two of them that split a character',
      Buffer.concat([
        part(text, Buffer.of(0xc3), false),
        clientFrame({ opcode: ping, payload: new Uint8Array() }),
        part(continuation, '', false),
        part(continuation, Buffer.of(0xa9), true),
      ]),
      [
        ['ping', ''],
        ['text', 'é'],
      ],
    ],
    [
      'a segment in fragments, each longer than the one before',
      Buffer.concat([
        part(binary, 'x', false),
        part(continuation, 'y'.repeat(200), false),
        part(continuation, 'z'.repeat(3_000), true),
      ]),
      [['binary', `x${'y'.repeat(200)}${'z'.repeat(3_000)}`]],
    ],
    [
      'several frames in one piece, and nothing after the close frame',
      Buffer.concat([textFrame('a'), binaryFrame(Buffer.from('b')), closeFrame(1001), textFrame('c')]),
      [
        ['text', 'a'],
        ['binary', 'b'],
        ['closed', 1001],
      ],
    ],
  ]
  for (const [what, bytes, heard] of whole)
    test(what, () => {
      for (const piece of [bytes.length, 1, 2, 3, 7])
        assert.deepEqual(read(bytes, piece), heard, `in ${piece}s`)
    })

  test('64 fragments are as good as one', () => {
    const parts = Array.from({ length: 64 }, (_, at) => part(at === 0 ? text : continuation, 'x', at === 63))
    assert.deepEqual(read(Buffer.concat(parts)), [['text', 'x'.repeat(64)]])
  })
})

suite('P14, RFC 6455 7.4.1: what breaks the protocol is told by its code, once, and nothing after it is heard', () => {
  const broken: readonly (readonly [string, Buffer, number])[] = [
    ['a reserved bit', Buffer.of(0xc2, 0x80, 0, 0, 0, 0), 1002],
    ['an unmasked frame', Buffer.of(0x82, 0x01, 0, 0, 0, 0), 1002],
    ['a continuation of nothing', part(continuation, 'x', true), 1002],
    ['a message within a message', Buffer.concat([part(text, 'x', false), textFrame('y')]), 1002],
    ['a close frame of one byte', part(close, 'x', true), 1002],
    ...[0, 999, 1004, 1005, 1006, 1015, 2000, 2999, 5000].map(
      code => [`the close code ${code}`, closeFrame(code), 1002] as const,
    ),
    ['a close reason that is not UTF-8', closeFrame(1000, Buffer.of(0xff)), 1007],
    ['text that is not UTF-8', part(text, Buffer.of(0xc3), true), 1007],
    ['text over the limit', textFrame('x'.repeat(LIMITS.text + 1)), 1009],
    [
      'text whose fragments are over the limit',
      Buffer.concat([part(text, 'x'.repeat(60), false), part(continuation, 'x'.repeat(41), true)]),
      1009,
    ],
    ['bytes over the limit', binaryFrame(new Uint8Array(LIMITS.binary + 1)), 1009],
    ['nine exabytes', Buffer.of(0x82, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0), 1009],
    [
      '65 fragments',
      Buffer.concat(Array.from({ length: 65 }, (_, at) => part(at === 0 ? binary : continuation, '', false))),
      1008,
    ],
  ]
  for (const [what, bytes, code] of broken)
    test(what, () => {
      const stream = Buffer.concat([bytes, textFrame('unheard')])
      for (const piece of [stream.length, 1, 5]) assert.deepEqual(read(stream, piece), [['broken', code]])
    })
})

suite('memory', () => {
  test('a segment is read into the place that was given, without a copy', () => {
    const places: Uint8Array[] = []
    const got: Uint8Array[] = []
    const sink = new RecordingSink()
    const place = (length: number) => {
      const bytes = new Uint8Array(new ArrayBuffer(length + 30), 16, length)
      places.push(bytes)
      return bytes
    }
    const reader = new FrameReader(
      Object.assign(sink, { place, binary: (bytes: Uint8Array) => got.push(bytes) }),
      LIMITS,
    )
    const frame = binaryFrame(new Uint8Array(50_000).fill(9))
    for (let at = 0; at < frame.length; at += 16_384) reader.read(frame.subarray(at, at + 16_384))
    assert.equal(places.length, 1)
    assert.equal(got[0], places[0])
    assert.ok(got[0]?.every(byte => byte === 9))
  })

  test('a segment that is not wanted is skipped to its end, and what follows it is heard', () => {
    const sink = Object.assign(new RecordingSink(), { place: () => undefined })
    const reader = new FrameReader(sink, LIMITS)
    reader.read(Buffer.concat([binaryFrame(new Uint8Array(60_000)), textFrame('next')]))
    assert.deepEqual(sink.heard, [['text', 'next']])
    assert.equal(reader.isAmidMessage, false)
  })

  test('the next segment in fragments is given a place as large as the last one was', () => {
    const asked: number[] = []
    const sink = new RecordingSink()
    const place = (length: number) => {
      asked.push(length)
      return new Uint8Array(length)
    }
    const reader = new FrameReader(Object.assign(sink, { place }), LIMITS)
    const fragments = () =>
      Buffer.concat([part(binary, 'x'.repeat(10), false), part(continuation, 'y'.repeat(990), true)])
    reader.read(fragments())
    reader.read(fragments())
    assert.deepEqual(asked, [10, 2_000, 1_000])
    assert.equal(sink.heard.length, 2)
    assert.deepEqual(sink.heard[0], sink.heard[1])
  })

  test('a small segment in fragments keeps no more memory than it fills, whatever came before it', () => {
    const got: Uint8Array[] = []
    const sink = Object.assign(new RecordingSink(), { binary: (bytes: Uint8Array) => got.push(bytes) })
    const reader = new FrameReader(sink, LIMITS)
    reader.read(binaryFrame(new Uint8Array(60_000)))
    reader.read(Buffer.concat([part(binary, 'abc', false), part(continuation, 'def', true)]))
    assert.deepEqual(got[1], new Uint8Array(Buffer.from('abcdef')))
    assert.equal(got[1]?.buffer.byteLength, 6)
  })

  test('what follows a frame is left for later if the reader is not to go on', () => {
    const sink = new RecordingSink()
    const reader = new FrameReader(sink, LIMITS)
    const bytes = Buffer.concat([textFrame('a'), part(ping, '', true), binaryFrame(Buffer.from('b'))])
    for (const [from, length] of [
      [0, 7],
      [7, 6],
      [13, 7],
    ])
      assert.equal(
        reader.read(bytes.subarray(from), () => false),
        length,
      )
    assert.deepEqual(sink.heard, [
      ['text', 'a'],
      ['ping', ''],
      ['binary', 'b'],
    ])
  })

  test('control frames amid a message move nothing; bytes of it do', () => {
    const reader = new FrameReader(new RecordingSink(), LIMITS)
    reader.read(part(binary, 'x', false))
    assert.equal(reader.payloadBytes, 1)
    reader.read(clientFrame({ opcode: pong, payload: Buffer.from('alive') }))
    assert.deepEqual([reader.payloadBytes, reader.isAmidMessage], [1, true])
  })
})
