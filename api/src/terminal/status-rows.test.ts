import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TransferView } from '@chat-room/client'
import { StatusRows } from './status-rows.ts'

const FILE: TransferView = {
  number: 1,
  transfer: 't',
  direction: 'in',
  with: 'bob',
  name: 'video\n.mp4',
  size: 1000,
  done: 100,
  state: 'running',
}

const rowsOf = (...transfers: readonly TransferView[]) => new StatusRows({ transfers }).rows(60)

test('a bar says why it does not move; what waits for a person, for its turn or is over has none', () => {
  assert.match(rowsOf(FILE)[0] ?? '', /^↓ video␊\.mp4 █.*░ .*10%$/)
  assert.match(
    rowsOf({ ...FILE, direction: 'out', speed: 450, remaining: 2_000 })[0] ?? '',
    /^↑.* 10% 450 B\/s 0:02$/,
  )
  assert.match(rowsOf({ ...FILE, state: 'checking' })[0] ?? '', / 10% checking$/)
  for (const waitsFor of ['slower-receivers', 'sender'] as const) {
    assert.match(rowsOf({ ...FILE, state: 'waiting', waitsFor })[0] ?? '', / 10% waiting$/)
  }
  for (const state of ['paused', 'waiting', 'offered', 'interrupted', 'ended', 'done'] as const) {
    assert.deepEqual(rowsOf({ ...FILE, state }), [], state)
  }
  assert.deepEqual(rowsOf({ ...FILE, done: FILE.size }), [], 'all of it is there, and only to be verified')
})

test('of many files on their way, three have a bar, and rows fit their columns', () => {
  const rows = rowsOf(
    ...Array.from({ length: 5 }, (_, index) => ({ ...FILE, name: 'n'.repeat(200), transfer: `${index}` })),
  )
  assert.equal(rows.length, 4)
  for (const row of rows) assert.ok(row.length <= 60)
  assert.equal(rows.at(-1), 'and 2 more files')
  assert.equal(rowsOf(FILE, FILE, FILE, FILE).at(-1), 'and 1 more file')
})
