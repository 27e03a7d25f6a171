import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Bytes, concat } from '../bytes.ts'
import { flipped, hex, seededRandom, unhex } from './fixtures.test.ts'
import { createStreamCipher, type StreamParameters, streamShape } from './streaming-aead.ts'

type KnownAnswer = {
  ikm: string
  hkdfHash: StreamParameters['hash']
  segmentSize: number
  derivedKeySize: 16 | 32
  plaintext: string
  associatedData: string
  ciphertext: string
}

const knownAnswers: KnownAnswer[] = JSON.parse(
  readFileSync(new URL('./vectors/tink-aes-gcm-hkdf-streaming.json', import.meta.url), 'utf8'),
)

for (const [n, known] of knownAnswers.entries()) {
  test(`Tink's known answer ${n + 1}: ${known.hkdfHash}, segments of ${known.segmentSize} bytes, both ways`, async () => {
    const keyLength = known.derivedKeySize
    const parameters = { hash: known.hkdfHash, keyLength, segmentSize: known.segmentSize }
    const plaintext = unhex(known.plaintext)
    const ciphertext = unhex(known.ciphertext)
    const shape = streamShape(parameters, plaintext.length)
    assert.equal(shape.ciphertextSize, ciphertext.length)
    const header = {
      salt: ciphertext.slice(1, 1 + keyLength),
      noncePrefix: ciphertext.slice(1 + keyLength, 8 + keyLength),
    }
    const aad = unhex(known.associatedData)
    const cipher = await createStreamCipher(parameters, unhex(known.ikm), header, aad, shape.segmentCount)
    const sealed: Bytes[] = []
    for (let index = 0; index < shape.segmentCount; index += 1) {
      const { start, end } = shape.plaintextRange(index)
      sealed.push(await cipher.seal(index, plaintext.slice(start, end), 0))
      assert.equal(sealed[index]?.length, shape.sealedLength(index))
    }
    assert.equal(hex(concat(...sealed)), known.ciphertext)
    const opened = await Promise.all(sealed.map(async (segment, index) => cipher.open(index, segment)))
    assert.equal(hex(concat(...(opened as Bytes[]))), known.plaintext)
  })
}

const parameters = { hash: 'SHA-256', keyLength: 32, segmentSize: 128 } as const
const header = { salt: seededRandom(1)(32), noncePrefix: seededRandom(2)(7) }
const cipherOf = (segmentCount: number) =>
  createStreamCipher(parameters, seededRandom(3)(32), header, seededRandom(4)(5), segmentCount)

test('the shape covers every byte once, whatever the size', () => {
  for (let size = 0; size <= 600; size += 1) {
    const shape = streamShape(parameters, size)
    let plain = 0
    let sealed = 0
    for (let index = 0; index < shape.segmentCount; index += 1) {
      const { start, end } = shape.plaintextRange(index)
      assert.equal(start, plain)
      assert.ok(end > start || size === 0, 'no segment is empty but the only one')
      plain = end
      sealed += shape.sealedLength(index)
      assert.ok(shape.sealedLength(index) <= 128)
      if (index < shape.segmentCount - 1) assert.equal(shape.sealedLength(index), 128)
    }
    assert.equal(plain, size)
    assert.equal(sealed, shape.ciphertextSize)
  }
})

test('a size or segment that cannot be is a bug', () => {
  for (const size of [-1, 0.5, Number.NaN, 2 ** 60]) {
    assert.throws(() => streamShape(parameters, size), RangeError)
  }
  assert.throws(() => streamShape({ ...parameters, segmentSize: 56 }, 1), RangeError)
  assert.throws(() => streamShape(parameters, 112 * 2 ** 32), RangeError)
  for (const index of [-1, 1, 0.5]) {
    assert.throws(() => streamShape(parameters, 1).plaintextRange(index), RangeError)
  }
})

test('truncated, appended to, swapped or taken from another stream, no segment opens', async () => {
  const cipher = await cipherOf(3)
  const sealed = await Promise.all([0, 1, 2].map(index => cipher.seal(index, seededRandom(index)(40), 0)))
  const [first, middle, last] = sealed as [Bytes, Bytes, Bytes]
  const shorter = await cipherOf(2)
  assert.equal(await shorter.open(1, middle), undefined, 'truncated: a middle segment is not a last one')
  const longer = await cipherOf(4)
  assert.equal(await longer.open(2, last), undefined, 'appended to: a last segment is not a middle one')
  assert.equal(await cipher.open(1, last), undefined)
  assert.equal(await cipher.open(2, middle), undefined)
  assert.equal(await cipher.open(0, middle), undefined)
  for (const changed of flipped(first)) assert.equal(await cipher.open(0, changed), undefined)
  for (const changed of flipped(middle)) assert.equal(await cipher.open(1, changed), undefined)
  assert.deepEqual(await cipher.open(1, middle), seededRandom(1)(40))
})
