import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Bytes, concat, encodeUtf8 } from '../bytes.ts'
import { openDirectMessage } from './direct-message.ts'
import { openEphemeral, sealEphemeral } from './ephemeral.ts'
import { createSegmentOpener, createSegmentSealer, fileShape } from './file-stream.ts'
import { sealTrailer, verifyTrailer } from './file-trailer.ts'
import { fixedRandom, hex, unhex, unwrap } from './fixtures.test.ts'
import { createGroupOpener, createGroupSealer } from './group-message.ts'
import { openHello, sealHello } from './hello.ts'
import { createIdentitySecret, importIdentity } from './identity.ts'
import { deriveStateKey, openState, sealState } from './local-state.ts'
import { openBackKey, sealBackKey, unwrapRoomKey, wrapRoomKey } from './room-key-wrap.ts'
import { importRoomKeys } from './room-keys.ts'

// Every format of ours, frozen: a change of any of them breaks what is stored and whoever has not yet updated.

const golden = (name: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`./vectors/${name}.json`, import.meta.url), 'utf8'))

/** Fields of a vector as bytes, by name. */
const bytesOf =
  (vector: Record<string, string>) =>
  (name: string): Bytes =>
    unhex(vector[name] ?? assert.fail(name))

const room = golden('room')
const roomId = room['roomId'] as string
const epoch = Number(room['epoch'])
const exportKey = () => bytesOf(room)('exportKey')
const rootKey = () => bytesOf(room)('rootKey')
const roomKeys = () => importRoomKeys(rootKey(), roomId, epoch)
const alice = unwrap(await importIdentity(bytesOf(golden('identity'))('secret')))

test('room key wrap', async () => {
  const vector = golden('wrap')
  const at = bytesOf(vector)
  const wrap = await wrapRoomKey(exportKey(), roomId, { epoch, bytes: rootKey() }, fixedRandom(at('nonce')))
  assert.equal(hex(wrap), vector['wrap'])
  assert.deepEqual(unwrap(await unwrapRoomKey(exportKey(), roomId, at('wrap'))), { epoch, bytes: rootKey() })
})

test('back key', async () => {
  const vector = golden('back')
  const at = bytesOf(vector)
  const root = { epoch, bytes: rootKey() }
  const back = await sealBackKey(root, at('previousRootKey'), roomId, fixedRandom(at('nonce')))
  assert.equal(hex(back), vector['back'])
  const opened = unwrap(await openBackKey(root, at('back'), roomId))
  assert.deepEqual(opened, { epoch: epoch - 1, bytes: at('previousRootKey') })
})

test('alias tags', async () => {
  const keys = await roomKeys()
  for (const [skeleton, tag] of Object.entries(golden('alias-tag'))) {
    assert.equal(hex(await keys.aliasTag(skeleton)), tag)
  }
})

test('identity', async () => {
  const vector = golden('identity')
  const at = bytesOf(vector)
  const secret = createIdentitySecret(fixedRandom(at('signingSeed'), at('sealingSeed')))
  assert.equal(hex(secret), vector['secret'])
  for (const part of ['memberId', 'signingKey', 'sealingKey'] as const) {
    assert.equal(hex(alice.public[part]), vector[part])
  }
})

test('hello', async () => {
  const vector = golden('hello')
  const at = bytesOf(vector)
  const alias = vector['alias'] as string
  const skeleton = vector['skeleton'] as string
  const keys = await roomKeys()
  const session = { sessionId: at('sessionId'), alias, skeleton }
  const { sealed, tag } = await sealHello(keys, alice, session, fixedRandom(at('nonce')))
  assert.equal(hex(sealed), vector['sealed'])
  assert.equal(hex(tag), vector['tag'])
  const claimed = { sealed: at('sealed'), tag: at('tag'), memberId: alice.public.memberId }
  const hello = unwrap(await openHello(keys, claimed, () => skeleton))
  assert.equal(hello.alias, alias)
  assert.equal(hex(hello.sessionId), vector['sessionId'])
})

