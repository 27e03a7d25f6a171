import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  link,
  mkdir,
  mkdtemp,
  realpath,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { FileSource } from '@chat-room/client'
import { openFileSource, openFound } from './file-source.ts'

let base = ''
let start = ''

before(async () => {
  base = await mkdtemp(join(tmpdir(), 'source-'))
  start = join(base, 'start')
  await mkdir(join(start, 'sub', 'deep'), { recursive: true })
  await mkdir(join(base, 'start-beside'))
  await writeFile(join(base, 'secret.txt'), 'outside')
  await writeFile(join(base, 'start-beside', 'secret.txt'), 'outside')
  await writeFile(join(start, 'notes.txt'), 'inside')
  await writeFile(join(start, 'sub', 'deep', 'a.PDF'), 'deep')
})
after(() => rm(base, { recursive: true }))

async function opened(path: string): Promise<FileSource> {
  const source = await openFileSource(start, path)
  if ('problem' in source) throw new Error(source.problem)
  return source
}

async function problemOf(path: string): Promise<string> {
  const source = await openFileSource(start, path)
  if ('problem' in source) return source.problem
  await source.close()
  return ''
}

test('M10 a file in the start directory or below it is read exactly', async () => {
  const source = await opened('notes.txt')
  assert.deepEqual([source.name, source.size, source.mime], ['notes.txt', 6, 'text/plain'])
  assert.equal(Buffer.from(await source.read(2, 3)).toString(), 'sid')
  await assert.rejects(source.read(4, 3), /shorter/)
  await source.close()
  const deep = await opened('./sub/deep/a.PDF')
  assert.deepEqual([deep.name, deep.mime], ['a.PDF', 'application/pdf'])
  await deep.close()
})

test('M10 absolute paths, .., backslashes and what is no file are refused with a reason', async () => {
  execFileSync('mkfifo', [join(start, 'pipe')])
  const server = createServer().listen(join(start, 'socket'))
  await new Promise(resolve => server.once('listening', resolve))
  try {
    assert.match(await problemOf(join(start, 'notes.txt')), /root/)
    assert.match(await problemOf('../secret.txt'), /upwards/)
    assert.match(await problemOf('sub/../notes.txt'), /upwards/)
    assert.match(await problemOf('.'), /folder/)
    assert.match(await problemOf('sub\\deep\\a.PDF'), /backslash/)
    assert.match(await problemOf('sub'), /folder/)
    assert.match(await problemOf('missing'), /no such file/)
    assert.match(await problemOf('notes.txt/x'), /no such file/)
    assert.match(await problemOf('pipe'), /no ordinary file/)
    assert.match(await problemOf('socket'), /no ordinary file/)
    assert.match(await problemOf('x'.repeat(5000)), /too long/)
  } finally {
    server.close()
  }
})

test('M10 links: inside they may be followed, outside never, in whatever component they are', async () => {
  await symlink('notes.txt', join(start, 'alias.txt'))
  await symlink('../secret.txt', join(start, 'leak.txt'))
  await symlink(base, join(start, 'up'))
  await symlink(join(base, 'start-beside'), join(start, 'beside'))
  await symlink('loop', join(start, 'loop'))
  const inside = await opened('alias.txt')
  assert.deepEqual([inside.name, inside.size], ['alias.txt', 6])
  await inside.close()
  assert.match(await problemOf('leak.txt'), /outside/)
  assert.match(await problemOf('up/secret.txt'), /outside/)
  // A name that only begins like that of the start directory.
  assert.match(await problemOf('beside/secret.txt'), /outside/)
  // Out and in again is inside.
  assert.equal(await problemOf('up/start/notes.txt'), '')
  assert.match(await problemOf('loop'), /circles/)
})

test('M10 the start directory may itself be reached by a link', async () => {
  await symlink(start, join(base, 'link-to-start'))
  const source = await openFileSource(join(base, 'link-to-start'), 'notes.txt')
  assert.ok(!('problem' in source))
  await source.close()
})

test('M10 what became a link between looking and opening is not read', async () => {
  const root = await realpath(start)
  const found = join(root, 'sub', 'secret.txt')
  await rename(join(start, 'sub'), join(start, 'aside'))
  await symlink(join(base, 'start-beside'), join(start, 'sub'))
  const byDirectory = await openFound(root, found, 'secret.txt')
  await rm(join(start, 'sub'))
  await rename(join(start, 'aside'), join(start, 'sub'))
  assert.ok('problem' in byDirectory)
  assert.match(byDirectory.problem, /outside/)

  await symlink(join(base, 'secret.txt'), found)
  const byFile = await openFileSource(start, 'sub/secret.txt')
  assert.ok('problem' in byFile)
  await assert.rejects(openFound(root, found, 'secret.txt'), { code: 'ELOOP' })
  await rm(found)
})

test('the fingerprint changes when the file does', async () => {
  const path = join(start, 'changing.txt')
  await writeFile(path, 'one')
  await utimes(path, 1, 1)
  const source = await opened('changing.txt')
  const first = await source.fingerprint()
  assert.equal(await source.fingerprint(), first)
  await writeFile(path, 'two')
  const second = await source.fingerprint()
  assert.notEqual(second, first)
  await truncate(path, 1)
  assert.notEqual(await source.fingerprint(), second)
  await assert.rejects(source.read(0, 3), /shorter/)
  await source.close()
  await link(join(start, 'notes.txt'), join(start, 'other.txt'))
  await rm(path)
  await rename(join(start, 'other.txt'), path)
  const replaced = await opened('changing.txt')
  assert.notEqual(await replaced.fingerprint(), second)
  await replaced.close()
})
