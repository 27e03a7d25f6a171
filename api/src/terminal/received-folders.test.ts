import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import type { FileSink } from '@chat-room/client'
import { diskSpaceOf } from './disk-space.ts'
import { FileSinks } from './file-sinks.ts'

let base = ''
let directory = ''
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'folders-'))
  directory = join(base, 'start')
  await mkdir(directory)
})
afterEach(() => rm(base, { recursive: true }))

/** Nobody is to go on with it. */
const untold = () => Promise.resolve()

const bytes = (text: string) => new TextEncoder().encode(text)

/** Everything below the start directory, folders with a separator at their end. */
async function tree(of = directory): Promise<readonly string[]> {
  const entries = await readdir(of, { recursive: true, withFileTypes: true })
  return entries
    .map(
      entry => `${join(entry.parentPath, entry.name).slice(of.length + 1)}${entry.isDirectory() ? '/' : ''}`,
    )
    .sort()
}

const sinks = () => new FileSinks(directory, diskSpaceOf(directory))

async function open(at: FileSinks, path: string, name: string, id = 'one'): Promise<FileSink> {
  const sink = await at.create({ name, size: 5, folder: { id, path } }, untold)
  if ('problem' in sink) throw new Error(sink.problem)
  return sink
}

async function receive(at: FileSinks, path: string, name: string, id?: string): Promise<string> {
  const sink = await open(at, path, name, id)
  await sink.write(0, bytes(`${path}/${name}`.slice(0, 5)))
  return (await sink.finish()).path
}

test('M14 a folder is buffered in photos1 and kept in photos2, with the paths that it had', async () => {
  const at = sinks()
  const sink = await open(at, 'photos/2024', 'a.jpg')
  assert.deepEqual(await tree(), ['photos1/', 'photos1/a1.jpg', 'photos2/'])
  await sink.write(0, bytes('hello'))
  assert.deepEqual((await sink.finish()).path, 'photos2/2024/a.jpg')
  assert.equal(await receive(at, 'photos', 'b.jpg'), 'photos2/b.jpg')
  assert.equal(await receive(at, 'photos/2024/Summer', 'c'), 'photos2/2024/Summer/c')
  assert.deepEqual(await tree(), [
    'photos2/',
    'photos2/2024/',
    'photos2/2024/Summer/',
    'photos2/2024/Summer/c',
    'photos2/2024/a.jpg',
    'photos2/b.jpg',
  ])
  assert.equal(await readFile(join(directory, 'photos2/2024/a.jpg'), 'utf8'), 'hello')
  assert.equal((await stat(join(directory, 'photos2/2024/a.jpg'))).mode & 0o777, 0o600)
})

test('M14 a sender and two receivers in one directory: each has a folder of its own', async () => {
  await mkdir(join(directory, 'photos'))
  await writeFile(join(directory, 'photos', 'a'), 'original')
  const [bob, carol] = [sinks(), sinks()]
  const [first, second] = [await open(bob, 'photos', 'a'), await open(carol, 'photos', 'a')]
  await Promise.all([first, second].map(sink => sink.write(0, bytes('hello'))))
  assert.equal((await first.finish()).path, 'photos2/a')
  assert.equal((await second.finish()).path, 'photos4/a')
  assert.deepEqual(await tree(), ['photos/', 'photos/a', 'photos2/', 'photos2/a', 'photos4/', 'photos4/a'])
  assert.equal(await readFile(join(directory, 'photos', 'a'), 'utf8'), 'original')
})

test('M14 many files of one folder at once come to one place, those of another to another', async () => {
  const at = sinks()
  const named = Array.from({ length: 40 }, (_, index) => `${index}`)
  const [one, two] = await Promise.all(
    ['one', 'two'].map(id => Promise.all(named.map(name => receive(at, 'p/q', name, id)))),
  )
  const [first = '', second = ''] = [one?.[0], two?.[0]].map(path => path?.split('/')[0])
  assert.notEqual(first, second)
  assert.deepEqual(
    one,
    named.map(name => `${first}/q/${name}`),
  )
  assert.deepEqual(
    two,
    named.map(name => `${second}/q/${name}`),
  )
  assert.equal((await readdir(directory)).length, 2)
})

test('M14 names that differ in letter case or normal form alone are told apart by a number, on every disk', async () => {
  const at = sinks()
  assert.equal(await receive(at, 'p', 'a.txt'), 'p2/a.txt')
  assert.equal(await receive(at, 'p', 'A.TXT'), 'p2/A2.TXT')
  assert.equal(await receive(at, 'p', 'a.txt'), 'p2/a3.txt')
  assert.equal(await receive(at, 'p', '\u00e9'), 'p2/\u00e9')
  assert.equal(await receive(at, 'p', '\u00c9'), 'p2/\u00c92')
  // Folders in another letter case are the same folder; where a file is, none can be.
  assert.equal(await receive(at, 'p/Sub', 'x'), 'p2/Sub/x')
  assert.equal(await receive(at, 'p/sub', 'y'), 'p2/Sub/y')
  assert.equal(await receive(at, 'p/A.txt', 'z'), 'p2/A.txt2/z')
  assert.equal(await receive(at, 'p/a.TXT', 'w'), 'p2/A.txt2/w')
})

