import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadStaticFiles } from './static-files.ts'

test('files are found by the path that asks for them, and nothing else is', async context => {
  const parent = await mkdtemp(join(tmpdir(), 'static-files-'))
  context.after(() => rm(parent, { recursive: true }))
  const directory = join(parent, 'page')
  await mkdir(join(directory, 'deep', '.git'), { recursive: true })
  await writeFile(join(parent, 'secret.txt'), 'secret')
  await writeFile(join(directory, 'index.html'), '<!doctype html>')
  await writeFile(join(directory, 'deep', 'a b.css'), 'a {}')
  await writeFile(join(directory, 'unknown.zzz'), '?')
  await writeFile(join(directory, '.env'), 'secret')
  await writeFile(join(directory, 'deep', '.git', 'config'), 'secret')
  if (process.platform !== 'win32') {
    await symlink('../secret.txt', join(directory, 'link.txt'))
    await symlink('..', join(directory, 'linked'))
  }

  const files = await loadStaticFiles(directory)
  assert.deepEqual([...files.keys()].sort(), ['/deep/a%20b.css', '/index.html', '/unknown.zzz'])
  assert.equal(files.get('/index.html')?.type, 'text/html; charset=utf-8')
  assert.equal(files.get('/unknown.zzz')?.type, 'application/octet-stream')
  assert.equal(Buffer.from(files.get('/index.html')?.body ?? []).toString(), '<!doctype html>')
  assert.notEqual(files.get('/index.html')?.etag, files.get('/unknown.zzz')?.etag)
})
