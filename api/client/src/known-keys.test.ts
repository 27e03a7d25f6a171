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

test('1 000 aliases are known: of those met least often the one met longest ago is forgotten', () => {
  const known = new KnownKeys()
  for (let n = 0; n < 1_000; n++) known.meet(`${n}`, 'a')
  known.meet('0', 'a')
  known.meet('another', 'a')
  assert.equal(known.save().length, 1_000)
  assert.equal(known.meet('0', 'b'), true)
  assert.equal(known.meet('1', 'b'), false)
})

test('whoever comes under many aliases makes nobody forget whose a well-known one is, or was in an earlier process', () => {
  const known = new KnownKeys()
  for (const tag of ['alice', 'alice', 'bob']) known.meet(tag, 'a')
  for (let n = 0; n < 1_500; n++) known.meet(`${n}`, 'm')
  const later = new KnownKeys(known.save())
  for (let n = 1_500; n < 3_000; n++) later.meet(`${n}`, 'm')
  assert.equal(later.save().length, 1_000)
  assert.equal(later.meet('alice', 'm'), true)
  assert.equal(later.meet('bob', 'm'), false)
})

test('where all aliases are well known, a new one is learnt as well', () => {
  const known = new KnownKeys()
  for (let n = 0; n < 2_000; n++) known.meet(`${n % 1_000}`, 'a')
  known.meet('new', 'a')
  assert.equal(known.meet('new', 'b'), true)
})

test('what another member of this device met is known as well, and being recalled is not being met', () => {
  const known = new KnownKeys([['alice', 'a', 3]])
  known.recall([
    ['alice', 'b', 2],
    ['bob', 'a'],
  ])
  assert.deepEqual(known.save(), [
    ['alice', 'b', 3],
    ['bob', 'a', 1],
  ])
})
