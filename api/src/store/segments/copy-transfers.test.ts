import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, type TestContext, test } from 'node:test'
import { copyTransfers } from './copy-transfers.ts'
import { DiskSegmentStore } from './disk-segment-store.ts'

const SIZE = 16

const facts = (letter: string) => ({
  transfer: Buffer.alloc(16, letter).toString('base64url'),
  room: 'main',
  sender: Buffer.alloc(16, 's').toString('base64url'),
  to: 'all' as const,
  size: 10 * SIZE,
  segmentSize: SIZE,
  secretHash: '',
  created: letter.charCodeAt(0),
})

const segment = (letter: string) => Buffer.alloc(SIZE, letter)

async function place(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'transfers-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  return directory
}

const open = (root: string) => new DiskSegmentStore(root, error => assert.fail(String(error)))

async function contentOf(root: string) {
  const store = open(root)
  const transfers = await store.restore()
  const contents = await Promise.all(
    transfers.map(async transfer => {
      const held: Record<number, string> = {}
      for (const index of transfer.indices()) {
        const into = Buffer.alloc(transfer.lengthOf(index) ?? 0)
        assert.equal(await transfer.read(index, into), true)
        held[index] = into.toString()[0] ?? ''
      }
      return held
    }),
  )
  await store.close()
  return contents
}

suite('a copy of the transfers', () => {
  test('has what was promised, and only for its owner', async t => {
    const root = await place(t)
    const from = join(root, 'from')
    const store = open(from)
    await store.restore()
    const [one, two] = [store.create(facts('a')), store.create(facts('b'))]
    for (const [index, letter] of [...'xyz'].entries()) await one.write(index, segment(letter))
    await two.write(7, segment('w'))
    await store.close()
    await mkdir(join(from, 'no-transfer'))
    await writeFile(join(from, 'left-over'), '')
    const into = join(root, 'into')
    assert.equal(await copyTransfers(from, into), 2)
    assert.equal((await stat(into)).mode & 0o777, 0o700)
    assert.deepEqual(await contentOf(into), [{ 0: 'x', 1: 'y', 2: 'z' }, { 7: 'w' }])
  })

  test('never takes one segment for another, however the store moves on meanwhile', async t => {
    const root = await place(t)
    const from = join(root, 'from')
    const store = open(from)
    await store.restore()
    const transfer = store.create(facts('a'))
    let writing = true
    const letterOf = (index: number) => String.fromCharCode(97 + (index % 26))
    const sliding = (async () => {
      for (let index = 0; writing; index++) {
        await transfer.write(index, segment(letterOf(index)))
        if (index >= 4) transfer.drop(index - 4)
      }
    })()
    try {
      for (let copy = 0; copy < 20; copy++) {
        const into = join(root, `into-${copy}`)
        await copyTransfers(from, into)
        for (const held of await contentOf(into)) {
          for (const [index, letter] of Object.entries(held)) assert.equal(letter, letterOf(Number(index)))
        }
      }
    } finally {
      writing = false
      await sliding
      await store.close()
    }
  })

  test('of nothing is nothing; who gives up leaves it', async t => {
    const root = await place(t)
    assert.equal(await copyTransfers(join(root, 'none'), join(root, 'empty')), 0)
    const store = open(join(root, 'from'))
    await store.restore()
    await store.create(facts('a')).write(0, segment('x'))
    await store.close()
    const given = AbortSignal.abort(new Error('the server ends'))
    await assert.rejects(copyTransfers(join(root, 'from'), join(root, 'into'), given), /the server ends/)
  })
})
