import assert from 'node:assert/strict'
import { constants, symlinkSync } from 'node:fs'
import { type FileHandle, lstat, mkdtemp, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { createForgetfulMemory } from './forgetful-memory.ts'
import { createJournal } from './journal.ts'

let directory = ''
let path = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'journal-'))
  path = join(directory, 'x.journal')
})
afterEach(async () => {
  mock.restoreAll()
  await rm(directory, { recursive: true })
})

const record = (index: number) => Uint8Array.from({ length: 20 }, () => index % 251)
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const bytes = (content: string) => new TextEncoder().encode(content)

/** What every file of this process is made of. */
async function filePrototype(): Promise<FileHandle> {
  const file = await open(join(directory, 'any'), constants.O_WRONLY | constants.O_CREAT)
  await file.close()
  await rm(join(directory, 'any'))
  return Object.getPrototypeOf(file)
}

test('what was appended is there, in its order, for a later process too', async () => {
  const first = createJournal(path)
  assert.equal((await first.read()).length, 0)
  assert.deepEqual(await readdir(directory), [], 'nothing is made before there is something to write')
  await Promise.all(Array.from({ length: 1_000 }, (_, index) => first.append(record(index))))
  await first.release()
  const second = createJournal(path)
  await second.append(record(1_000))
  const expected = Buffer.concat(Array.from({ length: 1_001 }, (_, index) => record(index)))
  assert.deepEqual(Buffer.from(await second.read()), expected)
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  await second.release()
})

test('one write at a time, and all that waits meanwhile is written together', async () => {
  const prototype = await filePrototype()
  const write = mock.method(prototype, 'write')
  const journal = createJournal(path)
  await Promise.all(Array.from({ length: 500 }, (_, index) => journal.append(record(index))))
  assert.ok(write.mock.callCount() <= 2, `${write.mock.callCount()} writes`)
  assert.equal((await journal.read()).length, 500 * 20)
  await journal.release()
})

test('an append resolves when its own bytes are written', async () => {
  const journal = createJournal(path)
  const early = journal.append(bytes('a'))
  const late = journal.append(bytes('b')).then(() => journal.append(bytes('c')))
  await early
  assert.match(await readFile(path, 'utf8'), /^a/)
  await late
  assert.equal(text(await journal.read()), 'abc')
  await journal.release()
})

test('half a record that a full disk left is taken back, and what follows is in step', async () => {
  const prototype = await filePrototype()
  const journal = createJournal(path)
  await journal.append(record(1))
  const write = mock.method(prototype, 'write', async function (this: FileHandle) {
    write.mock.restore()
    await this.appendFile(record(2).subarray(0, 7))
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  })
  await assert.rejects(journal.append(record(2)), /no space/)
  await journal.append(record(3))
  assert.deepEqual(Buffer.from(await journal.read()), Buffer.concat([record(1), record(3)]))
  await journal.release()
})

test('clear leaves nothing, release keeps it; afterwards nothing can be appended', async () => {
  const kept = createJournal(path)
  const last = kept.append(bytes('last'))
  await kept.release()
  await last
  await assert.rejects(kept.append(bytes('late')), /let go/)
  assert.equal(await readFile(path, 'utf8'), 'last')
  const cleared = createJournal(path)
  await cleared.append(bytes('more'))
  await cleared.clear()
  await cleared.clear()
  assert.deepEqual(await readdir(directory), [])
})

test('a link that was planted under its name is not followed', async () => {
  symlinkSync('elsewhere', path)
  const journal = createJournal(path)
  await assert.rejects(journal.append(bytes('x')), { code: 'ELOOP' })
  assert.ok((await lstat(path)).isSymbolicLink())
  assert.deepEqual(await readdir(directory), ['x.journal'])
  await journal.clear()
})

test('a device that is to keep nothing keeps no journal either', async () => {
  const journal = await createForgetfulMemory().openJournal('room', 'name')
  await journal.append(bytes('x'))
  assert.equal((await journal.read()).length, 0)
})