test('M14 whatever a sender calls folders and files, nothing leaves the start directory', async () => {
  const at = sinks()
  const paths = []
  for (const [index, path] of [
    '../../up',
    '/etc',
    '..',
    '',
    'a/../../b',
    'C:\\x',
    '.ssh',
    'CON',
    'a\u0000\u001b[2J',
  ].entries()) {
    paths.push(await receive(at, path, '../../evil', `${index}`))
  }
  assert.deepEqual(await readdir(base), ['start'])
  for (const path of paths) {
    assert.ok((await stat(join(directory, path))).isFile())
    assert.doesNotMatch(path, /(?:^|\/)\.|\\|[\p{Cc}\p{Cf}]/u)
  }
  const deep = await receive(at, 'd/'.repeat(500), 'x', 'deep')
  assert.equal(deep.split('/').length, 17)
})

test('M14 links that were planted in the way are not followed', async () => {
  const outside = join(base, 'outside')
  await mkdir(outside)
  for (const name of ['p1', 'p3']) await symlink('../outside', join(directory, name))
  const at = sinks()
  const sink = await open(at, 'p/sub', 'a')
  assert.deepEqual(await tree(), ['p1', 'p2/', 'p2/a1', 'p3', 'p4/'])
  await sink.write(0, bytes('hello'))

  // Where it will be kept is exchanged meanwhile: it goes to another place.
  await rm(join(directory, 'p4'), { recursive: true })
  await symlink('../outside', join(directory, 'p4'))
  assert.equal((await sink.finish()).path, 'p5/sub/a')

  // A folder below it: the link keeps its name.
  await rm(join(directory, 'p5/sub'), { recursive: true })
  await symlink('../../outside', join(directory, 'p5/sub'))
  assert.equal(await receive(at, 'p/sub', 'b'), 'p5/sub2/b')

  // And where its buffer is to lie.
  const held = await open(at, 'p', 'c')
  const { buffers } = JSON.parse(held.place).folder
  await rename(join(directory, buffers), join(directory, 'aside'))
  await symlink('../outside', join(directory, buffers))
  await assert.rejects(open(at, 'p', 'd'), /exchanged/)
  await held.discard()
  assert.deepEqual(await readdir(outside), [])
})

test('M14 what is cancelled leaves no folders behind, and what was kept stays', async () => {
  const at = sinks()
  const [first, second] = [await open(at, 'p/q', 'a'), await open(at, 'p/r', 'b')]
  await first.discard()
  assert.deepEqual(await tree(), ['p1/', 'p1/b1', 'p2/'])
  await second.discard()
  assert.deepEqual(await tree(), [])

  assert.equal(await receive(at, 'p/q', 'a'), 'p2/q/a')
  await (await open(at, 'p/r', 'b')).discard()
  assert.deepEqual(await tree(), ['p2/', 'p2/q/', 'p2/q/a'])
  assert.equal(await receive(at, 'p', 'c'), 'p2/c')
})

test('after a restart a folder goes on in the same place', async () => {
  const before = sinks()
  const done = await receive(before, 'p/q', 'a')
  const part = await open(before, 'p/q', 'b')
  await part.write(0, bytes('he'))
  await part.keep()
  assert.deepEqual(await tree(), ['p1/', 'p1/b1', 'p2/', 'p2/q/', 'p2/q/a'])
  const after = sinks()
  const file = { name: 'b', size: 5, folder: { id: 'one', path: 'p/q' } }
  // Not waited for: the order of the calls is enough.
  const reopening = after.reopen(file, part.place)
  const next = await receive(after, 'p/q', 'c')
  const sink = await reopening
  assert.ok(!('problem' in sink))
  await sink.write(2, bytes('llo'))
  assert.deepEqual([done, next, (await sink.finish()).path], ['p2/q/a', 'p2/q/c', 'p2/q/b'])
  assert.equal(await readFile(join(directory, 'p2/q/b'), 'utf8'), 'hello')
  assert.deepEqual(await tree(), ['p2/', 'p2/q/', 'p2/q/a', 'p2/q/b', 'p2/q/c'])
})

test('after a restart what was deleted is made anew, and what took its place is left alone', async () => {
  const file = { name: 'b', size: 5, folder: { id: 'one', path: 'p' } }
  for (const [spoil, path] of [
    [() => rm(join(directory, 'p2'), { recursive: true }), 'p2/b'],
    [
      async () => {
        await rm(join(directory, 'p2'), { recursive: true })
        await symlink(base, join(directory, 'p2'))
      },
      'p3/b',
    ],
  ] as const) {
    const part = await open(sinks(), 'p', 'b')
    await part.write(0, bytes('hello'))
    await part.keep()
    await spoil()
    const sink = await sinks().reopen(file, part.place)
    assert.ok(!('problem' in sink))
    assert.equal((await sink.finish()).path, path)
    await rm(directory, { recursive: true })
    await mkdir(directory)
  }
})
