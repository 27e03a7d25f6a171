import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { suite, test } from 'node:test'
import { freePort } from './rig/free-port.ts'
import { run } from './rig/program.ts'
import { PASSWORD, Room } from './rig/room.ts'

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

/** The incarnations of a database's logs. */
function logsOf(file: string): readonly unknown[] {
  const db = new DatabaseSync(file)
  try {
    return db.prepare('SELECT log FROM rooms').all()
  } finally {
    db.close()
  }
}

suite('scenario: a backup while people talk, and the room it restores', { concurrency: 2 }, () => {
  test('rooms, messages and files are there again, and whoever knew them comes back; the secrets lie apart', async () => {
    await using room = await Room.start({ light: true, env: { PORT: String(await freePort()) } })
    const [alice, bob] = await room.members('alice', 'bob')
    await writeFile(join(alice.directory, 'map.txt'), 'the old bridge')
    alice.type('before the backup', ':File map.txt')
    await alice.event({ type: 'file-sent' })
    await bob.event({ type: 'message', text: 'before the backup' })

    const examined = await run(['doctor'], room.surroundings)
    assert.equal(examined.status, 0, examined.stdout)
    assert.match(examined.stdout, new RegExp(`port ${room.port} is served by the running room`))

    const copies = join(room.directory, 'copies')
    const [backup, secrets] = [join(copies, 'monday'), join(copies, 'monday-secrets')]
    await mkdir(copies)
    const made = await run(['backup', backup, '--secrets', secrets], room.surroundings)
    assert.equal(made.status, 0, made.stderr)
    assert.match(made.stdout, /The rooms and 1 files on their way/)
    assert.deepEqual((await readdir(copies)).sort(), ['monday', 'monday-secrets'])
    assert.deepEqual((await readdir(backup)).sort(), ['chat-room.db', 'segments'])
    const setup = await readFile(join(secrets, 'opaque-server-setup'), 'utf8')
    assert.equal(setup, await readFile(join(room.dataDirectory, 'secrets', 'opaque-server-setup'), 'utf8'))
    for (const path of [backup, secrets]) assert.equal(await modeOf(path), '700')
    for (const path of [join(backup, 'chat-room.db'), join(secrets, 'opaque-server-setup')]) {
      assert.equal(await modeOf(path), '600')
    }
    assert.ok((await readdir(join(secrets, 'certs'))).includes('ca.key'))

    // One of that name is there; and a running server's data is not overwritten.
    assert.equal((await run(['backup', backup], room.surroundings)).status, 1)
    const beside = await run(['restore', backup], room.surroundings)
    assert.match(beside.stderr, /there is data in .* already/)

    const logs = logsOf(join(backup, 'chat-room.db'))
    alice.type('after the backup')
    await bob.event({ type: 'message', text: 'after the backup' })
    bob.type(':Exit')
    assert.equal(await bob.ended(), 0)
    assert.equal(await room.stopServer('SIGKILL'), 'SIGKILL')
    const none = await run(['backup', join(copies, 'tuesday')], room.surroundings)
    assert.match(none.stderr, /no server runs on /)
    await rm(room.dataDirectory, { recursive: true })

    const bare = await run(['restore', backup], room.surroundings)
    assert.match(bare.stderr, /--secrets/)
    const restored = await run(['restore', backup, '--secrets', secrets], room.surroundings)
    assert.equal(restored.status, 0, restored.stderr)
    assert.match(restored.stdout, /rooms 1, files on their way 1/)
    // Numbers of the former log mean nothing any more (P39).
    assert.equal(logs.length, 1)
    assert.notDeepEqual(logsOf(join(room.dataDirectory, 'chat-room.db')), logs)
    await room.startServer()
    await alice.event({ type: 'connection', state: 'offline' })
    await alice.event({ type: 'connection', state: 'online' })
    const carol = await room.person('carol')
    await carol.event({ type: 'room', state: 'claimed' })
    await carol.enter(PASSWORD)
    await carol.event({ type: 'message', text: 'before the backup', history: true })
    await carol.event({ type: 'file-offered', name: 'map.txt' })
    carol.type(':Accept 1')
    const { path } = await carol.event({ type: 'file-received' })
    assert.equal(await readFile(join(carol.directory, String(path)), 'utf8'), 'the old bridge')
    assert.ok(!carol.of('message').some(({ text }) => text === 'after the backup'))
    carol.type('after all')
    await alice.event({ type: 'message', text: 'after all' })
  })

  test('what is damaged, unknown or in the way is refused in a line, and leaves nothing behind', async () => {
    await using room = await Room.start({ light: true })
    await room.member('alice')
    const at = (name: string) => join(room.directory, name)
    const refused = async (why: RegExp, ...argv: string[]) => {
      const { status, stderr } = await run(argv, room.surroundings)
      assert.notEqual(status, 0)
      assert.match(stderr, why)
      assert.doesNotMatch(stderr, / at file/)
    }
    await refused(/a directory is missing/, 'backup')
    for (const nothing of [['--secrets'], ['--secrets=']]) {
      await refused(/--secrets needs a directory/, 'backup', at('copy'), ...nothing)
      await refused(/--secrets needs a directory/, 'restore', at('copy'), ...nothing)
    }
    await refused(/in a directory that is there/, 'backup', at('nowhere/backup'))
    await refused(/keep the secrets apart/, 'backup', at('copy'), '--secrets', at('copy/secrets'))
    await refused(/holds no backup/, 'restore', at('people'))
    assert.ok(!(await readdir(room.directory)).some(name => name.startsWith('copy')))

    assert.equal((await run(['backup', at('copy'), '--secrets', at('apart')], room.surroundings)).status, 0)
    assert.equal(await room.stopServer('SIGTERM'), 0)
    const elsewhere = ['--data-dir', at('restored')]
    const database = join(at('copy'), 'chat-room.db')
    const whole = await readFile(database)
    await writeFile(database, whole.fill(7, 4_096, 20_000))
    await refused(/damaged|malformed/, 'restore', at('copy'), '--secrets', at('apart'), ...elsewhere)
    const left = await readdir(at('restored'), { recursive: true })
    assert.deepEqual(left, [])
  })
})
