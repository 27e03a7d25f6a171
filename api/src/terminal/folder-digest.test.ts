import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientEvent, TransferView } from '@chat-room/client'
import { FakeClock } from '../../test/terminal/fake-clock.ts'
import { FolderDigest } from './folder-digest.ts'

/** `out` 1 to 3 and `in` 4 of one folder, 5 of no folder. */
const FILES: readonly TransferView[] = [1, 2, 3, 4, 5].map(number => ({
  number,
  transfer: `t${number}`,
  direction: number <= 3 ? 'out' : 'in',
  with: number <= 3 ? 'all' : 'bob',
  name: `${number}`,
  ...(number < 5 ? { folder: number === 2 ? 'f/g' : 'f' } : {}),
  size: number * 100,
  done: 0,
  state: 'running',
}))

function setUp() {
  const clock = new FakeClock(0)
  const client = { transfers: FILES }
  const told: string[] = []
  const digest = new FolderDigest({
    client,
    clock,
    tell: ({ event, folder, count, size, numbers }) =>
      told.push(`${event.type} ${folder} ${count} ${size} ${numbers}`),
  })
  const become = (state: TransferView['state'], has: readonly string[] = []) => {
    client.transfers = client.transfers.map(view => ({ ...view, state, has }))
  }
  return { clock, digest, told, become }
}

const delivered = (number: number, to: string): ClientEvent => ({
  type: 'file-delivered',
  transfer: `t${number}`,
  to,
})

test('what is of no folder, unknown or not told in lines is not held up', () => {
  const { digest, clock, told } = setUp()
  assert.equal(digest.take({ type: 'file-sent', transfer: 't5', to: 'all' }), false)
  assert.equal(digest.take({ type: 'file-sent', transfer: 'unknown', to: 'all' }), false)
  assert.equal(digest.take({ type: 'member-left', alias: 'bob' }), false)
  const progress = { type: 'file-progress', transfer: 't1', direction: 'out', received: 1, size: 2 } as const
  assert.equal(digest.take(progress), false)
  clock.advance(60_000)
  assert.deepEqual(told, [])
})

test('each kind, direction and person is summed up for itself', () => {
  const { digest, clock, told, become } = setUp()
  become('done', ['bob', 'carol'])
  for (const number of [1, 2, 3]) assert.equal(digest.take(delivered(number, 'bob')), true)
  digest.take(delivered(2, 'carol'))
  digest.take({ type: 'file-ended', transfer: 't1', reason: 'withdrawn' })
  digest.take({ type: 'file-ended', transfer: 't4', reason: 'withdrawn' })
  digest.take({ type: 'file-ended', transfer: 't2', reason: 'expired' })
  assert.deepEqual(told, [])
  clock.advance(1_000)
  assert.deepEqual(told, [
    'file-delivered f 3 600 1,2,3',
    'file-delivered f 1 200 2',
    'file-ended f 1 100 1',
    'file-ended f 1 400 4',
    'file-ended f 1 200 2',
  ])
})

test('while more is to be expected it is waited for, yet not for ever', () => {
  const { digest, clock, told, become } = setUp()
  digest.take({ type: 'file-sent', transfer: 't1', to: 'all' })
  clock.advance(9_000)
  assert.deepEqual(told, [])
  clock.advance(1_000)
  assert.deepEqual(told.splice(0), ['file-sent f 1 100 1'])

  digest.take({ type: 'file-sent', transfer: 't2', to: 'all' })
  become('done')
  clock.advance(1_000)
  assert.deepEqual(told.splice(0), ['file-sent f 1 200 2'])

  // All is sent, and bob lacks some of it.
  digest.take(delivered(1, 'bob'))
  clock.advance(5_000)
  assert.deepEqual(told, [])
  become('done', ['bob'])
  clock.advance(1_000)
  assert.deepEqual(told, ['file-delivered f 1 100 1'])
})

test('that files of a folder are offered is told soon, that more of them are, when there are no more', () => {
  const { digest, clock, told, become } = setUp()
  const offered: ClientEvent = {
    type: 'file-offered',
    transfer: 't4',
    from: 'bob',
    to: 'all',
    name: '4',
    size: 400,
  }
  digest.take(offered)
  clock.advance(1_000)
  assert.deepEqual(told.splice(0), ['file-offered f 1 400 4'])
  for (let second = 0; second < 30; second++) {
    digest.take(offered)
    clock.advance(1_000)
  }
  assert.deepEqual(told, [])
  become('done')
  clock.advance(1_000)
  assert.equal(told.length, 1)
  assert.match(told[0] ?? '', /^file-offered f 30 /)
})

test('what is left to tell is told at the end, before it is said that one left', () => {
  const { digest, clock, told } = setUp()
  digest.take({ type: 'file-sent', transfer: 't1', to: 'all' })
  assert.equal(digest.take({ type: 'left' }), false)
  assert.deepEqual(told, ['file-sent f 1 100 1'])
  digest.take({ type: 'file-sent', transfer: 't2', to: 'all' })
  digest.close()
  clock.advance(60_000)
  assert.equal(told.length, 2)
})
