import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRoot, openStay, sealRoot, sealStay } from './stay.ts'

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
const newKey = () =>
  crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
const ROOM = 'https://room.test/main'

test('whom a device stays as opens by its key and for its room alone, wherever the root key was sealed first', async () => {
  const [before, key] = [await newKey(), await newKey()]
  const root = random(32)
  const who = { alias: 'alice', epoch: 7, root: await sealRoot(before, root, random) }
  const sealed = await sealStay(key, ROOM, who, random)
  assert.ok(sealed)
  const opened = await openStay(key, ROOM, sealed)
  assert.deepEqual([opened?.alias, opened?.epoch], ['alice', 7])
  assert.deepEqual(opened && (await openRoot(opened.root)), root)
  assert.equal(await openStay(before, ROOM, sealed), undefined)
  assert.equal(await openStay(key, 'https://room.test/other', sealed), undefined)
  assert.equal(await openStay(key, ROOM, sealed.with(30, (sealed[30] ?? 0) ^ 1)), undefined)
  assert.equal(await openStay(key, ROOM, new Uint8Array(0)), undefined)
})

test('a root key that does not open is not kept', async () => {
  const [before, key] = [await newKey(), await newKey()]
  const root = { ...(await sealRoot(before, random(32), random)), key }
  assert.equal(await sealStay(key, ROOM, { alias: 'alice', epoch: 1, root }, random), undefined)
})
