import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { suite, test } from 'node:test'
import { clientFrame } from '../../test/support/client-frames.ts'
import { type Heard, RecordingSink } from '../../test/support/recording-sink.ts'
import { SeededRandom } from '../../test/support/seeded-random.ts'
import { OPCODE } from './frame-header.ts'
import { FrameReader } from './frame-reader.ts'

const LIMITS = { text: 2_000, binary: 70_000 }
const CODES = new Set([1002, 1007, 1008, 1009])
const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31))
/** Lengths on either side of each encoding, and in between. */
const SIZES = [0, 1, 3, 125, 126, 127, 500, 1_999, 65_535, 65_536, 66_000]

/** Whatever a client may say: messages whole and in fragments, control frames between them. */
function validStream(random: SeededRandom): Buffer {
  const frames: Buffer[] = []
  const control = () =>
    frames.push(
      clientFrame({
        opcode: random.pick([OPCODE.ping, OPCODE.pong]),
        payload: random.bytes(random.below(126)),
        key: random.bytes(4),
      }),
    )
  for (let messages = 1 + random.below(6); messages > 0; messages--) {
    const isText = random.chance(0.5)
    const length = Math.min(random.pick(SIZES), isText ? LIMITS.text : LIMITS.binary)
    const payload = isText ? Buffer.alloc(length, random.pick(['x', 'abc'])) : random.bytes(length)
    let opcode: number = isText ? OPCODE.text : OPCODE.binary
    for (let at = 0, left = random.below(4); left >= 0; left--) {
      const end = left === 0 ? length : at + random.below(length - at + 1)
      const part = payload.subarray(at, end)
      frames.push(clientFrame({ opcode, payload: part, fin: left === 0, key: random.bytes(4) }))
      if (random.chance(0.3)) control()
      opcode = OPCODE.continuation
      at = end
    }
  }
  if (random.chance(0.3)) frames.push(clientFrame({ opcode: OPCODE.close, payload: Buffer.of(3, 232) }))
  return Buffer.concat(frames)
}

function read(bytes: Buffer, cut: () => number): RecordingSink {
  const sink = new RecordingSink()
  const reader = new FrameReader(sink, LIMITS)
  for (let at = 0; at < bytes.length; ) {
    const end = at + cut()
    // A piece of its own, as the socket gives it: what is done to it shows nowhere else.
    reader.read(Buffer.from(bytes.subarray(at, end)))
    at = end
  }
  return sink
}

suite(`RFC 6455 5: seeded streams (SEED=${seed})`, () => {
  test('cut anywhere, a stream is heard as if it came in one piece', () => {
    const random = new SeededRandom(seed)
    for (let round = 0; round < 60; round++) {
      const stream = validStream(random)
      const whole = read(stream, () => stream.length).heard
      assert.ok(whole.every(([kind]) => kind !== 'broken'))
      const sizes = random.pick([[1], [2, 3], [1, 5, 16_384], [100, 1_000, 20_000]])
      assert.deepEqual(read(stream, () => random.pick(sizes)).heard, whole, `round ${round}`)
    }
  })

  test('with bytes changed, left out or put in, a stream ends with a code or goes on, and memory is bounded', () => {
    const random = new SeededRandom(seed + 1)
    for (let round = 0; round < 150; round++) {
      const sink = read(mutated(random, validStream(random)), () => 1 + random.below(30_000))
      const ends = sink.heard.filter(([kind]) => kind === 'broken' || kind === 'closed')
      assert.ok(ends.length <= 1, `round ${round}: it ends once`)
      if (ends.length === 1)
        assert.equal(sink.heard.at(-1), ends[0], `round ${round}: nothing is heard after it`)
      for (const [kind, code] of ends) if (kind === 'broken') assert.ok(CODES.has(Number(code)))
      assert.ok(sink.largestPlace <= LIMITS.binary)
      for (const heard of sink.heard) assert.ok(lengthOf(heard) <= LIMITS.binary)
    }
  })

  test('noise ends with a code before long', () => {
    const random = new SeededRandom(seed + 2)
    for (let round = 0; round < 200; round++) {
      const noise = Buffer.from(random.bytes(200))
      // A first byte that no frame has: by chance noise may begin a message that is merely long.
      noise[0] = random.pick([0x70, 0xf1, 0x83, 0x8b])
      assert.deepEqual(read(noise, () => 1 + random.below(20)).heard, [['broken', 1002]])
    }
  })
})

function mutated(random: SeededRandom, stream: Buffer): Buffer {
  let bytes = stream
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    const at = random.below(bytes.length)
    const kind = random.below(3)
    const put = kind === 1 ? new Uint8Array() : random.bytes(1 + random.below(8))
    const left = kind === 2 ? at : at + 1 + random.below(8)
    bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(left)])
  }
  return bytes
}

const lengthOf = ([, said]: Heard): number => (typeof said === 'string' ? said.length : 0)
