import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientAddress } from './client-address.ts'

const cases: readonly (readonly [string | undefined, string])[] = [
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4::/64'],
  [undefined, 'unknown'],
]

for (const [remote, expected] of cases) {
  test(`M3: limits count ${remote} as ${expected}`, () => assert.equal(clientAddress(remote), expected))
}

test('M3: two hosts of one /64 are one client, two networks are two', () => {
  assert.equal(clientAddress('2001:db8:0:7::a'), clientAddress('2001:db8:0:7:ffff::b'))
  assert.notEqual(clientAddress('2001:db8:0:7::a'), clientAddress('2001:db8:0:8::a'))
})
