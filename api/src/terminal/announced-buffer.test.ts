import assert from 'node:assert/strict'
import { chmod, link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { FileSink } from '@chat-room/client'
import { diskSpaceOf } from './disk-space.ts'
import { FileSinks } from './file-sinks.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'announced-'))
})
afterEach(() => rm(directory, { recursive: true }))

const FILE = { name: 'notes.txt', size: 5 }
const IN_FOLDER = { ...FILE, folder: { id: 'one', path: 'trip/day 1' } }
type Incoming = typeof FILE | typeof IN_FOLDER

const names = async () => (await readdir(directory, { recursive: true })).sort()

/** As a process of its own would have it. */
const sinks = () => new FileSinks(directory, diskSpaceOf(directory))

/** A process that opens a buffer and is killed there: at its announcement of this number, or right behind the last one. */
async function killedAt(file: Incoming, step: number): Promise<readonly string[]> {
  const announced: string[] = []
  const dead = Promise.withResolvers<void>()
  const opening = sinks().create(file, place => {
    announced.push(place)
    if (announced.length < step) return Promise.resolve()
    dead.resolve()
    return new Promise(() => undefined)
  })
  await Promise.race([dead.promise, opening.then(async sink => ready(sink).keep())])
  return announced
}

function ready(sink: FileSink | { readonly problem: string }): FileSink {
  if ('problem' in sink) throw new Error(sink.problem)
  return sink
}

async function assertGone(place: string, file: Incoming = FILE): Promise<void> {
  const sink = await sinks().reopen(file, place)
  assert.ok('problem' in sink, 'there is nothing in it to go on with')
}

for (const [what, file, steps] of [
  ['file', FILE, 1],
  ["folder's file", IN_FOLDER, 3],
] as const) {
  test(`M14 a ${what} whose process is killed at any step of its beginning leaves nothing`, async () => {
    for (let step = 1; step <= steps + 1; step += 1) {
      const announced = await killedAt(file, step)
      assert.equal(announced.length, Math.min(step, steps), `step ${step}`)
      await assertGone(announced.at(-1) ?? '', file)
      assert.deepEqual(await names(), [], `step ${step}`)
    }
  })
}

test('nothing is made before its place is known', async () => {
  const known = Promise.withResolvers<void>()
  const opening = sinks().create(FILE, () => known.promise)
  for (let turns = 0; turns < 50; turns += 1) await turn()
  assert.deepEqual(await names(), [])
  known.resolve()
  const sink = ready(await opening)
  assert.deepEqual(await names(), ['notes1.txt'])
  await sink.discard()
})

test('M14 a name that is taken is not announced; one that is taken meanwhile is somebody else’s', async () => {
  await writeFile(join(directory, 'notes1.txt'), '')
  const announced: number[] = []
  const sink = ready(
    await sinks().create(FILE, async place => {
      const { number } = JSON.parse(place)
      announced.push(number)
      if (number === 2) await writeFile(join(directory, 'notes2.txt'), 'mine')
    }),
  )
  assert.deepEqual(announced, [2, 3])
  await sink.discard()
  assert.deepEqual(await names(), ['notes1.txt', 'notes2.txt'])
})

test('M14 what lies at an announced place and may be a person’s is left alone', async () => {
  const path = join(directory, 'notes1.txt')
  const aside = join(directory, 'aside')
  const [place = ''] = await killedAt(FILE, 1)
  const whole = { mode: 0o600 }
  await writeFile(aside, '', whole)
  for (const put of [
    () => writeFile(path, 'mine', whole),
    () => writeFile(path, '').then(() => chmod(path, 0o644)),
    () => link(aside, path),
    () => symlink('aside', path),
    () => mkdir(path),
  ]) {
    await put()
    await assertGone(place)
    assert.deepEqual(await names(), ['aside', 'notes1.txt'])
    const sink = ready(await sinks().create(FILE, () => Promise.resolve()))
    await sink.write(0, Buffer.from('hello'))
    const { path: kept } = await sink.finish()
    assert.equal(await readFile(join(directory, kept), 'utf8'), 'hello')
    assert.deepEqual(await names(), ['aside', 'notes1.txt', 'notes3.txt'])
    await rm(join(directory, kept))
    await rm(path, { recursive: true })
  }
})

test('M14 folders at an announced place that others use are left alone', async () => {
  const [, , place = ''] = await killedAt(IN_FOLDER, 3)
  assert.deepEqual(await names(), ['trip1', 'trip2'])
  await writeFile(join(directory, 'trip2', 'mine'), '')
  await assertGone(place, IN_FOLDER)
  assert.deepEqual(await names(), ['trip2', 'trip2/mine'])
  // Another file of the same folder goes on in it.
  const at = sinks()
  const other = ready(await at.create({ ...IN_FOLDER, name: 'other.txt' }, () => Promise.resolve()))
  const before = await names()
  const { folder } = JSON.parse(other.place)
  await at.reopen(IN_FOLDER, JSON.stringify({ number: 1, folder }))
  assert.deepEqual(await names(), before)
  await other.discard()
})

test('M14 two who die at one place do not both go on in it', async () => {
  const place = await killedAt(FILE, 2)
  assert.deepEqual(await names(), ['notes1.txt'])
  const both = [sinks(), sinks()]
  for (const at of both) assert.ok('problem' in (await at.reopen(FILE, place[0] ?? '')))
  const opened = await Promise.all(both.map(at => at.create(FILE, () => Promise.resolve())))
  assert.deepEqual(await names(), ['notes1.txt', 'notes2.txt'])
  for (const sink of opened) await ready(sink).discard()
})
