import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from './fixtures.test.ts'
import * as native from './ml-kem.ts'

const seed = seededRandom(23)(native.ML_KEM_SEED_BYTES)

/** A second copy of the module, which finds a platform without ML-KEM. */
async function computed(): Promise<ReturnType<typeof native.mlKem>> {
  const prototype = SubtleCrypto.prototype as unknown as Record<string, unknown>
  const encapsulate = prototype['encapsulateBits']
  prototype['encapsulateBits'] = () => Promise.reject(new DOMException('none', 'NotSupportedError'))
  try {
    const copy: string = './ml-kem.ts?without-native'
    // The choice is made at the first use, so that must happen while ML-KEM is away.
    return await ((await import(copy)) as typeof native).mlKem()
  } finally {
    prototype['encapsulateBits'] = encapsulate
  }
}

/** The platform's own, and then what computes. */
const both = (async () => [await native.mlKem(), await computed()] as const)()

test('the fallback is not what the platform has', async () => {
  const [platform, fallback] = await both
  assert.notEqual(fallback, platform)
})

test('the fallback makes the same keys as the platform, and each opens what the other encapsulated', async () => {
  const [platform, fallback] = await both
  const [ours, theirs] = [await platform.derive(seed), await fallback.derive(seed)]
  assert.deepEqual(theirs.publicKey, ours.publicKey)
  for (const [sealer, opener] of [
    [platform, theirs],
    [fallback, ours],
  ] as const) {
    const { secret, encapsulated } = await sealer.encapsulate(ours.publicKey)
    assert.equal(encapsulated.length, native.ML_KEM_ENCAPSULATED_BYTES)
    assert.deepEqual(await opener.decapsulate(encapsulated), secret)
  }
})

test('neither encapsulates for what is no public key', async () => {
  const [platform, fallback] = await both
  const { publicKey } = await platform.derive(seed)
  // FIPS 203, 7.2: a coefficient of 3329 and more is none, though the length is right.
  const tooLarge = publicKey.with(0, 255).with(1, 255)
  for (const { encapsulate } of [platform, fallback]) {
    for (const wrong of [publicKey.slice(1), tooLarge]) await assert.rejects(encapsulate(wrong))
  }
})
