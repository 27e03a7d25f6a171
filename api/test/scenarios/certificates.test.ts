import assert from 'node:assert/strict'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { connect } from 'node:tls'
import { run } from './rig/program.ts'
import { PASSWORD, Room } from './rig/room.ts'

let room: Room

before(async () => {
  room = await Room.start({ light: true })
})

after(() => room[Symbol.asyncDispose]())

const made = (name: string) => readFile(join(room.certsDirectory, name), 'utf8')

/** What a server shows to somebody who asks for this version of TLS alone. */
function shakeHands(port: number, ca: string, version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connect(
    {
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      ca,
      minVersion: version,
      maxVersion: version,
      ciphers: 'DEFAULT@SECLEVEL=0',
    },
    () => {
      resolve(`${socket.getProtocol()} ${socket.getPeerX509Certificate()?.fingerprint256}`)
      socket.destroy()
    },
  )
  socket.once('error', error => resolve((error as NodeJS.ErrnoException).code ?? error.message))
  return promise
}

suite('scenario: certificates', { concurrency: 2 }, () => {
  test('M1, M15: what the project makes by itself is good for TLS 1.2 and 1.3, and for nothing older', async () => {
    const ca = await made('ca.crt')
    const { fingerprint256 } = new X509Certificate(await made('server.crt'))
    assert.equal(await shakeHands(room.port, ca, 'TLSv1.3'), `TLSv1.3 ${fingerprint256}`)
    assert.equal(await shakeHands(room.port, ca, 'TLSv1.2'), `TLSv1.2 ${fingerprint256}`)
    assert.match(await shakeHands(room.port, ca, 'TLSv1.1'), /PROTOCOL/)
    assert.ok(room.serverOutput.includes(fingerprint256), 'the operator is told the fingerprint')
  })

  test('M15: the certificate names this host and its addresses; keys are the owner\u2019s alone', async () => {
    const names = new X509Certificate(await made('server.crt')).subjectAltName ?? ''
    for (const name of ['DNS:localhost', 'IP Address:127.0.0.1', 'IP Address:0:0:0:0:0:0:0:1']) {
      assert.ok(names.includes(name), `${names} has ${name}`)
    }
    for (const key of ['ca.key', 'server.key']) {
      const { mode } = await stat(join(room.certsDirectory, key))
      assert.equal(mode & 0o777, 0o600)
    }
  })

  test('M15: `chat-room certs` adds names, RSA on request, and says what devices have to trust', async () => {
    const directory = join(room.directory, 'asked')
    const argv = ['certs', '--dir', directory, '--name', 'chat.home.arpa', '--name', '10.1.2.3', '--rsa']
    const first = await run(argv, room.surroundings)
    assert.equal(first.status, 0, first.stderr)
    assert.ok(first.stdout.includes(join(directory, 'ca.crt')))
    const certificate = new X509Certificate(await readFile(join(directory, 'server.crt')))
    assert.equal(certificate.publicKey.asymmetricKeyType, 'rsa')
    assert.equal(certificate.checkHost('chat.home.arpa'), 'chat.home.arpa')
    assert.equal(certificate.checkIP('10.1.2.3'), '10.1.2.3')
    const again = await run(argv, room.surroundings)
    assert.match(again.stdout, /Nothing to do/)

    // M1: any pair of files serves; it is trusted by whoever names its authority.
    await using other = await Room.start({
      env: { TLS_CERT: join(directory, 'server.crt'), TLS_KEY: join(directory, 'server.key') },
    })
    const alice = await other.person('alice', { args: ['--ca', join(directory, 'ca.crt')] })
    await alice.event({ type: 'room', state: 'unclaimed' })
  })

  test('M1: a key that belongs to another certificate, or a missing file, is told in words', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const strange = join(room.directory, 'strange.key')
    await writeFile(strange, privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const certificate = join(room.certsDirectory, 'server.crt')
    for (const key of [strange, join(room.directory, 'missing.key'), certificate]) {
      const { cwd, env } = room.surroundings
      const surroundings = { cwd, env: { ...env, TLS_CERT: certificate, TLS_KEY: key } }
      const { status, stdout, stderr } = await run(['serve'], surroundings)
      assert.equal(status, 1)
      assert.equal(stdout, '')
      assert.match(stderr, /^chat-room: .*key/)
      assert.ok(!stderr.includes('    at '), stderr)
    }
  })

  test('M15: a certificate that nobody vouches for is an error with its fingerprint, and there is no way around', async () => {
    const eve = await room.person('eve', { env: { CERTS_DIR: room.directory } })
    const { message } = await eve.event({ type: 'error', code: 'certificate' })
    const { fingerprint256 } = new X509Certificate(await made('server.crt'))
    assert.ok(String(message).includes(fingerprint256), String(message))
    assert.equal(await eve.ended(), 1)
    assert.equal(eve.of('prompt').length, 0)

    const unchecked = await room.person('mallory', {
      env: { CERTS_DIR: room.directory, NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    })
    await unchecked.event({ type: 'error', code: 'certificate' })
    assert.equal(await unchecked.ended(), 1)
  })

  test('M15: an address that the certificate is not for is refused though its authority is trusted', async () => {
    // Another name of this very machine.
    const trent = await room.person('trent', { url: room.url.replace('localhost', '0.0.0.0') })
    await trent.event({ type: 'error', code: 'certificate', message: /not for 0\.0\.0\.0/ })
    assert.equal(await trent.ended(), 1)
  })

  test('M15: --ca trusts an authority that this machine does not have; the room is then entered', async () => {
    const alice = await room.person('alice', {
      args: ['--ca', join(room.certsDirectory, 'ca.crt')],
      env: { CERTS_DIR: room.directory },
    })
    await alice.enter(PASSWORD)
    alice.endInput()
    assert.equal(await alice.ended(), 0)
  })
})
