import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import type { Found } from '@chat-room/client'
import { openFileSource } from './file-source.ts'
import { findFiles } from './find-files.ts'

let base = ''
let start = ''
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'find-'))
  start = join(base, 'start')
  await mkdir(start)
})
afterEach(() => rm(base, { recursive: true }))

async function put(...paths: readonly string[]): Promise<void> {
  for (const folder of new Set(paths.map(dirname))) await mkdir(join(start, folder), { recursive: true })
  await Promise.all(paths.map(path => writeFile(join(start, path), path)))
}

async function found(path: string): Promise<Found> {
  const result = await findFiles(start, path)
  if ('problem' in result) throw new Error(result.problem)
  return result
}

async function problemOf(path: string): Promise<string> {
  const result = await findFiles(start, path)
  return 'problem' in result ? result.problem : ''
}

const pairs = ({ files }: Found) => files.map(({ path, folder }) => [path, folder])

test('M10 a file is found as itself, however its path is written', async () => {
  await put('notes.txt', 'sub/.hidden')
  await symlink('notes.txt', join(start, 'link.txt'))
  for (const [path, canonical] of [
    ['notes.txt', 'notes.txt'],
    ['./notes.txt', 'notes.txt'],
    ['sub/./.hidden', 'sub/.hidden'],
    ['link.txt', 'link.txt'],
  ] as const) {
    assert.deepEqual(await found(path), { files: [{ path: canonical, folder: '' }], omitted: [] })
  }
})

test('M10 a folder is all files at and below it, in the order of their names, each with the folders it lies in', async () => {
  await put('p/b.txt', 'p/a.txt', 'p/B/z', 'p/B/c/d', 'p/Ä', 'other/x')
  await mkdir(join(start, 'p', 'empty'))
  const expected = [
    ['p/B/c/d', 'p/B/c'],
    ['p/B/z', 'p/B'],
    ['p/a.txt', 'p'],
    ['p/b.txt', 'p'],
    ['p/Ä', 'p'],
  ]
  for (const path of ['p', 'p/', './p/.']) assert.deepEqual(pairs(await found(path)), expected)
  // From below: the folder is called as it is named, without those that lead to it.
  assert.deepEqual(pairs(await found('p/B')), [
    ['p/B/c/d', 'B/c'],
    ['p/B/z', 'B'],
  ])
  for (const { path } of (await found('p')).files) {
    const source = await openFileSource(start, path)
    assert.ok(!('problem' in source))
    await source.close()
  }
})

test('M10 the start directory itself may be sent, under its own name', async () => {
  await put('a', 'sub/b')
  assert.deepEqual(pairs(await found('.')), [
    ['a', basename(start)],
    ['sub/b', `${basename(start)}/sub`],
  ])
})

test('M10 what leads outside, is none or is no file is a problem in words', async () => {
  await put('notes.txt')
  await mkdir(join(start, 'empty'))
  await symlink('..', join(start, 'up'))
  await symlink('loop', join(start, 'loop'))
  execFileSync('mkfifo', [join(start, 'pipe')])
  for (const [path, problem] of [
    ['..', /upwards/],
    ['up', /outside/],
    ['up/', /outside/],
    ['/', /root/],
    ['a\\b', /backslash/],
    ['missing', /no such file/],
    ['missing/', /no such file/],
    ['notes.txt/', /no such file/],
    ['notes.txt/x', /no such file/],
    ['loop', /circles/],
    ['pipe', /no ordinary file/],
    ['empty', /nothing/],
  ] as const) {
    assert.match(await problemOf(path), problem, path)
  }
})

test('M10 links within a folder: inside they are followed, outside and in circles never, and it is said', async () => {
  await writeFile(join(base, 'secret.txt'), 'outside')
  await mkdir(join(base, 'start-beside'))
  await put('p/a', 'q/b', 'p/deep/c')
  await symlink('../q/b', join(start, 'p', 'file'))
  await symlink('../q', join(start, 'p', 'folder'))
  await symlink('../../secret.txt', join(start, 'p', 'leak'))
  await symlink('../../start-beside', join(start, 'p', 'leaks'))
  await symlink('..', join(start, 'p', 'deep', 'round'))
  await symlink('self', join(start, 'p', 'self'))
  await symlink('gone', join(start, 'p', 'dangling'))
  const result = await found('p')
  assert.deepEqual(pairs(result), [
    ['p/a', 'p'],
    ['p/deep/c', 'p/deep'],
    ['p/file', 'p'],
    ['p/folder/b', 'p/folder'],
  ])
  assert.deepEqual(result.omitted, [
    'Left out (unreadable): p/dangling.',
    'Left out (a link that leads in circles): p/deep/round, p/self.',
    'Left out (a link that leads outside): p/leak, p/leaks.',
  ])
})

