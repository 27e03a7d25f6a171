import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalAddress } from './ip-address.ts'

test('M15: an address has one spelling', () => {
  const table = [
    ['127.0.0.1', '127.0.0.1'],
    ['::', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['FE80::FC:FF:FE00:1', 'fe80::fc:ff:fe00:1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::ffff:1.2.3.4', '::ffff:102:304'],
  ] as const
  for (const [address, canonical] of table) assert.equal(canonicalAddress(address), canonical)
})
