import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KnownKeys } from './known-keys.ts'

test('an alias is met by its keys: others are told, once, and what was saved is known again', () => {
  const known = new KnownKeys()
  assert.equal(known.meet('alice', 'a1'), false)
  assert.equal(known.meet('alice', 'a1'), false)
  assert.equal(known.meet('alice', 'a2'), true)
  assert.equal(known.meet('alice', 'a2'), false)
  assert.equal(new KnownKeys(known.save()).meet('alice', 'a1'), true)
})

test('1 000 aliases are known: the one met longest ago is forgotten', () => {
  const known = new KnownKeys()
  for (let n = 0; n < 1_000; n++) known.meet(`${n}`, 'a')
  known.meet('0', 'a')
  known.meet('another', 'a')
  assert.equal(known.save().length, 1_000)
  assert.equal(known.meet('0', 'b'), true)
  assert.equal(known.meet('1', 'b'), false)
})
