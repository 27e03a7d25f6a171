import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { LIMITS } from '@chat-room/protocol'
import { Line } from '../faults/line.ts'
import type { Person } from '../scenarios/rig/person.ts'
import { Room } from '../scenarios/rig/room.ts'
import { sha256Of, writeSomeFile } from '../scenarios/rig/some-file.ts'
import { within } from '../scenarios/rig/within.ts'

/** 1 Mbit/s: two seconds for a segment. */
const RATE = 125_000
const BEGUN = 64 * 1_024
const WORDS = ['while', 'it is', 'on its way']

let room: Room
let line: Line
let near: Person
let far: Person

before(async () => {
  room = await Room.start({ light: true })
  line = await Line.to(room.port)
  near = await room.member('near')
  far = await room.member('far', { url: line.url })
  await near.event({ type: 'member-joined', alias: 'far' })
})

after(async () => {
  await line[Symbol.asyncDispose]()
  await room[Symbol.asyncDispose]()
})

suite('a line of 1 Mbit/s: no word waits for a segment (M7, M9)', () => {
  for (const [way, sender, receiver] of [
    ['up', () => far, () => near],
    ['down', () => near, () => far],
  ] as const) {
    test(`${way === 'up' ? 'of whom the file comes from' : 'of whom the file goes to'}`, async () => {
      const name = `${way}.bin`
      const source = join(sender().directory, name)
      await writeSomeFile(source, 3 * LIMITS.segmentBytes, 1)
      line.throttle(RATE)
      const first = line.carried(way)
      const progress = receiver().of('file-progress').length
      sender().type(`:File ${name}`)
      await within(line.carries(way, BEGUN), 'the first quarter of a segment', () => far.describe())
      for (const word of WORDS) {
        sender().type(word)
        await receiver().hears(word)
      }
      const carried = line.carried(way) - first
      assert.ok(carried < LIMITS.segmentBytes, `${carried} bytes had passed`)
      assert.equal(receiver().of('file-progress').length, progress)
      line.throttle(undefined)
      const { sha256 } = await receiver().event({ type: 'file-received', name })
      assert.equal(sha256, await sha256Of(source))
    })
  }
})