test('group messages', async () => {
  const vector = golden('group-message')
  const at = bytesOf(vector)
  const keys = await roomKeys()
  const sealer = await createGroupSealer(keys, alice, at('sessionId'))
  const opener = await createGroupOpener(keys, alice.public, at('sessionId'))
  for (const n of [1, 2]) {
    const body = vector[`body${n}`] as string
    assert.equal(hex(unwrap(await sealer.seal(encodeUtf8(body))).sealed), vector[`sealed${n}`])
    const opened = unwrap(await opener.open(at(`sealed${n}`)))
    assert.deepEqual(opened.body, encodeUtf8(body))
    assert.equal(hex(opened.hash), vector[`hash${n}`])
  }
})

test('direct message, opened: its encapsulation is random', async () => {
  const vector = golden('direct-message')
  const at = bytesOf(vector)
  const bob = unwrap(await importIdentity(at('recipientSecret')))
  const opened = unwrap(await openDirectMessage({ roomId, epoch }, bob, alice.public, at('sealed')))
  assert.deepEqual(opened.body, encodeUtf8(vector['body'] as string))
  assert.equal(hex(opened.sessionId), vector['sessionId'])
  assert.equal(hex(opened.prevHash), vector['prevHash'])
  assert.equal(opened.counter, Number(vector['counter']))
})

test('ephemeral message', async () => {
  const vector = golden('ephemeral')
  const at = bytesOf(vector)
  const body = encodeUtf8(vector['body'] as string)
  const keys = await roomKeys()
  const { memberId } = alice.public
  assert.equal(hex(await sealEphemeral(keys, memberId, body, fixedRandom(at('nonce')))), vector['sealed'])
  assert.deepEqual(unwrap(await openEphemeral(keys, memberId, at('sealed'))), body)
})

test('local state', async () => {
  const vector = golden('local-state')
  const at = bytesOf(vector)
  const [name, text] = [vector['name'] as string, encodeUtf8(vector['plaintext'] as string)]
  const key = await deriveStateKey(exportKey(), roomId)
  assert.equal(hex(await sealState(key, name, text, fixedRandom(at('nonce')))), vector['sealed'])
  assert.deepEqual(unwrap(await openState(key, name, at('sealed'))), text)
})

test('file segments and trailer', async () => {
  const vector = golden('file')
  const at = bytesOf(vector)
  const file = { roomId, fileId: at('fileId'), key: at('key') }
  const plaintext = at('plaintext')
  const shape = fileShape(plaintext.length, Number(vector['segmentSize']))
  const sealer = await createSegmentSealer(file, shape)
  const opener = await createSegmentOpener(file, shape)
  const sealed: Bytes[] = []
  const opened: Bytes[] = []
  let from = 0
  for (let index = 0; index < shape.segmentCount; index += 1) {
    const { start, end } = shape.plaintextRange(index)
    sealed.push(unwrap(await sealer.seal(index, plaintext.subarray(start, end))))
    const length = shape.sealedLength(index)
    opened.push(unwrap(await opener.open(index, at('ciphertext').subarray(from, from + length))))
    from += length
  }
  assert.equal(hex(concat(...sealed)), vector['ciphertext'])
  assert.equal(hex(concat(...opened)), vector['plaintext'])

  const { size, segmentCount } = shape
  const manifest = { epoch, size, segmentCount, root: await opener.digests.root() }
  assert.equal(hex(manifest.root), vector['root'])
  const trailer = await sealTrailer(file, alice, manifest, fixedRandom(at('trailerNonce')))
  assert.equal(hex(trailer), vector['trailer'])
  unwrap(await verifyTrailer(file, alice.public, manifest, at('trailer')))
})

test('file sizes', () => {
  for (const [size, expected] of Object.entries(golden('file-sizes'))) {
    const { segmentCount, ciphertextSize } = fileShape(Number(size))
    assert.equal(`${segmentCount} ${ciphertextSize}`, expected, size)
  }
})
