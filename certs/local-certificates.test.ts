import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { issueServerCertificate } from './authority.ts'
import { type CertificatesRequest, ensureLocalCertificates } from './local-certificates.ts'
import * as x509 from './x509.ts'

const HOST = { name: 'box-7', addresses: ['127.0.0.1', '::1', '192.168.7.7', 'fd00::7'] }
const NOW = Date.now()
const DAY_MS = 86_400_000
const FILES = ['ca.crt', 'ca.key', 'server.crt', 'server.key'] as const

async function workshop(request: Partial<CertificatesRequest> = {}) {
  const parent = await mkdtemp(join(tmpdir(), 'certs-'))
  const directory = join(parent, 'made', 'here')
  return {
    directory,
    read: (name: string) => readFile(join(directory, name), 'utf8'),
    write: (name: string, text: string) => writeFile(join(directory, name), text),
    remove: (name: string) => rm(join(directory, name)),
    attempt: (changes: Partial<CertificatesRequest> = {}) =>
      ensureLocalCertificates({ directory, names: [], now: NOW, host: HOST, ...request, ...changes }),
    async ensure(changes: Partial<CertificatesRequest> = {}) {
      const outcome = await this.attempt(changes)
      assert.ok(outcome.ok, outcome.ok ? '' : outcome.error.message)
      return outcome.value
    },
    contents: async () => Promise.all(FILES.map(name => readFile(join(directory, name), 'utf8'))),
    [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }),
  }
}

/** A client that trusts `ca` alone and expects `name`: undefined, or why it refused. */
async function greet(pair: { cert: string; key: string }, ca: string, name: string, host = '127.0.0.1') {
  const server = createServer(pair)
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const servername = /^[\d:]/.test(name) ? {} : { servername: name }
  const socket = connect({ host: servername.servername ? host : name, port, ca, ...servername })
  try {
    await once(socket, 'secureConnect')
    return undefined
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return code === 'UNSPECIFIED' ? message : code
  } finally {
    socket.destroy()
    server.close()
  }
}

for (const algorithm of ['ecdsa', 'rsa'] as const) {
  test(`M15: a client that trusts ca.crt alone accepts the server by its names and no other (${algorithm})`, async () => {
    await using shop = await workshop({ algorithm })
    const made = await shop.ensure({ names: ['Chat.Example.org'] })
    const pair = { cert: await shop.read('server.crt'), key: await shop.read('server.key') }
    const ca = await shop.read('ca.crt')
    for (const name of ['localhost', '127.0.0.1', 'box-7', 'box-7.local', 'chat.example.org']) {
      assert.equal(await greet(pair, ca, name), undefined, name)
    }
    assert.equal(await greet(pair, ca, '::1', '::1'), undefined)
    assert.equal(await greet(pair, ca, 'example.com'), 'ERR_TLS_CERT_ALTNAME_INVALID')
    assert.deepEqual(made.names, [
      'chat.example.org',
      'localhost',
      'box-7',
      'box-7.local',
      '127.0.0.1',
      '::1',
      '192.168.7.7',
      'fd00::7',
    ])
    const { modulusLength } = new X509Certificate(ca).publicKey.asymmetricKeyDetails ?? {}
    assert.ok(algorithm === 'ecdsa' ? modulusLength === undefined : (modulusLength ?? 0) >= 2048)
  })
}

test('M15: what the authority signs beyond its name constraints is refused by OpenSSL', async () => {
  await using shop = await workshop()
  await shop.ensure()
  const ca = await shop.read('ca.crt')
  const authority = { certificate: new X509Certificate(ca), key: createPrivateKey(await shop.read('ca.key')) }
  const key = await shop.read('server.key')
  const publicKey = new X509Certificate(await shop.read('server.crt')).publicKey
  const forged = async (names: string[]) => ({
    key,
    cert: await issueServerCertificate(authority, publicKey, names, NOW),
  })
  assert.equal(await greet(await forged(['example.com']), ca, 'example.com'), 'permitted subtree violation')
  assert.equal(
    await greet(await forged(['localhost', 'example.com']), ca, 'localhost'),
    'permitted subtree violation',
  )
  assert.equal(
    await greet(await forged(['localhost', '8.8.8.8']), ca, 'localhost'),
    'permitted subtree violation',
  )
  assert.equal(
    await greet(await forged(['localhost', '2001:db8::1']), ca, 'localhost'),
    'permitted subtree violation',
  )
  assert.equal(await greet(await forged(['other.local', '10.9.9.9']), ca, 'other.local'), undefined)
})

