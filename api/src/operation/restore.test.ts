import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { suite, test } from 'node:test'
import { loadServerSetup } from '../edge/server-setup.ts'
import { openRoomStore } from '../store/sqlite-room-store.ts'
import { backUp } from './back-up.ts'
import { restore } from './restore.ts'

/** A backup of a server on which nobody was yet, with its secrets, and an empty place to restore it to. */
async function backedUp(linkCertificates = false) {
  await using undo = new AsyncDisposableStack()
  const root = await mkdtemp(join(tmpdir(), 'restore-'))
  undo.defer(() => rm(root, { recursive: true, force: true }))
  const at = (...names: readonly string[]) => join(root, ...names)
  const setup = await loadServerSetup(undefined, at('data', 'secrets'))
  const store = openRoomStore({ directory: at('data'), sync: 'normal' })
  await store.bindSetup(setup.hash)
  await mkdir(at('real', 'acme'), { recursive: true })
  await writeFile(at('real', 'acme', 'account.key'), 'a key')
  if (linkCertificates) await symlink(at('real'), at('certs'))
  const source = {
    store,
    setup,
    segmentsDirectory: at('data', 'segments'),
    certsDirectory: at(linkCertificates ? 'certs' : 'real'),
    bytes: () => Promise.resolve(0),
  }
  const request = { directory: at('backup'), secrets: at('apart') }
  const made = await backUp(source, request, new AbortController().signal)
  assert.ok(made.ok, made.ok ? '' : made.error)
  await store.close()
  const opened = undo.move()
  return {
    at,
    restore: () =>
      restore({
        backup: at('backup'),
        secrets: at('apart'),
        dataDirectory: at('restored'),
        certsDirectory: at('restored', 'certs'),
        setup: undefined,
      }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

suite('restoring a backup', () => {
  test('keys are for their owner alone, whatever became of their modes on the way', async () => {
    await using place = await backedUp()
    const key = ['certs', 'acme', 'account.key'] as const
    await chmod(place.at('apart', ...key), 0o666)
    await chmod(place.at('apart', 'certs'), 0o777)
    const restored = await place.restore()
    assert.ok(restored.ok, restored.ok ? '' : restored.error)
    assert.equal(await modeOf(place.at('restored', ...key)), '600')
    assert.equal(await modeOf(place.at('restored', 'certs')), '700')
    assert.equal(await readFile(place.at('restored', ...key), 'utf8'), 'a key')
  })

  test('certificates that a link leads to are in the backup themselves', async () => {
    await using place = await backedUp(true)
    await rm(place.at('real'), { recursive: true })
    const restored = await place.restore()
    assert.ok(restored.ok, restored.ok ? '' : restored.error)
    assert.equal(await readFile(place.at('restored', 'certs', 'acme', 'account.key'), 'utf8'), 'a key')
  })

  for (const directory of ['backup', 'apart'] as const) {
    test(`a link in ${directory} is refused, and what it leads to is not read`, async () => {
      await using place = await backedUp()
      await mkdir(place.at(directory, 'deep'))
      await symlink('/etc/hostname', place.at(directory, 'deep', 'file'))
      const restored = await place.restore()
      assert.match(restored.ok ? '' : restored.error, /deep.file is no file/)
      await assert.rejects(readdir(place.at('restored')), { code: 'ENOENT' })
    })
  }

  const nothing: readonly (readonly [what: string, spoil: (file: string) => Promise<void>])[] = [
    ['an empty file', file => writeFile(file, '')],
    [
      'the database of another program',
      async file => {
        await rm(file)
        const db = new DatabaseSync(file)
        db.exec('CREATE TABLE notes (text TEXT)')
        db.close()
      },
    ],
  ]
  for (const [what, spoil] of nothing) {
    test(`${what} is no room that anybody could claim`, async () => {
      await using place = await backedUp()
      await spoil(place.at('backup', 'chat-room.db'))
      const restored = await place.restore()
      assert.match(restored.ok ? '' : restored.error, /nothing of a room/)
      assert.deepEqual(await readdir(place.at('restored')), [])
    })
  }
})
