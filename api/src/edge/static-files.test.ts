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
  await writeFile(join(directory, 'index.html.br'), 'brotli')
  await writeFile(join(directory, 'index.html.gz'), 'gzip')
  // Nobody's smaller form: a file of its own.
  await writeFile(join(directory, 'archive.gz'), 'archive')
  await writeFile(join(directory, '.env'), 'secret')
  await writeFile(join(directory, 'deep', '.git', 'config'), 'secret')
  if (process.platform !== 'win32') {
    await symlink('../secret.txt', join(directory, 'link.txt'))
    await symlink('..', join(directory, 'linked'))
  }

  const files = await loadStaticFiles(directory)
  assert.deepEqual([...files.keys()].sort(), [
    '/archive.gz',
    '/deep/a%20b.css',
    '/index.html',
    '/unknown.zzz',
  ])
  assert.equal(files.get('/index.html')?.type, 'text/html; charset=utf-8')
  assert.equal(files.get('/unknown.zzz')?.type, 'application/octet-stream')
  const { identity, br, gzip } = files.get('/index.html') ?? assert.fail('no page')
  const texts = [identity, br, gzip].map(variant => Buffer.from(variant?.body ?? []).toString())
  assert.deepEqual(texts, ['<!doctype html>', 'brotli', 'gzip'])
  const unknown = files.get('/unknown.zzz')
  assert.deepEqual(Object.keys(unknown ?? {}), ['type', 'identity'])
  const etags = [identity, br, gzip, unknown?.identity].map(variant => variant?.etag)
  assert.equal(new Set(etags).size, 4)
})

test('a directory that is not there has no files', async () => {
  assert.equal((await loadStaticFiles(join(tmpdir(), 'static-files-nowhere'))).size, 0)
})
