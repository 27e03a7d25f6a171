import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeUtf8 } from '../bytes.ts'
import { errorOf, flipped, seededRandom, testIdentity, unwrap } from './fixtures.test.ts'
import { createIdentitySecret, importIdentity, importPublicIdentity } from './identity.ts'

const text = encodeUtf8('a text')

test('a secret gives back the same member, whose keys cannot be exported', async () => {
  const secret = createIdentitySecret(seededRandom(1))
  assert.equal(secret.length, 65)
  const before = unwrap(await importIdentity(secret))
  const after = unwrap(await importIdentity(secret))
  assert.deepEqual(after.public.memberId, before.public.memberId)
  assert.equal(before.public.memberId.length, 16)
  assert.equal(before.public.signingKey.length, 32)
  assert.equal(before.public.sealingKey.length, 1216)
  assert.equal(before.sealingPair.privateKey.x25519.extractable, false)
  assert.ok(await before.public.verify(await after.sign(text), text))
})

test('a secret that was cut, grown or of another version is refused', async () => {
  const secret = createIdentitySecret(seededRandom(1))
  const later = secret.slice()
  later[0] = 2
  for (const bytes of [new Uint8Array(), secret.subarray(1), later]) {
    assert.equal(errorOf(await importIdentity(bytes)), 'malformed')
  }
})

test('a member id says which keys are behind it: other keys, another id', async () => {
  const [a, b] = [await testIdentity(1), await testIdentity(2)]
  const ids = new Set<string>()
  for (const signing of [a, b]) {
    for (const sealing of [a, b]) {
      const mixed = await importPublicIdentity(signing.public.signingKey, sealing.public.sealingKey)
      ids.add(unwrap(mixed).memberId.join())
    }
  }
  assert.equal(ids.size, 4)
})

test('a signature verifies for its text and key alone', async () => {
  const [a, b] = [await testIdentity(1), await testIdentity(2)]
  const signature = await a.sign(text)
  assert.ok(!(await b.public.verify(signature, text)))
  for (const changed of flipped(signature)) assert.ok(!(await a.public.verify(changed, text)))
  for (const changed of flipped(text)) assert.ok(!(await a.public.verify(signature, changed)))
})

test('keys of another length are refused; a sealing key that is none is known at its first use', async () => {
  const { signingKey, sealingKey } = (await testIdentity(1)).public
  assert.equal(errorOf(await importPublicIdentity(signingKey.subarray(1), sealingKey)), 'malformed')
  assert.equal(errorOf(await importPublicIdentity(signingKey, sealingKey.subarray(1))), 'malformed')
  const broken = unwrap(await importPublicIdentity(signingKey, new Uint8Array(1216).fill(0xff)))
  assert.equal(await broken.importSealingKey(), undefined)
})
