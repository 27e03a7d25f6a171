import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalAddress, decodeAddress, encodeAddress } from './ip-address.ts'

test('M15: an address encodes to its bytes and back to its canonical spelling', () => {
  const table = [
    ['127.0.0.1', '7f000001', '127.0.0.1'],
    ['::', '00'.repeat(16), '::'],
    ['::1', `${'00'.repeat(15)}01`, '::1'],
    ['FE80::FC:FF:FE00:1', 'fe8000000000000000fc00fffe000001', 'fe80::fc:ff:fe00:1'],
    ['2001:db8:0:0:1:0:0:1', '20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
    ['::ffff:1.2.3.4', '00000000000000000000ffff01020304', '::ffff:102:304'],
    ['fd00::', `fd${'00'.repeat(15)}`, 'fd00::'],
  ] as const
  for (const [address, hex, canonical] of table) {
    assert.equal(encodeAddress(address).toString('hex'), hex, address)
    assert.equal(decodeAddress(Buffer.from(hex, 'hex')), canonical, address)
    assert.equal(canonicalAddress(address), canonical)
  }
})
