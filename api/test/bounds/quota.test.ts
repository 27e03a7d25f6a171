import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { Line } from '../faults/line.ts'
import { Room } from '../scenarios/rig/room.ts'
import { sha256Of, writeSomeFile } from '../scenarios/rig/some-file.ts'

const MIB = 1_024 * 1_024

suite('a full quota', () => {
  test('M9: is an error that the sender sees, and what was refused goes when there is room again', async () => {
    // One transfer may hold 4 MiB of it, everything from one address 8 MiB.
    await using room = await Room.start({ light: true, env: { SEGMENT_QUOTA: '16MiB' } })
    await using line = await Line.to(room.port)
    const sender = await room.member('sender')
    const receiver = await room.member('receiver', { url: line.url, args: ['--accept', 'ask'] })
    const names = ['first.bin', 'second.bin', 'third.bin']
    for (const [at, name] of names.entries()) {
      await writeSomeFile(join(sender.directory, name), 5 * MIB, at)
      sender.type(`:File ${name}`)
      if (name !== 'third.bin') await receiver.event({ type: 'file-offered', name })
    }
    const { message } = await sender.event({ type: 'error', code: 'quota-full' })
    assert.match(String(message), /^third\.bin: /)
    assert.equal(receiver.of('file-offered').length, 2)
    sender.type(':Cancel 1')
    await receiver.event({ type: 'file-offered', name: 'third.bin' })
    receiver.type(':Accept 3')
    const { path, sha256 } = await receiver.event({ type: 'file-received', name: 'third.bin' })
    assert.equal(sha256, await sha256Of(join(sender.directory, 'third.bin')))
    assert.equal(sha256, await sha256Of(join(receiver.directory, String(path))))
    assert.ok(room.server.isRunning)
    assert.doesNotMatch(room.serverOutput, /"level":[56]0/)
  })
})
