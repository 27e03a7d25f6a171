import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { forwardedAddress, isPlain } from './forwarded.ts'

suite('what the platform in front tells is believed of its nearest hop alone', () => {
  const addresses: readonly (readonly [header: string | undefined, address: string | undefined])[] = [
    ['192.0.2.1', '192.0.2.1'],
    ['203.0.113.9, 192.0.2.1', '192.0.2.1'],
    ['203.0.113.9,192.0.2.1 ', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['192.0.2.1:4711', '192.0.2.1'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['192.0.2.1, unknown', undefined],
    ['192.0.2.1, ', undefined],
    ['192.0.2.1:', undefined],
    ['256.0.2.1', undefined],
    ['x'.repeat(100_000), undefined],
    ['', undefined],
    [undefined, undefined],
  ]
  for (const [header, address] of addresses) {
    test(`X-Forwarded-For: ${header?.slice(0, 40)}`, () => {
      assert.equal(forwardedAddress(header === undefined ? {} : { 'x-forwarded-for': header }), address)
    })
  }

  const behind: readonly (readonly [hops: number, header: string, address: string | undefined])[] = [
    [2, '192.0.2.1, 198.51.100.7', '192.0.2.1'],
    [2, '203.0.113.9, 192.0.2.1, 198.51.100.7', '192.0.2.1'],
    [3, '192.0.2.1, 198.51.100.7', undefined],
    [2, '198.51.100.7', undefined],
  ]
  for (const [hops, header, address] of behind) {
    test(`X-Forwarded-For behind ${hops} hops: ${header}`, () => {
      assert.equal(forwardedAddress({ 'x-forwarded-for': header }, hops), address)
    })
  }

  const schemes: readonly (readonly [header: string | undefined, isPlain: boolean])[] = [
    ['http', true],
    ['HTTP', true],
    ['https, http', true],
    ['http, https', false],
    ['https', false],
    ['', false],
    [undefined, false],
  ]
  for (const [header, expected] of schemes) {
    test(`X-Forwarded-Proto: ${header}`, () => {
      assert.equal(isPlain(header === undefined ? {} : { 'x-forwarded-proto': header }), expected)
    })
  }
})
