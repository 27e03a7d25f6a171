import assert from 'node:assert/strict'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startDirectory } from './start-directory.ts'

test('M10 the start directory is where npm was called from, unless something else chose another', async () => {
  const base = await mkdtemp(join(tmpdir(), 'start-'))
  try {
    await symlink(base, `${base}-link`)
    const env = { INIT_CWD: '/home/alice', npm_package_json: join(`${base}-link`, 'package.json') }
    assert.equal(startDirectory(env, base), '/home/alice')
    assert.equal(startDirectory(env, tmpdir()), tmpdir())
    assert.equal(startDirectory({}, base), base)
    assert.equal(startDirectory({ INIT_CWD: '/home/alice' }, base), base)
  } finally {
    await rm(`${base}-link`, { force: true })
    await rm(base, { recursive: true })
  }
})
