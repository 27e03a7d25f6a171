import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import filesystem, { mkdir, mkdtemp, readdir, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { facts, readSegment, segmentStoreContract } from '../../../test/contracts/segment-store.ts'
import { DiskSegmentStore } from './disk-segment-store.ts'
import { DATA_FILE, DiskTransfer, TABLE_FILE } from './disk-transfer.ts'
import { OpenFiles } from './open-files.ts'
import { SlotTable } from './slot-table.ts'

const failTest = (error: unknown) => {
  throw error
}

segmentStoreContract('disk', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'segments-'))
  return {
    reopen: async () => new DiskSegmentStore(join(parent, 'segments'), failTest),
    dispose: () => rm(parent, { recursive: true }),
  }
})

async function withDirectory(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'segments-'))
  try {
    await run(directory)
  } finally {
    await rm(directory, { recursive: true })
  }
}

/** Opens the store and takes what it finds. */
async function reopen(directory: string) {
  const store = new DiskSegmentStore(directory, failTest)
  return { store, transfers: await store.restore() }
}

test('directories are 0700, files 0600, and no name is what a client chose', () =>
  withDirectory(async directory => {
    const root = join(directory, 'segments')
    const { store } = await reopen(root)
    const transfer = store.create(facts({ transfer: 'AAAAAAAAAAAAAAAAAAAAAA' }))
    await transfer.write(0, new Uint8Array(10))
    await store.close()
    const [name] = await readdir(root)
    assert.match(name ?? '', /^0{32}-[0-9a-f]{8}$/)
    const mode = async (path: string) => (await stat(path)).mode & 0o777
    assert.equal(await mode(root), 0o700)
    assert.equal(await mode(join(root, name ?? '')), 0o700)
    for (const file of await readdir(join(root, name ?? '')))
      assert.equal(await mode(join(root, name ?? '', file)), 0o600)
  }))

test('a directory without a valid record is garbage and is swept; other names are left alone', () =>
  withDirectory(async directory => {
    const name = `${'0'.repeat(32)}-00000000`
    for (const [folder, record] of [
      [name, '{}'],
      [`${'1'.repeat(32)}-00000000`, undefined],
      ['lost+found', undefined],
    ] as const) {
      await mkdir(join(directory, folder))
      await writeFile(join(directory, folder, DATA_FILE), 'x')
      if (record) await writeFile(join(directory, folder, 'transfer.json'), record)
    }
    const { transfers } = await reopen(directory)
    assert.deepEqual(transfers, [])
    assert.deepEqual(await readdir(directory), ['lost+found'])
  }))

test('a segment that the data file does not reach is not claimed', () =>
  withDirectory(async directory => {
    const { store } = await reopen(directory)
    const announced = facts()
    const transfer = store.create(announced)
    for (const index of [0, 1, 2]) await transfer.write(index, new Uint8Array(announced.segmentSize))
    await store.close()
    const [name] = await readdir(directory)
    await truncate(join(directory, name ?? '', DATA_FILE), 2 * announced.segmentSize + 1)
    const { transfers, store: again } = await reopen(directory)
    assert.deepEqual([...(transfers[0]?.indices() ?? [])].sort(), [0, 1])
    assert.deepEqual(transfers[0]?.runs(9), [[0, 2]])
    await again.close()
  }))

test('P69: what many members say at once of a file is written together', t =>
  withDirectory(async directory => {
    const { store } = await reopen(directory)
    const transfer = store.create(facts())
    await transfer.write(0, new Uint8Array(10))
    const renames = t.mock.method(filesystem, 'rename')
    syncBuiltinESMExports()
    t.after(() => {
      renames.mock.restore()
      syncBuiltinESMExports()
    })
    for (let member = 0; member < 1_000; member++) transfer.settle(`member ${member}`, 'received')
    await store.close()
    assert.ok(renames.mock.callCount() <= 2, `written ${renames.mock.callCount()} times`)
    const { transfers, store: again } = await reopen(directory)
    assert.equal(transfers[0]?.outcomes.size, 1_000)
    await again.close()
  }))

test('the data file has as many slots as segments were held at once', () =>
  withDirectory(async directory => {
    const { store } = await reopen(directory)
    const announced = facts({ size: 2 ** 40 })
    const transfer = store.create(announced)
    for (let index = 0; index < 50; index++) {
      if (index >= 4) transfer.drop(index - 4)
      await transfer.write(index, new Uint8Array(announced.segmentSize).fill(index))
    }
    assert.deepEqual(await readSegment(transfer, 48), new Uint8Array(announced.segmentSize).fill(48))
    await store.close()
    const [name] = await readdir(directory)
    assert.equal((await stat(join(directory, name ?? '', DATA_FILE))).size, 4 * announced.segmentSize)
    const { transfers, store: again } = await reopen(directory)
    assert.deepEqual([...(transfers[0]?.indices() ?? [])].sort(), [46, 47, 48, 49])
    await again.close()
  }))

test('a full disk is a value, and the segment is not held', { skip: process.platform !== 'linux' }, () =>
  withDirectory(async directory => {
    await symlink('/dev/full', join(directory, DATA_FILE))
    const files = new OpenFiles(4)
    const transfer = new DiskTransfer({
      directory,
      files,
      table: new SlotTable(),
      record: { facts: facts(), outcomes: new Map() },
      fresh: true,
      onRemoved: () => {},
      onError: failTest,
    })
    assert.equal(await transfer.write(0, new Uint8Array(10)), 'disk-full')
    assert.equal(transfer.lengthOf(0), undefined)
    await transfer.settled()
    await files.closeAll()
    assert.equal((await stat(join(directory, TABLE_FILE))).size, 12)
  }),
)

// What the child writes to its output is what the store has promised when the process is killed.
const CHILD = `
  const { DiskSegmentStore } = await import(process.argv[1])
  const store = new DiskSegmentStore(process.argv[2], error => { throw error })
  await store.restore()
  const facts = JSON.parse(process.argv[3])
  const transfer = store.create(facts)
  const held = []
  for (let index = 0; ; index++) {
    if (held.length === 6) transfer.drop(held.splice(index * 7 % 6, 1)[0])
    const bytes = new Uint8Array(facts.segmentSize).fill(index % 251)
    await transfer.write(index, bytes)
    held.push(index)
    process.stdout.write(index + '\\n')
  }
`

test('after SIGKILL a store claims no segment that is not there, and lacks the last few at most', async () => {
  for (const writes of [1, 20, 40, 200])
    await withDirectory(async directory => {
      const announced = facts({ size: 2 ** 40 })
      const store = new URL('./disk-segment-store.ts', import.meta.url).href
      const child = spawn(
        process.execPath,
        ['--input-type=module', '-e', CHILD, '--', store, directory, JSON.stringify(announced)],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      )
      let last = 0
      for await (const chunk of child.stdout.setEncoding('utf8')) {
        last = Number(String(chunk).trim().split('\n').at(-1))
        if (last >= writes) break
      }
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')

      const { transfers, store: again } = await reopen(directory)
      const [transfer] = transfers
      assert.ok(transfer)
      assert.ok(Math.max(-1, ...transfer.indices()) >= last - 16, `segment ${last} was promised`)
      for (const index of transfer.indices()) {
        const content = await readSegment(transfer, index)
        assert.ok(
          content?.every(byte => byte === index % 251),
          `segment ${index} is what was written`,
        )
      }
      await again.close()
    })
})
