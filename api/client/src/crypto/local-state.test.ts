import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeUtf8 } from '../bytes.ts'
import { errorOf, flipped, ROOM, seededRandom, unwrap } from './fixtures.test.ts'
import { deriveStateKey, openState, sealState } from './local-state.ts'

const random = seededRandom(5)
const exportKey = random(64)
const plaintext = encodeUtf8('{"outbox":[]}')

test('state comes back, and never leaves twice in the same bytes', async () => {
  const key = await deriveStateKey(exportKey, ROOM)
  const first = await sealState(key, 'outbox', plaintext, random)
  const second = await sealState(key, 'outbox', plaintext, random)
  assert.notDeepEqual(first, second)
  assert.deepEqual(unwrap(await openState(key, 'outbox', first)), plaintext)
  assert.deepEqual(unwrap(await openState(key, 'outbox', second)), plaintext)
})

test('state of another name, room or password does not open', async () => {
  const sealed = await sealState(await deriveStateKey(exportKey, ROOM), 'outbox', plaintext, random)
  for (const [key, room, name] of [
    [exportKey, ROOM, 'identity'],
    [exportKey, 'other', 'outbox'],
    [random(64), ROOM, 'outbox'],
  ] as const) {
    assert.equal(errorOf(await openState(await deriveStateKey(key, room), name, sealed)), 'damaged')
  }
})

test('any changed byte of state is refused, and so is an empty file', async () => {
  const key = await deriveStateKey(exportKey, ROOM)
  const sealed = await sealState(key, 'outbox', plaintext, random)
  for (const changed of flipped(sealed)) assert.ok(!(await openState(key, 'outbox', changed)).ok)
  assert.equal(errorOf(await openState(key, 'outbox', new Uint8Array())), 'unknown-version')
  assert.equal(errorOf(await openState(key, 'outbox', Uint8Array.of(1))), 'damaged')
})
