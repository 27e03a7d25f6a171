import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DerError, integer, objectIdentifier, readDer, sequence, time, tlv } from './der.ts'

const hex = (bytes: Buffer) => bytes.toString('hex')

test('X.690 8.1.3: lengths are written in the shortest form and read back', () => {
  for (const [length, header] of [
    [0, '0400'],
    [127, '047f'],
    [128, '048180'],
    [255, '0481ff'],
    [256, '04820100'],
    [65_536, '0483010000'],
  ] as const) {
    const element = tlv(0x04, Buffer.alloc(length))
    assert.equal(hex(element.subarray(0, element.length - length)), header)
    assert.equal(readDer(element)[0]?.value.length, length)
  }
})

test('X.690 8.3: an integer with its first bit set gets a zero before it', () => {
  assert.equal(hex(integer(Buffer.from([0x80]))), '02020080')
  assert.equal(hex(integer(Buffer.from([0x7f]))), '02017f')
})

test('X.690 8.19: object identifiers', () => {
  assert.equal(hex(objectIdentifier('1.2.840.113549.1.1.11')), '06092a864886f70d01010b')
  assert.equal(hex(objectIdentifier('2.5.29.17')), '0603551d11')
})

test('RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050', () => {
  assert.equal(time(Date.UTC(2049, 11, 31, 23, 59, 59, 999)).toString('latin1'), '\x17\x0d491231235959Z')
  assert.equal(time(Date.UTC(2050, 0, 1)).toString('latin1'), '\x18\x0f20500101000000Z')
})

test('elements cut short at any byte are refused, never read beyond', () => {
  const whole = sequence(integer(Buffer.from([1])), tlv(0x04, Buffer.alloc(200, 7)))
  for (let length = 1; length < whole.length; length++) {
    assert.throws(() => readDer(whole.subarray(0, length)), DerError, `cut to ${length}`)
  }
  assert.throws(() => readDer(Buffer.from('3080', 'hex')), DerError, 'indefinite length is not DER')
  assert.throws(() => readDer(Buffer.from('3084ffffffff', 'hex')), DerError, 'a length of 4 GiB')
})
