import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { connect, type TLSSocket } from 'node:tls'
import { ensureLocalCertificates } from '../../../certs/local-certificates.ts'
import { Transcript } from '../../test/scenarios/rig/transcript.ts'
import { createTlsServer, type Pair } from '../edge/tls.ts'
import { StartFailure } from '../start-failure.ts'
import { openOwnCertificate } from './own-certificate.ts'

const HOUR = 3_600_000

type Made = Pair & { readonly ca: string }
type Said = { readonly level: string; readonly message: string; readonly context: Record<string, unknown> }

async function make(directory: string): Promise<Made> {
  const made = await ensureLocalCertificates({ directory, names: [], now: Date.now() })
  assert.ok(made.ok)
  const read = (name: 'ca.crt' | 'server.crt' | 'server.key') => readFile(made.value.paths[name], 'utf8')
  return { ca: await read('ca.crt'), cert: await read('server.crt'), key: await read('server.key') }
}

/** A server on the operator's files, of which there are two pairs; and what it says. */
async function served(put: (directory: string, pair: Pair) => Promise<void>) {
  await using undo = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'own-'))
  undo.defer(() => rm(directory, { recursive: true, force: true }))
  const first = await make(join(directory, 'first'))
  const second = await make(join(directory, 'second'))
  await put(directory, first)
  const log: Transcript<Said> = new Transcript<Said>(() =>
    log.items.map(each => JSON.stringify(each)).join('\n'),
  )
  const level = (level: string) => (context: object, message: string) =>
    log.add({ level, message, context: { ...context } })
  const source = await openOwnCertificate(
    { cert: join(directory, 'live', 'tls.crt'), key: join(directory, 'live', 'tls.key') },
    {
      now: Date.now,
      log: { info: level('info'), warn: level('warn'), error: level('error') },
      lookEvery: 5,
    },
  )
  undo.defer(() => source.close())
  const { server, replace } = createTlsServer(source.current)
  server.on('request', (_, response) => response.end('still here'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  undo.defer(() => void server.close())
  source.follow(replace)
  const { port } = server.address() as AddressInfo
  const opened = undo.move()
  const enter = async ({ ca }: Made): Promise<TLSSocket> => {
    const socket = connect({ host: '127.0.0.1', servername: 'localhost', port, ca })
    opened.defer(() => void socket.destroy())
    await once(socket, 'secureConnect')
    return socket
  }
  return { directory, first, second, log, enter, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

async function write(directory: string, { cert, key }: Pair): Promise<void> {
  await mkdir(join(directory, 'live'), { recursive: true })
  await writeFile(join(directory, 'live', 'tls.crt'), cert)
  await writeFile(join(directory, 'live', 'tls.key'), key)
}

/** As editors and `certbot` do: each file written beside and put in place by its name. */
async function swap(directory: string, { cert, key }: Pair): Promise<void> {
  for (const [name, text] of [
    ['tls.crt', cert],
    ['tls.key', key],
  ] as const) {
    await writeFile(join(directory, name), text)
    await rename(join(directory, name), join(directory, 'live', name))
  }
}

let version = 0

/** As Kubernetes does: files are links through `..data`, and that is turned to another directory. */
async function turn(directory: string, { cert, key }: Pair): Promise<void> {
  const live = join(directory, 'live')
  const data = join(live, `..v${++version}`)
  await mkdir(data, { recursive: true })
  await writeFile(join(data, 'tls.crt'), cert)
  await writeFile(join(data, 'tls.key'), key)
  await symlink(data, join(live, '..next'))
  await rename(join(live, '..next'), join(live, '..data'))
  for (const name of ['tls.crt', 'tls.key']) {
    await symlink(join('..data', name), join(live, name)).catch(error => assert.equal(error.code, 'EEXIST'))
  }
}

const replaced = ({ message }: Said) => message === 'the certificate was replaced'

suite('M1: own certificates are read anew when they change', () => {
  for (const [how, put, again] of [
    ['written over', write, write],
    ['put in place by their name', write, swap],
    ['turned by a link further up', turn, turn],
  ] as const) {
    test(`files that are ${how}; an open connection stays`, async () => {
      await using room = await served(put)
      const before = await room.enter(room.first)
      await again(room.directory, room.second)
      await room.log.take('another certificate', replaced)
      await room.enter(room.second)
      await assert.rejects(room.enter(room.first))
      before.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
      const [answer] = await once(before, 'data')
      assert.match(String(answer), /still here/)
    })
  }

  test('a broken new pair is refused, the old one stays, and the next good one is taken', async () => {
    await using room = await served(write)
    await write(room.directory, { cert: room.second.cert, key: room.first.key })
    const refused = await room.log.take('a refusal', ({ level }) => level === 'error')
    assert.equal(refused.message, 'the new certificate is refused; the old one stays')
    assert.equal(refused.context['reason'], 'mismatch')
    await room.enter(room.first)
    await rm(join(room.directory, 'live', 'tls.crt'))
    const missing = await room.log.take('another refusal', ({ level }) => level === 'error')
    assert.equal(missing.context['reason'], 'unreadable')
    await room.enter(room.first)
    await write(room.directory, room.second)
    await room.log.take('another certificate', replaced)
    await room.enter(room.second)
  })

  test('one that came before its day is taken on it, and told of once until then', async () => {
    await using undo = new AsyncDisposableStack()
    const directory = await mkdtemp(join(tmpdir(), 'own-'))
    undo.defer(() => rm(directory, { recursive: true, force: true }))
    const first = await make(join(directory, 'first'))
    let now = Date.now()
    await ensureLocalCertificates({ directory: join(directory, 'second'), names: [], now: now + 2 * HOUR })
    const read = (name: string) => readFile(join(directory, 'second', name), 'utf8')
    const second = { cert: await read('server.crt'), key: await read('server.key') }
    await turn(directory, first)
    // Nobody is served here, and who looks at files keeps no process from its end.
    const alive = setInterval(() => {}, HOUR)
    undo.defer(() => clearInterval(alive))
    const log: Transcript<Said> = new Transcript<Said>(() => JSON.stringify(log.items))
    const add = (level: string) => (context: object, message: string) =>
      log.add({ level, message, context: { ...context } })
    const looked = Promise.withResolvers<void>()
    let looks = 0
    const source = await openOwnCertificate(
      { cert: join(directory, 'live', 'tls.crt'), key: join(directory, 'live', 'tls.key') },
      {
        now() {
          if (log.items.length > 0 && ++looks === 5) looked.resolve()
          return now
        },
        log: { info: add('info'), warn: add('warn'), error: add('error') },
        lookEvery: 5,
      },
    )
    undo.defer(() => source.close())
    source.follow(() => {})
    await turn(directory, second)
    await looked.promise
    assert.deepEqual(
      log.items.map(({ context }) => context['reason']),
      ['not-yet-valid'],
    )
    now += 3 * HOUR
    await log.take('the certificate of that day', replaced)
    assert.equal(source.current?.cert, second.cert)
  })

  test('a pair that cannot be served at the start is told, and nothing is opened', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'own-'))
    try {
      const paths = { cert: join(directory, 'none.crt'), key: join(directory, 'none.key') }
      const log = { info() {}, warn() {}, error() {} }
      await assert.rejects(openOwnCertificate(paths, { now: Date.now, log }), error => {
        assert.ok(error instanceof StartFailure)
        assert.match(error.message, /none\.crt/)
        return true
      })
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })
})
