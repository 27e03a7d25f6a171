import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, type TestContext, test } from 'node:test'
import { FakeAuthority } from '../../test/support/fake-authority.ts'
import { Vault } from '../edge/acme/vault.ts'
import { StartFailure } from '../start-failure.ts'
import { openAcmeCertificate } from './acme-certificate.ts'
import type { Certificate } from './certificate.ts'

const DOMAIN = 'chat.example.org'

async function place(t: TestContext) {
  const authority = new FakeAuthority()
  t.mock.method(globalThis, 'fetch', authority.fetch)
  const directory = await mkdtemp(join(tmpdir(), 'acme-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const said: { level: string; message: string; context: Record<string, unknown> }[] = []
  const level = (level: string) => (context: object, message: string) =>
    void said.push({ level, message, context: { ...context } })
  return {
    authority,
    directory,
    said,
    vault: new Vault(directory, authority.directory),
    open: (domain = DOMAIN) =>
      openAcmeCertificate({
        certsDirectory: directory,
        authority: authority.directory,
        domain,
        hasPlainHttp: true,
        clock: {
          now: Date.now,
          after(milliseconds, callback) {
            const timer = setTimeout(callback, milliseconds)
            return () => clearTimeout(timer)
          },
        },
        log: { info: level('info'), warn: level('warn'), error: level('error') },
        pauses: { first: 5, longest: 5 },
      }),
  }
}

async function next(source: Awaited<ReturnType<typeof openAcmeCertificate>>): Promise<Certificate> {
  const { promise, resolve } = Promise.withResolvers<Certificate>()
  source.follow(resolve)
  return await promise
}

suite('M1: a certificate for DOMAIN', () => {
  test('is obtained where there is none, kept, and served from the next start on without an order', async t => {
    const at = await place(t)
    const first = await at.open()
    assert.equal(first.current, undefined)
    const obtained = await next(first)
    await first.close()
    assert.deepEqual(obtained.hosts, [DOMAIN])
    assert.equal(obtained.isPublic, false)
    const asked = at.authority.paths.length
    const second = await at.open()
    second.follow(() => assert.fail('it is good for a while'))
    assert.equal(second.current?.fingerprint, obtained.fingerprint)
    await second.close()
    assert.equal(at.authority.paths.length, asked)
  })

  test('what is stored and cannot be used is told, and another one is ordered', async t => {
    const at = await place(t)
    await mkdir(at.vault.directory, { recursive: true })
    await writeFile(at.vault.pathOf(DOMAIN), 'half a certif')
    const source = await at.open()
    assert.equal(source.current, undefined)
    assert.match(JSON.stringify(at.said), /chat\.example\.org\.pem holds no PEM certificate/)
    await next(source)
    await source.close()
    assert.match(await readFile(at.vault.pathOf(DOMAIN), 'utf8'), /BEGIN PRIVATE KEY/)
  })

  test('one for another name or another key is not served, and the order is tried again', async t => {
    const at = await place(t)
    const other = await at.open('other.example.org')
    const foreign = await next(other)
    await other.close()
    let sent = 0
    at.authority.instead.set('/certificate/1', () => (sent++ === 0 ? { body: foreign.cert } : undefined))
    const source = await at.open()
    assert.deepEqual((await next(source)).hosts, [DOMAIN])
    await source.close()
    assert.match(JSON.stringify(at.said), /"reason":"unusable"/)
  })

  test('one that cannot be kept is served all the same', async t => {
    const at = await place(t)
    const source = await at.open()
    // A directory bears the name that the file is to have.
    await mkdir(at.vault.pathOf(DOMAIN))
    const obtained = await next(source)
    await source.close()
    assert.equal(source.current, obtained)
    assert.ok(at.said.some(({ message }) => message === 'the certificate could not be kept'))
  })

  test('a damaged account ends the start with a line that says what to do', async t => {
    const at = await place(t)
    await mkdir(at.vault.directory, { recursive: true })
    await writeFile(join(at.vault.directory, 'account.key'), 'canary')
    await assert.rejects(at.open(), error => {
      assert.ok(error instanceof StartFailure)
      assert.match(error.message, /remove it to make a new account/)
      return true
    })
  })
})
