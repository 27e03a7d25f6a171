import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect } from 'node:tls'
import { SUBPROTOCOL } from '@chat-room/protocol'
import { WebSocket } from 'ws'
import { freePort } from '../scenarios/rig/free-port.ts'
import { Program } from '../scenarios/rig/program.ts'
import { shown } from './handshake.ts'
import { Pebble } from './pebble.ts'

const DOMAIN = 'chat.example.org'
/** Seconds: renewed after two thirds of it. */
const LIFETIME = 9

const obtained = (line: string) => line.includes('a certificate was obtained')

async function isAlive(socket: WebSocket): Promise<boolean> {
  socket.ping()
  await once(socket, 'pong')
  return socket.readyState === WebSocket.OPEN
}

test('M1: DOMAIN alone: a certificate, three renewals under an open socket, a restart on what is stored', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'acme-'))
  await using undo = new AsyncDisposableStack()
  undo.defer(() => rm(directory, { recursive: true, force: true }))
  const [port, httpPort] = [await freePort(), await freePort()]
  const pebble = await Pebble.start({
    directory: join(directory, 'pebble'),
    tlsPort: port,
    httpPort,
    lifetime: LIFETIME,
    refusedNonces: 20,
  })
  undo.use(pebble)
  const root = await pebble.root()
  const certs = join(directory, 'certs')
  const surroundings = {
    cwd: directory,
    env: {
      DOMAIN,
      PORT: String(port),
      HTTP_PORT: String(httpPort),
      PUBLIC_PORT: String(port),
      HOST: '127.0.0.1',
      DATA_DIR: join(directory, 'data'),
      CERTS_DIR: certs,
      ACME_DIRECTORY: pebble.url,
      NODE_EXTRA_CA_CERTS: pebble.caPath,
    },
  }
  const first = undo.use(new Program('server', ['serve'], surroundings))
  await first.stderr.take('a first certificate', obtained)
  const issued = await shown(port, DOMAIN, root)
  assert.ok(issued instanceof X509Certificate, String(issued))
  assert.equal(issued.subjectAltName, `DNS:${DOMAIN}`)

  const socket = new WebSocket(`wss://${DOMAIN}:${port}/rooms/main/socket`, SUBPROTOCOL, {
    createConnection: () => connect({ host: '127.0.0.1', port, servername: DOMAIN, ca: root }),
  })
  await once(socket, 'open')
  const fingerprints = new Set([issued.fingerprint256])
  for (let renewal = 1; renewal <= 3; renewal++) {
    await first.stderr.take(`renewal ${renewal}`, obtained)
    const renewed = await shown(port, DOMAIN, root)
    assert.ok(renewed instanceof X509Certificate, String(renewed))
    fingerprints.add(renewed.fingerprint256)
    assert.equal(fingerprints.size, renewal + 1, 'another certificate each time')
    assert.ok(await isAlive(socket), 'the socket of before stays')
  }
  socket.terminate()

  first.signal('SIGTERM')
  assert.equal(await first.ended(), 0)
  for (const name of await readdir(certs, { recursive: true })) {
    const { mode } = await stat(join(certs, name))
    assert.equal((mode & 0o077).toString(8), '0', `${name} is for its owner alone`)
  }

  const second = undo.use(new Program('server again', ['serve'], surroundings))
  await second.stdout.take('that it is open', line => line.includes('The room is open'))
  const stored = await shown(port, DOMAIN, root)
  assert.ok(stored instanceof X509Certificate, String(stored))
  assert.ok(
    fingerprints.has(stored.fingerprint256),
    'the stored certificate serves from the first connection on',
  )
  await second.stderr.take('the renewal after the restart', obtained)
})
