import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { freePort } from './rig/free-port.ts'
import { run } from './rig/program.ts'
import { PASSWORD, Room } from './rig/room.ts'

suite('scenario: what an operator does', { concurrency: 2 }, () => {
  test('reset: refused beside a running server; then the room is unclaimed, and a device that knew it creates nothing', async () => {
    await using room = await Room.start({ light: true, env: { PORT: String(await freePort()) } })
    const alice = await room.member('alice')
    await mkdir(alice.directory, { recursive: true })
    await writeFile(join(alice.directory, 'kept.txt'), 'kept for whoever comes later')
    alice.type(':File kept.txt')
    await alice.event({ type: 'file-sent' })
    alice.type(':Exit')
    assert.equal(await alice.ended(), 0)
    assert.deepEqual(alice.of('error'), [])

    const beside = await run(['reset', '--yes'], room.surroundings)
    assert.equal(beside.status, 1)
    assert.match(beside.stderr, /^chat-room: .*(in use|another|running)/)
    assert.equal(await room.stopServer('SIGTERM'), 0)

    const unsure = await run(['reset'], room.surroundings, 'no\n')
    assert.equal(unsure.status, 1)
    assert.match(unsure.stderr, /nothing was reset/)
    const segments = join(room.dataDirectory, 'segments')
    assert.notDeepEqual(await readdir(segments), [])
    const sure = await run(['reset'], room.surroundings, 'reset\n')
    assert.equal(sure.status, 0, sure.stderr)

    await room.startServer()
    assert.deepEqual(await readdir(segments).catch(() => []), [])
    const again = await room.person('alice')
    await again.event({ type: 'room', state: 'unclaimed' })
    await again.event({ type: 'error', code: 'forgotten-room', message: /reset/ })
    assert.equal(await again.ended(), 1)
    assert.equal(again.of('prompt').length, 0)

    const bob = await room.person('bob')
    await bob.enter('another password')
    assert.equal(bob.of('message').length + bob.of('file-offered').length, 0)
    bob.type(':Aliases')
    await bob.event({ type: 'aliases', aliases: ['bob'] })
  })

  test('a second server on the same data ends with status 1, in words, and the first one goes on', async () => {
    await using room = await Room.start({ light: true })
    const { status, stdout, stderr } = await run(['serve'], room.surroundings)
    assert.equal(status, 1)
    assert.equal(stdout, '')
    assert.match(stderr, /^chat-room: .*(in use|another|running)/)
    assert.ok(!stderr.includes('    at '), stderr)

    const { cwd, env } = room.surroundings
    const samePort = { cwd, env: { ...env, PORT: String(room.port), DATA_DIR: join(cwd, 'other') } }
    const second = await run(['serve'], samePort)
    assert.equal(second.status, 1)
    assert.match(second.stderr, /^chat-room: port \d+ is in use/m)

    const alice = await room.member('alice')
    alice.type('still here')
    await alice.event({ type: 'sent' })
  })

  test('another OPAQUE_SERVER_SETUP than the rooms were made with: refused, with what to do', async () => {
    await using room = await Room.start({ light: true })
    assert.equal(await room.stopServer('SIGINT'), 0)
    const [name = ''] = await readdir(join(room.dataDirectory, 'secrets'))
    const own = (await readFile(join(room.dataDirectory, 'secrets', name), 'utf8')).trim()
    const other = `${own.startsWith('A') ? 'B' : 'A'}${own.slice(1)}`
    const { cwd, env } = room.surroundings
    const { status, stderr } = await run(['serve'], { cwd, env: { ...env, OPAQUE_SERVER_SETUP: other } })
    assert.equal(status, 1)
    assert.match(stderr, /OPAQUE_SERVER_SETUP/)
    assert.ok(!stderr.includes(own) && !stderr.includes(other))
  })

  test('CLAIM_CODE: a fresh room is created by whoever has the code alone, by a prompt of its own', async () => {
    await using room = await Room.start({ light: true, env: { CLAIM_CODE: 'open sesame' } })
    const alice = await room.person('alice')
    await alice.event({ type: 'prompt', for: 'claim-code' })
    alice.type('open barley', PASSWORD)
    await alice.event({ type: 'error', code: 'claim-code' })
    await alice.event({ type: 'prompt', for: 'claim-code' })
    alice.type('open sesame', PASSWORD, 'alice')
    await alice.event({ type: 'joined', alias: 'alice' })
    // Whoever comes later needs none.
    const bob = await room.person('bob')
    await bob.event({ type: 'prompt', for: 'password' })
    assert.equal(bob.of('prompt').length, 1)
  })
})
