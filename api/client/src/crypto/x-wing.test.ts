import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeUtf8 } from '../bytes.ts'
import { flipped, seededRandom } from './fixtures.test.ts'
import * as native from './x-wing.ts'

const seed = seededRandom(21)(32)
const info = encodeUtf8('info')
const aad = encodeUtf8('aad')
const plaintext = encodeUtf8('for one person')

/** A second copy of the module, which finds a platform without ML-KEM. */
async function withoutNativeMlKem(): Promise<typeof native> {
  const prototype = SubtleCrypto.prototype as unknown as Record<string, unknown>
  const encapsulate = prototype['encapsulateBits']
  prototype['encapsulateBits'] = () => Promise.reject(new DOMException('none', 'NotSupportedError'))
  try {
    const copy: string = './x-wing.ts?without-native'
    const fallback = (await import(copy)) as typeof native
    // The choice is made at the first use, so that must happen while ML-KEM is away.
    await fallback.deriveXWing(seed)
    return fallback
  } finally {
    prototype['encapsulateBits'] = encapsulate
  }
}

test('the fallback makes the same keys as the platform, and each opens what the other sealed', async () => {
  const fallback = await withoutNativeMlKem()
  const ours = await native.deriveXWing(seed)
  const theirs = await fallback.deriveXWing(seed)
  assert.deepEqual(theirs.publicKey, ours.publicKey)
  for (const [sealer, opener, pair] of [
    [native, fallback, theirs.pair],
    [fallback, native, ours.pair],
  ] as const) {
    const key = await sealer.importXWingPublicKey(ours.publicKey)
    assert.ok(key)
    const sealed = await sealer.hpkeSeal(key, plaintext, info, aad)
    assert.deepEqual(new Uint8Array((await opener.hpkeOpen(pair, sealed, info, aad)) ?? []), plaintext)
  }
})

test('a seal opens for its key, info and additional data alone, and not after any change', async () => {
  const { pair } = await native.deriveXWing(seed)
  const other = await native.deriveXWing(seededRandom(22)(32))
  const sealed = await native.hpkeSeal(pair.publicKey, plaintext, info, aad)
  assert.equal(sealed.length, plaintext.length + native.HPKE_OVERHEAD)
  assert.deepEqual(await native.hpkeOpen(pair, sealed, info, aad), plaintext)
  assert.equal(await native.hpkeOpen(other.pair, sealed, info, aad), undefined)
  assert.equal(await native.hpkeOpen(pair, sealed, aad, aad), undefined)
  assert.equal(await native.hpkeOpen(pair, sealed, info, info), undefined)
  for (const changed of flipped(sealed, 40)) {
    assert.equal(await native.hpkeOpen(pair, changed, info, aad), undefined)
  }
  for (const length of [0, 1119, 1135]) {
    assert.equal(await native.hpkeOpen(pair, sealed.subarray(0, length), info, aad), undefined)
  }
})