test('M15: the server certificate lives 397 days and is no authority; key files are for their owner alone', async () => {
  await using shop = await workshop()
  const made = await shop.ensure()
  const leaf = new X509Certificate(await shop.read('server.crt'))
  const authority = new X509Certificate(await shop.read('ca.crt'))
  assert.equal(leaf.validToDate.getTime() - leaf.validFromDate.getTime(), 397 * DAY_MS)
  assert.equal(leaf.ca, false)
  assert.equal(authority.ca, true)
  assert.deepEqual(leaf.keyUsage, ['1.3.6.1.5.5.7.3.1'])
  assert.ok(leaf.checkIssued(authority), 'key identifiers and names of leaf and authority agree')
  const der = authority.raw.toString('hex')
  assert.ok(der.includes('0603551d130101ff040830060101ff020100'), 'critical, CA:TRUE, pathlen 0')
  assert.ok(der.includes('0603551d0f0101ff040403020106'), 'critical, keyCertSign and cRLSign')
  assert.ok(der.includes('0603551d1e0101ff04'), 'name constraints are critical')
  assert.equal(made.server.fingerprint, leaf.fingerprint256)
  assert.match(made.authority.fingerprint, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
  const mode = async (name: string) => (await stat(join(shop.directory, name))).mode & 0o777
  assert.deepEqual(await Promise.all(['.', ...FILES].map(mode)), [0o700, 0o644, 0o600, 0o644, 0o600])
  assert.deepEqual((await readdir(shop.directory)).sort(), [...FILES], 'no temporary file is left')
})

test('M15: an authority made by other tools is carried on with: its name and key identifier are taken as they are', async () => {
  await using shop = await workshop()
  await shop.ensure()
  const key = createPrivateKey(await shop.read('ca.key'))
  const name = new x509.Name([{ O: [{ printableString: 'Other tools' }] }])
  const made = await x509.X509CertificateGenerator.create({
    issuer: name,
    subject: name,
    notBefore: new Date(NOW - DAY_MS),
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'der' }),
    signingKey: key.toCryptoKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.SubjectKeyIdentifierExtension('c0ffee'),
    ],
  })
  await shop.write('ca.crt', made.toString('pem'))
  await shop.remove('server.crt')
  await shop.ensure({ names: ['late.example.org'] })
  const pair = { cert: await shop.read('server.crt'), key: await shop.read('server.key') }
  const ca = await shop.read('ca.crt')
  assert.ok(new X509Certificate(pair.cert).checkIssued(new X509Certificate(ca)))
  assert.equal(await greet(pair, ca, 'late.example.org'), undefined)
})

suite('M15: a second run', () => {
  test('loads no package: a start with everything in place is quick', async () => {
    await using shop = await workshop()
    const request = JSON.stringify({ directory: shop.directory, names: [], now: NOW, host: HOST })
    const program = `import(${JSON.stringify(import.meta.resolve('./local-certificates.ts'))}).then(async certs => {
      const made = await certs.ensureLocalCertificates(${request})
      console.log(made.value.written.length, Object.keys(require.cache).some(path => path.includes('@peculiar')))
    })`
    const start = async () => (await promisify(execFile)(process.execPath, ['-e', program])).stdout
    assert.equal(await start(), '4 true\n')
    assert.equal(await start(), '0 false\n')
  })

  test('changes nothing, nor when an address of the host is gone', async () => {
    await using shop = await workshop()
    const first = await shop.ensure({ names: ['chat.example.org'] })
    assert.deepEqual(first.written, ['ca.key', 'ca.crt', 'server.key', 'server.crt'])
    const contents = await shop.contents()
    const second = await shop.ensure({ host: { ...HOST, addresses: ['127.0.0.1'] } })
    assert.deepEqual(second.written, [])
    assert.deepEqual({ ...second, written: [] }, { ...first, written: [] })
    assert.deepEqual(await shop.contents(), contents)
  })

  test('for a new private address makes a server certificate by the same authority; names asked for stay', async () => {
    await using shop = await workshop()
    const first = await shop.ensure({ names: ['chat.example.org', '192.168.1.5'] })
    const moved = await shop.ensure({ host: { ...HOST, addresses: ['10.0.0.9'] } })
    assert.deepEqual(moved.written, ['server.crt'])
    assert.deepEqual(moved.authority, first.authority)
    assert.deepEqual(moved.names.slice(0, 3), ['chat.example.org', '192.168.1.5', 'localhost'])
    assert.ok(moved.names.includes('10.0.0.9'))
    assert.ok(!moved.names.includes('192.168.7.7'), 'an address the host no longer has')
  })

  test('leaves out a public address that the host got later, and says so', async () => {
    await using shop = await workshop()
    const first = await shop.ensure()
    const moved = await shop.ensure({ host: { ...HOST, addresses: [...HOST.addresses, '203.0.113.7'] } })
    assert.deepEqual(moved.leftOut, ['203.0.113.7'])
    assert.deepEqual(moved.names, first.names)
    assert.deepEqual(moved.written, [])
  })

  test('renews when a third of the life is left and after it, with the same authority', async () => {
    await using shop = await workshop()
    const first = await shop.ensure()
    const at = (days: number) => shop.ensure({ now: NOW + days * DAY_MS })
    assert.deepEqual((await at(264)).written, [])
    const renewed = await at(265)
    assert.deepEqual(renewed.written, ['server.crt'])
    const expired = await at(2000)
    assert.deepEqual(expired.written, ['server.crt'])
    assert.deepEqual(expired.authority, first.authority)
    const [leaf, ca] = [await shop.read('server.crt'), await shop.read('ca.crt')].map(
      pem => new X509Certificate(pem),
    )
    assert.ok(leaf && ca && leaf.verify(ca.publicKey))
    assert.equal((await at(3600)).server.notAfter, first.authority.notAfter, 'never outlives its authority')
  })

  for (const present of [['ca.key'], ['ca.key', 'ca.crt'], ['ca.key', 'ca.crt', 'server.key']] as const) {
    test(`carries on where a crash left ${present.join(', ')}`, async () => {
      await using shop = await workshop()
      await shop.ensure()
      for (const name of FILES.filter(file => !present.some(kept => kept === file))) await shop.remove(name)
      const kept = await Promise.all(present.map(shop.read))
      const again = await shop.ensure()
      assert.deepEqual([...present, ...again.written].sort(), [...FILES])
      assert.deepEqual(await Promise.all(present.map(shop.read)), kept)
      const pair = { cert: await shop.read('server.crt'), key: await shop.read('server.key') }
      assert.equal(await greet(pair, await shop.read('ca.crt'), 'localhost'), undefined)
    })
  }

  test('of eight at once on an empty directory ends in one consistent set', async () => {
    await using shop = await workshop()
    const all = await Promise.all(Array.from({ length: 8 }, () => shop.ensure()))
    assert.equal(new Set(all.map(made => made.authority.fingerprint)).size, 1)
    const pair = { cert: await shop.read('server.crt'), key: await shop.read('server.key') }
    assert.equal(await greet(pair, await shop.read('ca.crt'), 'localhost'), undefined)
    assert.deepEqual((await shop.ensure()).written, [])
  })
})

