import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectionCount } from './connection-count.ts'

test('connections are counted per address and in all; who leaves makes room', () => {
  const count = new ConnectionCount({ total: 3, perAddress: 2 })
  assert.equal(count.enter('a'), 'counted')
  assert.equal(count.enter('a'), 'counted')
  assert.equal(count.enter('a'), 'per-address')
  assert.equal(count.enter('b'), 'counted')
  assert.equal(count.enter('c'), 'total')
  count.leave('a')
  assert.equal(count.enter('c'), 'counted')
  count.leave('c')
  count.leave('b')
  assert.equal(count.enter('a'), 'counted')
  assert.equal(count.enter('a'), 'per-address')
})
