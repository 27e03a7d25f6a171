import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ready, server } from '@serenity-kit/opaque'
import { InvalidServerSetup, loadServerSetup } from './server-setup.ts'

async function secretsDirectory(context: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'server-setup-'))
  context.after(() => rm(directory, { recursive: true }))
  return join(directory, 'secrets')
}

test('a setup is made once, readable by its owner alone, and stays', async context => {
  const directory = await secretsDirectory(context)
  const first = await loadServerSetup(undefined, directory)
  assert.deepEqual(await loadServerSetup(undefined, directory), first)
  const [name = '', ...others] = await readdir(directory)
  assert.deepEqual(others, [])
  if (process.platform === 'win32') return
  assert.equal((await stat(directory)).mode & 0o777, 0o700)
  assert.equal((await stat(join(directory, name))).mode & 0o777, 0o600)
})

test('twenty that start at once share one setup', async context => {
  const directory = await secretsDirectory(context)
  const setups = await Promise.all(Array.from({ length: 20 }, () => loadServerSetup(undefined, directory)))
  assert.equal(new Set(setups.map(setup => setup.secret)).size, 1)
  assert.equal((await readdir(directory)).length, 1)
})

test('a given setup is taken as it is, hashed as bytes, and nothing is written', async context => {
  await ready
  const directory = await secretsDirectory(context)
  const secret = server.createSetup()
  const hash = createHash('sha256').update(Buffer.from(secret, 'base64url')).digest('base64url')
  assert.deepEqual(await loadServerSetup(secret, directory), { secret, hash })
  await assert.rejects(stat(directory), { code: 'ENOENT' })
})

test('what is no setup is refused by name, its value never told', async context => {
  const directory = await secretsDirectory(context)
  for (const wrong of ['', 'secret-value', 'A'.repeat(171), `${'A'.repeat(170)}!`]) {
    await assert.rejects(loadServerSetup(wrong, directory), error => {
      assert.ok(error instanceof InvalidServerSetup)
      assert.match(error.message, /OPAQUE_SERVER_SETUP/)
      assert.ok(wrong === '' || !error.message.includes(wrong))
      return true
    })
  }
})

test('a damaged file is refused and left alone', async context => {
  const directory = await secretsDirectory(context)
  await loadServerSetup(undefined, directory)
  const path = join(directory, 'opaque-server-setup')
  await writeFile(path, 'half of i')
  await assert.rejects(loadServerSetup(undefined, directory), { name: 'InvalidServerSetup' })
  assert.equal(await readFile(path, 'utf8'), 'half of i')
})