test('what cannot be sent, or is hidden, is left out, and said in few words', async () => {
  await put(
    'p/ok',
    ...Array.from({ length: 9 }, (_, index) => `p/.git/${index}`),
    'p/.a',
    'p/.b',
    'p/.c',
    'p/.d',
  )
  await put('p/back\\slash', 'p/new\nline')
  execFileSync('mkfifo', [join(start, 'p', 'pipe')])
  const result = await found('p')
  assert.deepEqual(pairs(result), [['p/ok', 'p']])
  assert.deepEqual(result.omitted, [
    'Left out (hidden (name it to send it)): p/.a, p/.b, p/.c and 2 more.',
    'Left out (a name with a backslash or a control character): p/back\\slash, p/new\nline.',
    'Left out (no ordinary file): p/pipe.',
  ])
  // Who names what is hidden means it.
  assert.equal((await found('p/.git')).files.length, 9)
})

test('M10 what is hidden stays so by whatever name a link calls it, and wherever it lies', async () => {
  await put('p/ok', 'p/.env', 'p/.keys/id', '.ssh/key', 'q/.git/config')
  await symlink('.env', join(start, 'p', 'settings'))
  await symlink('.keys', join(start, 'p', 'folder'))
  await symlink('../.ssh/key', join(start, 'p', 'key'))
  await symlink('../.ssh', join(start, 'p', 'ssh'))
  await symlink('../q/.git/config', join(start, 'p', 'config'))
  const result = await found('p')
  assert.deepEqual(pairs(result), [['p/ok', 'p']])
  assert.deepEqual(result.omitted, [
    'Left out (hidden (name it to send it)): p/.env, p/.keys, p/config and 4 more.',
  ])
  // Who names what is hidden means what lies in it, and nothing else that is hidden.
  await put('.ssh/known')
  await symlink('known', join(start, '.ssh', 'alias'))
  await symlink('../p/.env', join(start, '.ssh', 'other'))
  assert.deepEqual(
    pairs(await found('.ssh')).map(([path]) => path),
    ['.ssh/alias', '.ssh/key', '.ssh/known'],
  )
})

test('what may not be read is left out', {
  skip: process.getuid?.() === 0 && 'root may read everything',
}, async () => {
  await put('p/ok', 'p/file', 'p/folder/x')
  await chmod(join(start, 'p/file'), 0)
  await chmod(join(start, 'p/folder'), 0)
  const result = await found('p')
  await chmod(join(start, 'p/folder'), 0o700)
  assert.deepEqual(pairs(result), [['p/ok', 'p']])
  assert.deepEqual(result.omitted, ['Left out (unreadable): p/file, p/folder.'])
})

test('a folder with nothing to send says why', async () => {
  await put('p/.hidden')
  assert.match(await problemOf('p'), /nothing.*hidden.*p\/\.hidden/)
})

test('a thousand files are sent, one more is too many; folders too deep are left out', async () => {
  await put(...Array.from({ length: 1_000 }, (_, index) => `p/${index}`))
  assert.equal((await found('p')).files.length, 1_000)
  await put('p/one more')
  assert.match(await problemOf('p'), /more than 1000 files.*archive/)
  const deep = Array.from({ length: 20 }, () => 'd')
  await put(`${deep.join('/')}/x`, `${deep.slice(0, 16).join('/')}/y`)
  const result = await found('d')
  assert.deepEqual(
    result.files.map(({ path }) => path.split('/').length),
    [17],
  )
  assert.match(result.omitted.join(), /too deep/)
})

test('links that multiply what there is come to an end', async () => {
  await mkdir(join(start, 'l'))
  for (let level = 0; level < 14; level++) {
    await mkdir(join(start, 'l', `${level}`))
    for (const name of 'abcd') await symlink(`../${level + 1}`, join(start, 'l', `${level}`, name))
  }
  await put('l/14/end')
  assert.match(await problemOf('l/0'), /archive/)
})
