import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, mock, test } from 'node:test'
import type { FileSink } from '@chat-room/client'
import { DiskSpace, diskSpaceOf } from './disk-space.ts'
import { FileSinks } from './file-sinks.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reopened-'))
})
afterEach(() => rm(directory, { recursive: true }))

/** Nobody is to go on with it. */
const untold = () => Promise.resolve()

const bytes = (text: string) => new TextEncoder().encode(text)
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const names = async () => (await readdir(directory)).sort()

const FILE = { name: 'notes.txt', size: 10 }

function ready(sink: FileSink | { readonly problem: string }): FileSink {
  if ('problem' in sink) throw new Error(sink.problem)
  return sink
}

/** As a process of its own would have it. */
const sinks = (space = diskSpaceOf(directory)) => new FileSinks(directory, space)

/** What a process left that was stopped when it had `text`; where that is. */
async function left(text: string, offset = 0): Promise<string> {
  const sink = ready(await sinks().create(FILE, untold))
  await sink.write(offset, bytes(text))
  await sink.keep()
  return sink.place
}

async function problemOf(place: string, file = FILE): Promise<string> {
  const sink = await sinks().reopen(file, place)
  if ('problem' in sink) return sink.problem
  await sink.keep()
  return ''
}

test('a buffer that was left is gone on with, and kept under the next name', async () => {
  const place = await left('hello')
  assert.deepEqual(await names(), ['notes1.txt'])
  const sink = ready(await sinks().reopen(FILE, place))
  assert.equal(sink.place, place)
  assert.equal(Buffer.from(await sink.read(0, 5)).toString(), 'hello')
  await assert.rejects(sink.read(3, 5), /ends before/)
  await sink.write(5, bytes('world'))
  assert.deepEqual(await sink.finish(), {
    name: 'notes.txt',
    path: 'notes2.txt',
    sha256: sha256('helloworld'),
  })
  assert.equal(await readFile(join(directory, 'notes2.txt'), 'utf8'), 'helloworld')
  assert.deepEqual(await names(), ['notes2.txt'])
})

test('the hash is that of the content, whether or not what was there was read, and whatever was written over it', async () => {
  for (const go of [
    async (sink: FileSink) => sink.write(5, bytes('world')),
    async (sink: FileSink) => {
      await sink.read(0, 2)
      await sink.read(2, 3)
      await sink.write(5, bytes('world'))
    },
    async (sink: FileSink) => {
      await sink.read(0, 5)
      await sink.write(5, bytes('world'))
      await sink.write(0, bytes('hello'))
    },
    async (sink: FileSink) => {
      await sink.write(7, bytes('rld'))
      await sink.read(0, 5)
      await sink.write(5, bytes('wo'))
    },
  ]) {
    const place = await left('hello')
    const sink = ready(await sinks().reopen(FILE, place))
    await go(sink)
    const { path, sha256: digest } = await sink.finish()
    assert.equal(digest, sha256('helloworld'))
    assert.equal(await readFile(join(directory, path), 'utf8'), 'helloworld')
  }
})

test('what came in order, or was read in order, is not read once more for its hash', async () => {
  const fresh = ready(await sinks().create(FILE, untold))
  await fresh.write(0, bytes('hello'))
  await fresh.write(5, bytes('world'))
  const reopened = ready(await sinks().reopen(FILE, await left('hello')))
  await reopened.read(0, 5)
  await reopened.write(5, bytes('world'))
  const { default: fs } = await import('node:fs/promises')
  const any = await fs.open(join(directory, 'any'), 'w')
  const read = mock.method(Object.getPrototypeOf(any), 'read')
  await any.close()
  for (const sink of [fresh, reopened]) assert.equal((await sink.finish()).sha256, sha256('helloworld'))
  assert.equal(read.mock.callCount(), 0)
  read.mock.restore()
})

test('what is not the buffer that was left is refused, and left alone', async () => {
  const place = await left('hello')
  const path = join(directory, 'notes1.txt')
  assert.match(await problemOf(place, { ...FILE, size: 4 }), /not there any more/)
  assert.match(await problemOf(place, { ...FILE, name: 'other.txt' }), /not there any more/)
  assert.equal(await problemOf(place), '')

  await rename(path, join(directory, 'aside'))
  assert.match(await problemOf(place), /not there any more/)
  await writeFile(path, 'mine')
  assert.match(await problemOf(place), /not there any more/)
  await rm(path)
  await symlink('aside', path)
  assert.match(await problemOf(place), /not there any more/)
  await rm(path)
  await mkdir(path)
  assert.match(await problemOf(place), /not there any more/)
  await rm(path, { recursive: true })
  await link(join(directory, 'aside'), path)
  assert.equal(await problemOf(place), '', 'it is the same file again')
  assert.equal(await readFile(join(directory, 'aside'), 'utf8'), 'hello')
})

test('a place that leads elsewhere is refused, whatever it says', async () => {
  const place = await left('hello')
  const { identity } = JSON.parse(place)
  const folder = (buffers: unknown, kept: unknown) => ({ number: 1, identity, folder: { buffers, kept } })
  await mkdir(join(directory, 'in'))
  for (const wrong of [
    '',
    'no json',
    'null',
    '[]',
    '"notes1.txt"',
    ...[
      { number: 1 },
      { number: 0, identity },
      { number: 1.5, identity },
      { number: '1', identity },
      { number: '/../../etc/passwd', identity },
      { number: 1, identity: 7 },
      { number: 1, identity: `${identity}0` },
      { number: 1, identity, folder: null },
      { number: 1, identity, folder: 'in' },
      folder('..', 'in'),
      folder('in', '../in'),
      folder('in/..', 'in'),
      folder('/', 'in'),
      folder('', ''),
      folder('.', 'in'),
      folder(['in'], 'in'),
    ].map(each => JSON.stringify(each)),
  ]) {
    assert.match(await problemOf(wrong), /not there any more/, wrong)
  }
  assert.deepEqual(await names(), ['in', 'notes1.txt'])
})

test('a buffer that became shorter is gone on with: what is missing cannot be read', async () => {
  const place = await left('hello')
  await truncate(join(directory, 'notes1.txt'), 2)
  const sink = ready(await sinks().reopen(FILE, place))
  await assert.rejects(sink.read(0, 5), /ends before/)
  await sink.write(0, bytes('helloworld'))
  assert.equal((await sink.finish()).sha256, sha256('helloworld'))
})

test('of a reopened buffer only what it lacks is asked of the disk', async () => {
  const size = 2 ** 20
  const file = { name: 'large.bin', size }
  const before = ready(await sinks().create(file, untold))
  await before.write(0, new Uint8Array(size / 2))
  await before.keep()
  const total = 2 ** 30
  const spare = 0.6 * size
  const space = new DiskSpace(() => Promise.resolve({ free: total / 4 + spare, total }))
  assert.ok('problem' in (await sinks(space).create(file, untold)))
  const sink = ready(await sinks(space).reopen(file, before.place))
  await sink.keep()
  // What lies behind a hole is no more than itself.
  const sparse = ready(await sinks().create(file, untold))
  await sparse.write(size - 4096, new Uint8Array(4096))
  await sparse.keep()
  assert.ok('problem' in (await sinks(space).reopen(file, sparse.place)))
})

test('what was left and is given up leaves nothing', async () => {
  const sink = ready(await sinks().reopen(FILE, await left('hello')))
  await sink.discard()
  await sink.keep()
  assert.deepEqual(await names(), [])
})
