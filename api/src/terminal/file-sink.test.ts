import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { lstat, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import type { FileSink } from '@chat-room/client'
import { DiskSpace, diskSpaceOf } from './disk-space.ts'
import { FileSinks } from './file-sinks.ts'
import { createFiles } from './files.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sink-'))
})
afterEach(() => rm(directory, { recursive: true }))

/** Nobody is to go on with it. */
const untold = () => Promise.resolve()

const bytes = (text: string) => new TextEncoder().encode(text)
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const content = (name: string) => readFile(join(directory, name), 'utf8')
const names = async () => (await readdir(directory)).sort()

async function sinkFor(name: string, size = 5): Promise<FileSink> {
  const sink = await new FileSinks(directory, diskSpaceOf(directory)).create({ name, size }, untold)
  if ('problem' in sink) throw new Error(sink.problem)
  return sink
}

test('M14 name.ext is buffered in name1.ext and kept as name2.ext', async () => {
  const sink = await sinkFor('notes.txt')
  await sink.write(0, bytes('hello'))
  assert.deepEqual(await names(), ['notes1.txt'])
  assert.deepEqual(await sink.finish(), { name: 'notes.txt', path: 'notes2.txt', sha256: sha256('hello') })
  assert.deepEqual(await names(), ['notes2.txt'])
  assert.equal(await content('notes2.txt'), 'hello')
})

test('M14 the number goes before the last dot, at the end without one; a leading dot is none', async () => {
  for (const [name, kept] of [
    ['a.tar.gz', 'a.tar2.gz'],
    ['README', 'README2'],
    ['.profile', 'profile2'],
  ] as const) {
    const sink = await sinkFor(name, 0)
    assert.equal((await sink.finish()).path, kept)
  }
})

test('M14 a sender and two receivers in one directory: three files, none overwritten', async () => {
  await writeFile(join(directory, 'notes.txt'), 'original')
  const [first, second] = [await sinkFor('notes.txt'), await sinkFor('notes.txt')]
  await first.write(0, bytes('first'))
  await second.write(0, bytes('other'))
  assert.deepEqual(await names(), ['notes.txt', 'notes1.txt', 'notes2.txt'])
  const kept = [(await first.finish()).path, (await second.finish()).path]
  assert.deepEqual(kept, ['notes3.txt', 'notes4.txt'])
  assert.deepEqual(await names(), ['notes.txt', 'notes3.txt', 'notes4.txt'])
  assert.equal(await content('notes.txt'), 'original')
  assert.equal(await content('notes3.txt'), 'first')
  assert.equal(await content('notes4.txt'), 'other')
})

test('M14 many receivers at once: each keeps its own', async () => {
  const kept = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const sink = await sinkFor('x.bin')
      await sink.write(0, bytes(`${i}`))
      const { path } = await sink.finish()
      return [path, `${i}`] as const
    }),
  )
  assert.equal(new Set(kept.map(([path]) => path)).size, 20)
  for (const [path, text] of kept) assert.equal(await content(path), text)
  assert.equal((await names()).length, 20)
})

test('M14 what is planted under the next names is neither opened nor overwritten', async () => {
  await symlink('/etc/passwd', join(directory, 'n1.txt'))
  await symlink('missing', join(directory, 'n3.txt'))
  await writeFile(join(directory, 'n4.txt'), 'mine')
  const sink = await sinkFor('n.txt')
  await sink.write(0, bytes('hello'))
  const { path } = await sink.finish()
  assert.equal(path, 'n5.txt')
  assert.ok((await lstat(join(directory, 'n1.txt'))).isSymbolicLink())
  assert.ok((await lstat(join(directory, 'n3.txt'))).isSymbolicLink())
  assert.equal(await content('n4.txt'), 'mine')
  assert.deepEqual(await names(), ['n1.txt', 'n3.txt', 'n4.txt', 'n5.txt'])
})

test('a received name stays in the directory, whatever it is', async () => {
  for (const name of ['../../evil.sh', '/etc/passwd', '..', 'a\u0000b', 'c:\\x\\y.txt', '\u202egpj.exe']) {
    const sink = await sinkFor(name, 0)
    const { path } = await sink.finish()
    assert.ok((await names()).includes(path), name)
    assert.doesNotMatch(path, /[/\\\p{Cc}\p{Cf}]/u)
  }
})

