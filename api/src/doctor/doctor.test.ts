import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, type TestContext, test } from 'node:test'
import { ensureLocalCertificates } from '../../../certs/local-certificates.ts'
import { parseConfig } from '../config.ts'
import { openRoomStore } from '../store/sqlite-room-store.ts'
import { examine } from './examine.ts'
import { describeFindings, type Finding } from './finding.ts'

const DAY = 86_400_000

async function place(t: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'doctor-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const data = join(directory, 'data')
  const certs = join(directory, 'certs')
  const pages = join(directory, 'pages')
  await mkdir(pages)
  await writeFile(join(pages, 'index.html'), '')
  return {
    data,
    certs,
    pages,
    async examine(settings: Readonly<Record<string, string>> = {}, now = Date.now()) {
      const env = {
        PORT: '0',
        HTTP_PORT: '0',
        HOST: '127.0.0.1',
        DATA_DIR: data,
        CERTS_DIR: certs,
        ...settings,
      }
      const config = parseConfig({ SEGMENT_QUOTA: '16MiB', ...env }, [])
      assert.ok(config.ok, JSON.stringify(config))
      return await examine(config.value, pages, () => now)
    },
  }
}

const troubles = (findings: readonly Finding[]) =>
  findings.filter(({ level }) => level !== 'fine').map(({ level, what }) => `${level}: ${what}`)

/** One trouble, which says what to do. */
function assertOne(findings: readonly Finding[], expected: RegExp): void {
  const found = troubles(findings)
  assert.equal(found.length, 1, found.join('\n'))
  assert.match(found[0] ?? '', expected)
  assert.ok(findings.find(({ level }) => level !== 'fine')?.remedy)
}

suite('M15: the doctor', () => {
  test('finds nothing wrong with a host that a room can be opened on, and changes nothing', async t => {
    const at = await place(t)
    assert.deepEqual(troubles(await at.examine()), [])
    assert.deepEqual(troubles(await at.examine({ DOMAIN: 'localhost', TLS: 'local' })), [])
  })

  test('a port that another program has', async t => {
    const at = await place(t)
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    t.after(() => other.close())
    const { port } = other.address() as AddressInfo
    assertOne(await at.examine({ PORT: String(port) }), /^problem: port \d+ is in use/)
    assertOne(await at.examine({ METRICS_PORT: String(port) }), /^problem: port \d+ is in use/)
  })

  test('data that somebody holds who does not answer', async t => {
    const at = await place(t)
    const store = openRoomStore({ directory: at.data, sync: 'normal' })
    assertOne(await at.examine(), /^problem: something holds the data/)
    await store.close()
    assert.deepEqual(troubles(await at.examine()), [])
  })

  test('secrets that others on the host can read', async t => {
    const at = await place(t)
    await mkdir(join(at.data, 'secrets'), { recursive: true })
    const path = join(at.data, 'secrets', 'opaque-server-setup')
    await writeFile(path, '')
    await chmod(path, 0o644)
    assertOne(await at.examine(), /^problem: others on this host can read .*opaque-server-setup \(644\)/)
    await chmod(path, 0o600)
    assert.deepEqual(troubles(await at.examine()), [])
  })

  test('a certificate: missing, locked out by its key, not for DOMAIN, about to end, ended', async t => {
    const at = await place(t)
    const [cert, key] = [join(at.certs, 'server.crt'), join(at.certs, 'server.key')]
    const files = { TLS_CERT: cert, TLS_KEY: key }
    assertOne(await at.examine(files), /^problem: .*cannot be read/)
    const made = await ensureLocalCertificates({ directory: at.certs, names: [], now: Date.now() })
    assert.ok(made.ok)
    assertOne(await at.examine(files), /^warning: it leads to nobody whom browsers trust/)
    const elsewhere = await at.examine({ ...files, DOMAIN: 'localhost.localdomain' }).then(troubles)
    assert.match(elsewhere.join('\n'), /^problem: it is for .*, not for localhost\.localdomain/m)
    const late = await at.examine(files, made.value.server.notAfter - 3 * DAY).then(troubles)
    assert.match(late.join('\n'), /^warning: the certificate is good until .* only/m)
    assertOne(
      await at.examine(files, made.value.server.notAfter + DAY),
      /^problem: .* was good until .*: renew it/,
    )
    assertOne(await at.examine({ ...files, TLS_KEY: cert }), /^problem: .*holds no PEM private key/)
  })

  test('a clock that nobody set, a page that nobody built', async t => {
    const at = await place(t)
    assertOne(await at.examine({}, 0), /^problem: the clock says 1970/)
    await rm(join(at.pages, 'index.html'))
    assertOne(await at.examine(), /^warning: the page is not built/)
  })

  test('a certificate authority: reached, out of reach, of another time', async t => {
    const at = await place(t)
    const settings = { DOMAIN: '127.0.0.1', ACME_DIRECTORY: 'https://authority.test/directory' }
    const answers = [
      async () => new Response(null, { headers: { date: new Date().toUTCString() } }),
      async () => Promise.reject(new TypeError('fetch failed', { cause: new Error('planted') })),
      async () => new Response(null, { headers: { date: new Date(Date.now() - 600_000).toUTCString() } }),
    ]
    t.mock.method(globalThis, 'fetch', () => answers.shift()?.())
    assert.deepEqual(troubles(await at.examine(settings)), [])
    assertOne(
      await at.examine(settings),
      /^problem: https:\/\/authority\.test.* cannot be reached \(planted\)/,
    )
    assertOne(await at.examine(settings), /^problem: the clock is 60\d seconds fast/)
  })

  test('tells the worst last, each with its remedy', () => {
    const text = describeFindings([
      { level: 'problem', what: 'one', remedy: 'do this' },
      { level: 'fine', what: 'two' },
    ])
    assert.equal(text, 'ok      two\nproblem one\n        -> do this\n')
  })
})
