import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { decodeSegmentFrame, LIMITS, SEGMENT_HEADER_BYTES } from '@chat-room/protocol'
import { fileShape } from '../../client/src/crypto/file-stream.ts'
import type { Person } from '../scenarios/rig/person.ts'
import { Room } from '../scenarios/rig/room.ts'
import { sha256Of, writeSomeFile } from '../scenarios/rig/some-file.ts'
import { type Frame, Wiretap } from '../scenarios/rig/wiretap.ts'

const SIZE = 3 * LIMITS.segmentBytes - 50_000
const TRAILER = fileShape(SIZE).segmentCount
assert.equal(TRAILER, 3)

/** What a server that lies puts in the place of one segment; `of` are true ones of this transfer, `before` of the one before. */
type Lie = (
  sealed: Buffer,
  of: ReadonlyMap<number, Buffer>,
  before: ReadonlyMap<number, Buffer>,
) => Buffer | undefined

const flipped = (at: number) => (sealed: Buffer) => {
  const changed = Buffer.from(sealed)
  const byte = at < 0 ? sealed.length + at : at
  changed[byte] = (changed[byte] ?? 0) ^ 1
  return changed
}

const LIES: Readonly<Record<string, readonly [index: number, lie: Lie]>> = {
  'the first bit of a segment flipped': [1, flipped(0)],
  'a bit of its tag flipped': [1, flipped(-1)],
  'a bit of the trailer flipped': [TRAILER, flipped(40)],
  'a segment cut short': [1, sealed => sealed.subarray(0, -1)],
  'the last segment cut short': [2, sealed => sealed.subarray(0, -100)],
  'a byte appended to a segment': [2, sealed => Buffer.concat([sealed, Buffer.of(0)])],
  'another segment of the same file': [1, (_, of) => of.get(0)],
  'a trailer in place of a segment': [2, (_, __, before) => before.get(TRAILER)],
  'a segment in place of the trailer': [TRAILER, (_, of) => of.get(2)],
  'the same segment of another transfer': [0, (_, __, before) => before.get(0)],
  'the trailer of another transfer': [TRAILER, (_, __, before) => before.get(TRAILER)],
}

let room: Room
let wiretap: Wiretap
let alice: Person
let bob: Person
let number = 0
/** What bob received. */
const whole: string[] = []
let earlier = new Map<number, Buffer>()

before(async () => {
  room = await Room.start({ light: true })
  wiretap = await Wiretap.before(room)
  alice = await room.member('alice')
  bob = await room.member('bob', { url: wiretap.url })
  await alice.event({ type: 'member-joined', alias: 'bob' })
  // There has to be an earlier transfer to replay from.
  await send(() => undefined)
  const { path } = await bob.event({ type: 'file-received' })
  whole.push(String(path))
})

after(async () => {
  await room[Symbol.asyncDispose]()
  await wiretap[Symbol.asyncDispose]()
})

/** Sends another file, with what is done to each of its segments; the segments as often as they came. */
async function send(lie: (index: number, sealed: Buffer, of: Map<number, Buffer>) => Buffer | undefined) {
  const name = `file-${++number}-.bin`
  const of = new Map<number, Buffer>()
  const arrived: number[] = []
  const before = earlier
  wiretap.alter = ({ from, isBinary, bytes }: Frame) => {
    const frame = decodeSegmentFrame(bytes)
    if (from !== 'server' || !isBinary || !frame.ok) return [bytes]
    const { index, ciphertext } = frame.value
    of.set(index, Buffer.from(ciphertext))
    arrived.push(index)
    const instead = lie(index, Buffer.from(ciphertext), of)
    return [instead === undefined ? bytes : Buffer.concat([bytes.subarray(0, SEGMENT_HEADER_BYTES), instead])]
  }
  const source = join(alice.directory, name)
  await writeSomeFile(source, SIZE, number)
  earlier = of
  alice.type(`:File ${name}`)
  return { name, source, arrived, before }
}

suite('a server that lies about segments (M14)', () => {
  for (const [what, [index, lie]] of Object.entries(LIES)) {
    test(`${what}: refused, fetched again once, and given up with a word`, async () => {
      const before = earlier
      const { name, arrived } = await send((at, sealed, of) =>
        at === index ? lie(sealed, of, before) : undefined,
      )
      const { message } = await bob.event({ type: 'error', code: 'file' })
      assert.match(String(message), new RegExp(`^${name}: .*not what was sent`))
      await bob.event({ type: 'file-ended', reason: 'failed' })
      assert.equal(arrived.filter(each => each === index).length, 2)
      assert.equal(bob.of('file-received').filter(received => received['name'] === name).length, 0)
      // It would be the second of its name: the first is the buffer.
      assert.ok(!(await readdir(bob.directory)).includes(`file-${number}-2.bin`))
    })

    test(`${what}, once: fetched again, and whole`, async () => {
      const before = earlier
      let lies = 1
      const { name, source, arrived } = await send((at, sealed, of) =>
        at === index && lies-- > 0 ? lie(sealed, of, before) : undefined,
      )
      const { path, sha256 } = await bob.event({ type: 'file-received', name })
      assert.equal(sha256, await sha256Of(source))
      assert.equal(await sha256Of(join(bob.directory, String(path))), sha256)
      whole.push(String(path))
      assert.equal(arrived.filter(each => each === index).length, 2)
      assert.equal(bob.of('error').filter(({ message }) => String(message).startsWith(name)).length, 0)
    })
  }

  test('M14: of what was refused nothing stays on the disk', async () => {
    bob.type(':Exit')
    assert.equal(await bob.ended(), 0)
    assert.deepEqual((await readdir(bob.directory)).sort(), whole.sort())
  })
})
