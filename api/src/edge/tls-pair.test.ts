import assert from 'node:assert/strict'
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { ensureLocalCertificates } from '../../../certs/local-certificates.ts'
import { certificateHosts, loadPair } from './tls-pair.ts'

const NOW = Date.now()
const DAY_MS = 86_400_000

async function certificates() {
  const directory = await mkdtemp(join(tmpdir(), 'pair-'))
  const host = { name: 'box-7', addresses: ['127.0.0.1', '192.168.7.7', 'fd00::7'] }
  const made = await ensureLocalCertificates({ directory, names: [], now: NOW, host })
  assert.ok(made.ok)
  const { paths } = made.value
  return {
    directory,
    cert: paths['server.crt'],
    key: paths['server.key'],
    passphrase: join(directory, 'passphrase'),
    text: {
      ca: await readFile(paths['ca.crt'], 'utf8'),
      cert: await readFile(paths['server.crt'], 'utf8'),
      key: await readFile(paths['server.key'], 'utf8'),
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

suite('M1: a pair of files', () => {
  test('is loaded with its fingerprint', async () => {
    await using made = await certificates()
    const loaded = await loadPair({ cert: made.cert, key: made.key }, NOW)
    assert.ok(loaded.ok)
    const { fingerprint256: fingerprint, validFromDate, validToDate } = new X509Certificate(made.text.cert)
    const validity = { notBefore: validFromDate.getTime(), notAfter: validToDate.getTime() }
    assert.deepEqual(loaded.value, { cert: made.text.cert, key: made.text.key, fingerprint, ...validity })
  })

  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const locked = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'canary' } as const
  const cases: [string, string, { cert?: string; key?: string; now?: number }, RegExp][] = [
    [
      'a key of something else',
      'mismatch',
      { key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string },
      /is not the key of/,
    ],
    ['a locked key', 'encrypted-key', { key: privateKey.export(locked) as string }, /passphrase/],
    ['a key that is none', 'not-a-key', { key: 'canary' }, /no PEM private key/],
    ['a certificate that is none', 'not-a-certificate', { cert: 'canary' }, /no PEM certificate/],
    ['an expired certificate', 'expired', { now: NOW + 400 * DAY_MS }, /was good until/],
    ['a certificate of tomorrow', 'not-yet-valid', { now: NOW - DAY_MS }, /good only from .* clock/],
  ]
  for (const [title, reason, { cert, key, now = NOW }, message] of cases) {
    test(`${title} is refused in plain words`, async () => {
      await using made = await certificates()
      if (cert !== undefined) await writeFile(made.cert, cert)
      if (key !== undefined) await writeFile(made.key, key)
      const loaded = await loadPair({ cert: made.cert, key: made.key }, now)
      assert.ok(!loaded.ok)
      assert.equal(loaded.error.reason, reason)
      assert.match(loaded.error.message, message)
      assert.doesNotMatch(loaded.error.message, /canary|\n/)
    })
  }

  test('a passphrase in place of its file is not told', async () => {
    await using made = await certificates()
    const loaded = await loadPair({ cert: made.cert, key: made.key, passphrase: 'canary battery' }, NOW)
    assert.ok(!loaded.ok)
    assert.equal(loaded.error.message, 'the file that TLS_KEY_PASSPHRASE_FILE names cannot be read (ENOENT)')
  })

  for (const [kind, type] of [
    ['PKCS #8', 'pkcs8'],
    ['the older kind', 'sec1'],
  ] as const) {
    test(`a locked key (${kind}) opens with its passphrase, and with no other`, async () => {
      await using made = await certificates()
      const key = createPrivateKey(made.text.key)
      const lock = { format: 'pem', cipher: 'aes-256-cbc', passphrase: 'canary' } as const
      await writeFile(
        made.key,
        type === 'sec1' ? key.export({ type, ...lock }) : key.export({ type, ...lock }),
      )
      const { cert, key: path, passphrase } = made
      for (const ending of ['', '\n', '\r\n']) {
        await writeFile(passphrase, `canary${ending}`)
        const loaded = await loadPair({ cert, key: path, passphrase }, NOW)
        assert.ok(loaded.ok, loaded.ok ? '' : loaded.error.message)
        assert.equal(loaded.value.key, made.text.key, 'from here on it is unlocked')
      }
      await writeFile(passphrase, 'canary ')
      const refused = await loadPair({ cert, key: path, passphrase }, NOW)
      assert.ok(!refused.ok && refused.error.reason === 'wrong-passphrase')
      assert.doesNotMatch(refused.error.message, /canary|\n/)
    })
  }

  test('a file that is not there, and a chain that is garbled after the first, are refused', async () => {
    await using made = await certificates()
    const missing = await loadPair({ cert: join(made.directory, 'none.crt'), key: made.key }, NOW)
    assert.ok(!missing.ok && missing.error.reason === 'unreadable')
    assert.match(missing.error.message, /none\.crt/)
    const garbled = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
    await writeFile(made.cert, made.text.cert + garbled)
    const chain = await loadPair({ cert: made.cert, key: made.key }, NOW)
    assert.ok(!chain.ok && chain.error.reason === 'refused')
  })
})

test('the hosts of a certificate have the spelling of URL.hostname', async () => {
  await using made = await certificates()
  const hosts = certificateHosts(made.text.cert)
  assert.deepEqual(hosts, [
    'localhost',
    'box-7',
    'box-7.local',
    '127.0.0.1',
    '[::1]',
    '192.168.7.7',
    '[fd00::7]',
  ])
  assert.deepEqual(certificateHosts(made.text.ca), [])
})
