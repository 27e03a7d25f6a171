import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Person } from '../scenarios/rig/person.ts'
import { PASSWORD } from '../scenarios/rig/room.ts'
import { Container, type ContainerOptions, IMAGE } from './container.ts'
import { errorLines, podman } from './podman.ts'

let directory: string
let volumes = 0

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'chat-room-image-'))
})

after(() => rm(directory, { recursive: true }))

/** A volume for one test, which goes with what `undo` holds. */
function freshVolume(undo: AsyncDisposableStack): string {
  const name = `chat-room-test-${process.pid}-${++volumes}`
  undo.defer(async () => void (await podman('volume', 'rm', '--force', name)))
  return name
}

/** Resolves as soon as a connection is accepted; one that is refused until then is tried again at once. */
async function accepted({ port }: Container): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await pause(2)) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return
    } catch {
      // Not yet.
    } finally {
      socket.destroy()
    }
  }
  throw new Error('the room never accepted a connection')
}

async function run(undo: AsyncDisposableStack, options: ContainerOptions): Promise<Container> {
  return undo.use(await Container.run(options))
}

/** Somebody who has got the authority from the room's own page, as people do. */
async function person(name: string, { port, httpPort }: Container): Promise<Person> {
  const answer = await fetch(`http://localhost:${httpPort}/trust/chat-room-ca.pem`)
  assert.equal(answer.status, 200)
  const cwd = join(directory, name)
  await mkdir(cwd, { recursive: true })
  const ca = join(directory, `${name}.pem`)
  await writeFile(ca, await answer.text())
  const env = { XDG_STATE_HOME: join(directory, `${name}-${port}`) }
  return new Person(name, ['--ca', ca, `https://localhost:${port}`], { cwd, env })
}

suite('the image runs read-only, without a shell, a capability or a privilege', () => {
  test('people meet in it; SIGTERM ends it, and the next container goes on with what it kept', async () => {
    await using undo = new AsyncDisposableStack()
    const volume = freshVolume(undo)
    const first = await run(undo, { volume })
    await healthy(first)
    {
      await using alice = await person('alice', first)
      await alice.event({ type: 'room', state: 'unclaimed' })
      await alice.enter(PASSWORD)
      await using bob = await person('bob', first)
      await bob.enter(PASSWORD)
      alice.type('We meet at nine.')
      await bob.hears('We meet at nine.')
    }
    assert.equal(await first.stop(), 0)

    const second = await run(undo, { volume })
    await healthy(second)
    await using carol = await person('carol', second)
    await carol.event({ type: 'room', state: 'claimed' })
    await carol.enter(PASSWORD)
    await carol.hears('We meet at nine.')
  })

  test('a backup that it makes while it runs is restored into another volume by the image itself', async () => {
    await using undo = new AsyncDisposableStack()
    const [volume, fresh] = [freshVolume(undo), freshVolume(undo)]
    const first = await run(undo, { volume })
    await healthy(first)
    {
      await using dora = await person('dora', first)
      await dora.enter(PASSWORD)
      dora.type('It is on the copy.')
      await dora.event({ type: 'sent' })
      const copies = ['/data/monday', '--secrets', '/data/monday-secrets']
      await first.command('node', '/app/api/dist/cli.cjs', 'backup', ...copies)
    }
    assert.equal(await first.stop(), 0)

    const mounts = [`--volume=${fresh}:/data`, `--volume=${volume}:/old:ro`]
    const copies = ['/old/monday', '--secrets', '/old/monday-secrets']
    await podman('run', '--rm', '--pull=never', ...mounts, IMAGE, 'restore', ...copies)
    const second = await run(undo, { volume: fresh })
    await healthy(second)
    await using emil = await person('emil', second)
    await emil.event({ type: 'room', state: 'claimed' })
    await emil.enter(PASSWORD)
    await emil.hears('It is on the copy.')
  })

  test('keys and the secret are its user\u2019s alone; the terminal client is at hand, no shell is', async () => {
    await using undo = new AsyncDisposableStack()
    const container = await run(undo, { volume: freshVolume(undo) })
    await accepted(container)
    const modes = await container.command(
      'node',
      '-p',
      `['certs/ca.key', 'certs/server.key', 'secrets', 'secrets/opaque-server-setup']
        .map(path => (fs.statSync('/data/' + path).mode & 0o777).toString(8)).join()`,
    )
    assert.equal(modes, '600,600,700,600')
    assert.equal(await container.command('node', '-p', 'process.getuid()'), '1000')
    await assert.rejects(container.command('sh', '-c', 'true'))
    assert.match(await container.command('node', '/app/api/dist/cli.cjs', 'join', '--help'), /--accept/)
  })

  test('a check of health finds the server in every mode, and says so when it is gone', async () => {
    const modes: Readonly<Record<string, string>>[] = [
      { HTTP_PORT: '0' },
      { PROXY_PROTOCOL: 'required' },
      { PROXY_PROTOCOL: 'required', HTTP_PORT: '0' },
      { TLS: 'platform', DOMAIN: 'chat.example.org', PORT: '10000' },
    ]
    for (const env of modes) {
      await using undo = new AsyncDisposableStack()
      const container = await run(undo, { volume: freshVolume(undo), env })
      await healthy(container)
      // The environment of the check is the server's: asked for another port, it finds nobody.
      const elsewhere = 'PORT=9 HTTP_PORT=0 TLS=local PROXY_PROTOCOL=off'
        .split(' ')
        .flatMap(each => ['--env', each])
      const program = ['node', '/app/api/dist/health.cjs']
      await assert.rejects(
        podman('exec', ...elsewhere, container.id, ...program),
        /does not answer.*ECONNREFUSED/,
      )
    }
  })
})

async function healthy(container: Container): Promise<void> {
  for (let left = 60; ; left--) {
    try {
      await container.checkHealth()
      return
    } catch (error) {
      if (left === 0) throw error
      await pause(100)
    }
  }
}

test('a cold start compiles nothing: Node finds all of it compiled', async t => {
  await using undo = new AsyncDisposableStack()
  const volume = freshVolume(undo)
  const processorTimes: number[] = []
  for (let left = 3; left > 0; left--) {
    const container = await run(undo, { volume })
    await accepted(container)
    processorTimes.push(await container.processorTime())
    await container.stop()
  }
  t.diagnostic(`${processorTimes.join(', ')} ms of a core until the first connection is accepted`)

  const talkative = await run(undo, { volume, env: { NODE_DEBUG_NATIVE: 'COMPILE_CACHE' } })
  await healthy(talkative)
  const looks = (await errorLines(talkative.id)).filter(line => line.includes('reading cache from'))
  assert.ok(looks.length > 10, `${looks.length} modules`)
  const misses = looks.filter(line => !/success, size=\d+$/.test(line))
  assert.deepEqual(misses, [])
})