test('M14 a failed transfer leaves nothing behind', async () => {
  const sink = await sinkFor('notes.txt')
  await sink.write(0, bytes('he'))
  await sink.discard()
  await sink.discard()
  assert.deepEqual(await names(), [])
  await assert.rejects(sink.write(2, bytes('llo')), /closed/)
  await assert.rejects(sink.finish(), /closed/)
})

for (const [remembers, left] of [
  [true, ['a2.txt', 'a3.txt']],
  [false, ['a3.txt']],
] as const) {
  test(`M14 at the end, buffers ${remembers ? 'are left for a later process' : 'go: none will know of them'}`, async () => {
    const files = createFiles(directory, { remembers })
    const incoming = { transfer: 't', name: 'a.txt', size: 5 }
    const [whole, part] = [await files.createSink(incoming, untold), await files.createSink(incoming, untold)]
    assert.ok(!('problem' in whole) && !('problem' in part))
    await whole.write(0, bytes('hello'))
    await whole.finish()
    await files.close()
    await files.close()
    assert.deepEqual(await names(), left)
  })
}

test('the hash is that of the content, also when it came out of order or twice', async () => {
  const text = 'abcdefghij'
  const orders: readonly (readonly (readonly [number, number])[])[] = [
    [
      [0, 5],
      [5, 10],
    ],
    [
      [5, 10],
      [0, 5],
    ],
    [
      [0, 5],
      [0, 5],
      [5, 10],
    ],
    [
      [0, 3],
      [6, 10],
      [3, 6],
    ],
  ]
  for (const order of orders) {
    const sink = await sinkFor('h.bin', 10)
    for (const [from, to] of order) await sink.write(from, bytes(text.slice(from, to)))
    assert.equal((await sink.finish()).sha256, sha256(text))
  }
})

test('writes that are not waited for arrive all the same', async () => {
  const sink = await sinkFor('w.bin', 10)
  await Promise.all([...'abcdefghij'].map((letter, i) => sink.write(i, bytes(letter))))
  const { path, sha256: digest } = await sink.finish()
  assert.equal(await content(path), 'abcdefghij')
  assert.equal(digest, sha256('abcdefghij'))
})

test('M14 a buffer exchanged for another file is not given the final name', async () => {
  const sink = await sinkFor('notes.txt')
  await sink.write(0, bytes('hello'))
  await writeFile(join(directory, 'planted'), 'evil')
  await rename(join(directory, 'planted'), join(directory, 'notes1.txt'))
  await assert.rejects(sink.finish(), /exchanged/)
  assert.ok(!(await names()).includes('notes2.txt'))
})

test('a file larger than the disk has room is refused before it is sent, and it is said why', async () => {
  const sinks = new FileSinks(directory, diskSpaceOf(directory))
  const sink = await sinks.create({ name: 'huge.bin', size: 2 ** 50 }, untold)
  assert.ok('problem' in sink)
  assert.match(sink.problem, /not accepted: the disk/i)
  assert.deepEqual(await names(), [])
})

test('files that are being received share what is free: none fills the disk with another', async () => {
  const size = 2 ** 30
  const space = new DiskSpace(() => Promise.resolve({ free: 1.75 * size, total: size }))
  const sinks = new FileSinks(directory, space)
  const open = (name: string) => sinks.create({ name, size }, untold)
  const first = await open('first.bin')
  assert.ok(!('problem' in first))
  assert.ok('problem' in (await open('second.bin')))
  await first.discard()
  const second = await open('second.bin')
  assert.ok(!('problem' in second))
  await second.finish()
  assert.ok(!('problem' in (await open('third.bin'))), 'what was received lies on the disk')
})

test('a received file is for its owner alone, while it comes and afterwards', async () => {
  const mode = async (name: string) => (await lstat(join(directory, name))).mode & 0o777
  const sink = await sinkFor('letter.txt')
  assert.equal(await mode('letter1.txt'), 0o600)
  await sink.write(0, bytes('hello'))
  await sink.finish()
  assert.equal(await mode('letter2.txt'), 0o600)
})
