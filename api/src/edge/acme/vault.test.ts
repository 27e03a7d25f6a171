import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { Vault, VaultDamaged } from './vault.ts'

const PRODUCTION = 'https://ca.example.org/directory'
const PAIR = {
  key: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
  cert: '-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\nCCCC\n-----END CERTIFICATE-----\n',
}

async function place() {
  const directory = await mkdtemp(join(tmpdir(), 'vault-'))
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) }
}

suite('M1: what is kept of a certificate authority', () => {
  test('an account is made once', async () => {
    await using at = await place()
    const first = await new Vault(at.directory, PRODUCTION).account()
    const second = await new Vault(at.directory, PRODUCTION).account()
    assert.equal(first.thumbprint, second.thumbprint)
  })

  test('a pair comes back as it was kept, and is replaced whole', async () => {
    await using at = await place()
    const vault = new Vault(at.directory, PRODUCTION)
    assert.equal(await vault.pair('chat.example.org'), undefined)
    await vault.keep('chat.example.org', PAIR)
    assert.deepEqual(await vault.pair('chat.example.org'), PAIR)
    await vault.keep('chat.example.org', { ...PAIR, cert: PAIR.cert.replace('BBBB', 'DDDD') })
    assert.match((await vault.pair('chat.example.org'))?.cert ?? '', /DDDD/)
    assert.deepEqual(await readdir(vault.directory), ['chat.example.org.pem'], 'and no draft is left')
  })

  test('one authority knows nothing of another, staging least of all; addresses have files too', async () => {
    await using at = await place()
    const vault = new Vault(at.directory, PRODUCTION)
    const staging = new Vault(at.directory, 'https://staging.ca.example.org/directory')
    await vault.keep('[2001:db8::1]', PAIR)
    assert.deepEqual(await vault.pair('[2001:db8::1]'), PAIR)
    assert.equal(await staging.pair('[2001:db8::1]'), undefined)
    assert.notEqual((await vault.account()).thumbprint, (await staging.account()).thumbprint)
  })

  test('all of it is for its owner alone, and below the directory, whatever the names', async () => {
    await using at = await place()
    const vault = new Vault(at.directory, 'https://ca.example.org:14000/a/../%2e%2e/dir?x=/../y')
    await vault.account()
    await vault.keep('..', PAIR)
    const entries = await readdir(at.directory, { recursive: true })
    assert.equal(entries.length, 4)
    for (const entry of entries) {
      const { mode } = await stat(join(at.directory, entry))
      assert.equal((mode & 0o077).toString(8), '0', entry)
    }
  })

  test('a damaged account is told and left alone', async () => {
    await using at = await place()
    const vault = new Vault(at.directory, PRODUCTION)
    await vault.account()
    const path = join(vault.directory, 'account.key')
    await writeFile(path, 'canary')
    await assert.rejects(vault.account(), error => {
      assert.ok(error instanceof VaultDamaged)
      assert.match(error.message, /account\.key is no P-256 private key/)
      assert.doesNotMatch(error.message, /canary/)
      return true
    })
    assert.equal(await readFile(path, 'utf8'), 'canary')
  })
})
