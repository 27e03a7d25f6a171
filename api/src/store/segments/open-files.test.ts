import assert from 'node:assert/strict'
import type { FileHandle } from 'node:fs/promises'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { OpenFiles } from './open-files.ts'

async function withFiles(run: (at: (name: string) => string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'open-files-'))
  try {
    await run(name => join(directory, name))
  } finally {
    await rm(directory, { recursive: true })
  }
}

const isOpen = (file: FileHandle): boolean => file.fd >= 0

test('a file stays open between uses, and those used longest ago are closed', () =>
  withFiles(async at => {
    const files = new OpenFiles(2)
    const handles: FileHandle[] = []
    const use = async (name: string) => {
      handles.push(await files.use(at(name), async file => file))
    }
    for (const name of ['a', 'b', 'a', 'c']) await use(name)
    assert.equal(handles[0], handles[2])
    assert.deepEqual(handles.map(isOpen), [true, false, true, true])
    await files.closeAll()
    assert.deepEqual(handles.map(isOpen), [false, false, false, false])
  }))

test('a file in use is closed only after its last user', () =>
  withFiles(async at => {
    const files = new OpenFiles(0)
    const ended = Promise.withResolvers<void>()
    const started = Promise.withResolvers<FileHandle>()
    const using = files.use(at('a'), async file => {
      started.resolve(file)
      await ended.promise
      await file.write('x')
    })
    const file = await started.promise
    await files.close(at('a'))
    assert.equal(isOpen(file), true)
    ended.resolve()
    await using
    assert.equal(isOpen(file), false)
  }))

test('a file that cannot be opened is tried again by its next user', () =>
  withFiles(async at => {
    const files = new OpenFiles(2)
    await assert.rejects(
      files.use(at('missing/a'), async () => {}),
      { code: 'ENOENT' },
    )
    await assert.rejects(
      files.use(at('missing/a'), async () => {}),
      { code: 'ENOENT' },
    )
    await files.use(at('a'), file => file.write('x'))
    await files.closeAll()
  }))