suite('M15: what is broken is told, with what to do, and left as it is', () => {
  type Shop = Awaited<ReturnType<typeof workshop>>
  const damages: [
    string,
    string,
    (shop: Shop, other: Shop) => Promise<unknown>,
    Partial<CertificatesRequest>?,
  ][] = [
    ['ca.crt is garbage', 'broken', shop => shop.write('ca.crt', 'garbage')],
    ['ca.key is garbage', 'broken', shop => shop.write('ca.key', 'garbage')],
    [
      'ca.crt is a server certificate',
      'broken',
      async shop => shop.write('ca.crt', await shop.read('server.crt')),
    ],
    [
      'server.crt is cut short',
      'broken',
      async shop => shop.write('server.crt', (await shop.read('server.crt')).slice(0, 400)),
    ],
    ['server.key is empty', 'broken', shop => shop.write('server.key', '')],
    ['ca.key is missing', 'mismatch', shop => shop.remove('ca.key')],
    ['server.key is missing', 'mismatch', shop => shop.remove('server.key')],
    [
      'ca.key is of another authority',
      'mismatch',
      async (shop, other) => shop.write('ca.key', await other.read('ca.key')),
    ],
    [
      'server.key is of another server',
      'mismatch',
      async (shop, other) => shop.write('server.key', await other.read('server.key')),
    ],
    [
      'the server pair is of another authority',
      'mismatch',
      async (shop, other) => {
        await shop.write('server.crt', await other.read('server.crt'))
        await shop.write('server.key', await other.read('server.key'))
      },
    ],
    ['the authority has expired', 'out-of-date', async () => {}, { now: NOW + 3651 * DAY_MS }],
    ['the clock is before the authority', 'out-of-date', async () => {}, { now: NOW - DAY_MS }],
    ['RSA is asked for beside ECDSA', 'other-algorithm', async () => {}, { algorithm: 'rsa' }],
    [
      'a public name is asked for later',
      'outside-authority',
      async () => {},
      { names: ['late.example.org'] },
    ],
    ['a name is none', 'bad-name', async () => {}, { names: ['*.example.org'] }],
  ]
  for (const [title, reason, damage, request] of damages) {
    test(title, async () => {
      await using shop = await workshop()
      await using other = await workshop()
      await shop.ensure()
      await other.ensure()
      await damage(shop, other)
      const before = await readdir(shop.directory)
      const contents = await Promise.all(before.map(shop.read))
      const outcome = await shop.attempt(request)
      assert.ok(!outcome.ok)
      assert.equal(outcome.error.reason, reason)
      assert.match(outcome.error.message, /remove |give /)
      assert.ok(!outcome.error.message.includes('\n'))
      assert.deepEqual(await readdir(shop.directory), before)
      assert.deepEqual(await Promise.all(before.map(shop.read)), contents)
    })
  }

  test('a directory that cannot be made is an error of the file system', async () => {
    await using shop = await workshop()
    await shop.ensure()
    const inside = join(shop.directory, 'ca.crt', 'deeper')
    await assert.rejects(shop.attempt({ directory: inside }), { code: 'ENOTDIR' })
  })
})
