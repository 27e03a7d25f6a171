import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { Line } from '../faults/line.ts'
import type { Person } from '../scenarios/rig/person.ts'
import { Room } from '../scenarios/rig/room.ts'
import { sha256Of, writeSomeFile } from '../scenarios/rig/some-file.ts'

const MIB = 1_024 * 1_024
const SIZE = 24 * MIB

/** How far somebody has come. */
const received = (person: Person): number => Number(person.of('file-progress').at(-1)?.['received'] ?? 0)

suite('receivers do not wait for each other (M9)', () => {
  test('one that reads 1 MB/s and one that does not read at all slow nobody else', async () => {
    await using room = await Room.start({ light: true })
    await using slowLine = await Line.to(room.port)
    await using stuckLine = await Line.to(room.port)
    const sender = await room.member('sender')
    const [fast, slow, stuck] = await Promise.all([
      room.member('fast'),
      room.member('slow', { url: slowLine.url }),
      room.member('stuck', { url: stuckLine.url }),
    ])
    for (const alias of ['fast', 'slow', 'stuck']) await sender.event({ type: 'member-joined', alias })
    const source = join(sender.directory, 'large.bin')
    await writeSomeFile(source, SIZE, 1)
    slowLine.throttle(1_000_000)
    sender.type(':File large.bin')
    await stuck.event({ type: 'file-offered' })
    stuckLine.hold()
    await fast.event({ type: 'file-received' })
    const done = received(slow)
    assert.ok(done < SIZE / 2, `the slow one had ${done} bytes of it already`)
    assert.ok(received(stuck) < SIZE / 2)
    // Nobody was given up, either.
    slowLine.throttle(undefined)
    stuckLine.proceed()
    const sha256 = await sha256Of(source)
    for (const person of [slow, stuck]) {
      const { path } = await person.event({ type: 'file-received', sha256 })
      assert.equal(await sha256Of(join(person.directory, String(path))), sha256)
      assert.deepEqual(person.of('error'), [])
    }
    for (const _ of [fast, slow, stuck]) await sender.event({ type: 'file-delivered' })
  })
})
