import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as library from 'hpke'
import { concat, encodeUtf8 } from '../bytes.ts'
import { flipped, seededRandom } from './fixtures.test.ts'
import { deriveXWing, HPKE_OVERHEAD, hpkeOpen, hpkeSeal, importXWingPublicKey } from './x-wing.ts'

const seed = seededRandom(21)(32)
const info = encodeUtf8('info')
const aad = encodeUtf8('aad')
const plaintext = encodeUtf8('for one person')

/** As `hpke` makes it of this platform's own parts. */
const theirs = new library.CipherSuite(
  library.KEM_MLKEM768_X25519,
  library.KDF_HKDF_SHA256,
  library.AEAD_AES_256_GCM,
)

test('another implementation derives the same keys, and each opens what the other sealed', async () => {
  const ours = await deriveXWing(seed)
  const pair = await theirs.DeriveKeyPair(seed)
  assert.deepEqual(new Uint8Array(await theirs.SerializePublicKey(pair.publicKey)), ours.publicKey)

  const sealed = await hpkeSeal(ours.pair.publicKey, plaintext, info, aad)
  const [encapsulated, ciphertext] = [sealed.subarray(0, 1120), sealed.subarray(1120)]
  const opened = await theirs.Open(pair, encapsulated, ciphertext, { info, aad })
  assert.deepEqual(new Uint8Array(opened), plaintext)

  const other = await theirs.Seal(pair.publicKey, plaintext, { info, aad })
  const joined = concat(other.encapsulatedSecret, other.ciphertext)
  assert.deepEqual(await hpkeOpen(ours.pair, joined, info, aad), plaintext)
})

test('a seal opens for its key, info and additional data alone, and not after any change', async () => {
  const { pair } = await deriveXWing(seed)
  const other = await deriveXWing(seededRandom(22)(32))
  const sealed = await hpkeSeal(pair.publicKey, plaintext, info, aad)
  assert.equal(sealed.length, plaintext.length + HPKE_OVERHEAD)
  assert.deepEqual(await hpkeOpen(pair, sealed, info, aad), plaintext)
  assert.equal(await hpkeOpen(other.pair, sealed, info, aad), undefined)
  assert.equal(await hpkeOpen(pair, sealed, aad, aad), undefined)
  assert.equal(await hpkeOpen(pair, sealed, info, info), undefined)
  for (const changed of flipped(sealed, 40)) {
    assert.equal(await hpkeOpen(pair, changed, info, aad), undefined)
  }
  for (const length of [0, 1119, 1135]) {
    assert.equal(await hpkeOpen(pair, sealed.subarray(0, length), info, aad), undefined)
  }
})

test('bytes that nothing can be sealed to are no public key', async () => {
  const { publicKey } = await deriveXWing(seed)
  assert.ok(await importXWingPublicKey(publicKey))
  assert.equal(await importXWingPublicKey(publicKey.slice(1)), undefined)
  // FIPS 203 section 7.2: a coefficient that is not below 3329.
  assert.equal(await importXWingPublicKey(publicKey.with(0, 255).with(1, 255)), undefined)
  // RFC 7748 section 6.1: a point of small order, with which everybody shares the same secret.
  assert.equal(await importXWingPublicKey(publicKey.slice().fill(0, 1184)), undefined)
})

test('what was encapsulated with a point of small order does not open', async () => {
  const { pair } = await deriveXWing(seed)
  const sealed = await hpkeSeal(pair.publicKey, plaintext, info, aad)
  assert.equal(await hpkeOpen(pair, sealed.slice().fill(0, 1088, 1120), info, aad), undefined)
})
