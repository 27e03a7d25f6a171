import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDuration, formatSize } from './amounts.ts'
import { actionsOf, kindOf } from './transfer-actions.ts'
import { TransferSteps } from './transfer-steps.ts'

test('a file tells of each quarter once, and of no quarter that was jumped over', () => {
  const steps = new TransferSteps()
  const told = [0, 10, 25, 26, 80, 99, 100].map(
    received =>
      steps.apply({ type: 'file-progress', transfer: 't', direction: 'in', received, size: 100 })?.percent,
  )
  assert.deepEqual(told, [undefined, undefined, 25, undefined, 75, undefined, undefined])
})

test('what may be done with a file depends on where it stands', () => {
  const view = { number: 1, transfer: 't', direction: 'in', with: 'A', name: 'x', size: 1, done: 0 } as const
  assert.deepEqual(actionsOf({ ...view, state: 'offered' }), ['accept', 'decline'])
  assert.deepEqual(actionsOf({ ...view, state: 'interrupted' }), ['continue', 'cancel'])
  assert.deepEqual(actionsOf({ ...view, state: 'done' }), [])
})

test('amounts are read as a person says them', () => {
  const plain = (bytes: number) => formatSize(bytes, 'en').replace(/[\u2066\u2069]/g, '')
  assert.deepEqual([0, 999, 1_024, 1.5 * 2 ** 20, 20 * 2 ** 30].map(plain), [
    '0 B',
    '999 B',
    '1.0 KiB',
    '1.5 MiB',
    '20 GiB',
  ])
  assert.deepEqual([900, 61_000, 3_600_000].map(formatDuration), ['0:01', '1:01', '1:00:00'])
})

test('the kind of a file is that of its last ending', () => {
  assert.equal(kindOf('photo.jpg.zip'), 'archive')
  assert.equal(kindOf('noending'), 'other')
})
