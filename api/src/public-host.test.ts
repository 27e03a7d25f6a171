import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPublicHost } from './public-host.ts'

const cases: readonly (readonly [isPublic: boolean, ...hosts: string[]])[] = [
  [true, 'chat.example.org', 'xn--mnchen-3ya.de', '8.8.8.8', '172.32.0.1', '[2606:4700:4700::1111]'],
  [false, 'localhost', 'box', 'box.local', 'chat.home.arpa', 'chat.internal', 'a.b.lan', 'a.example'],
  [
    false,
    '127.0.0.1',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.0.1',
    '100.64.0.1',
    '169.254.1.1',
    '203.0.113.7',
  ],
  [
    false,
    '[::1]',
    '[::]',
    '[fd00::1]',
    '[fe80::1]',
    '[2001:db8::1]',
    '[::ffff:7f00:1]',
    '0.0.0.0',
    '224.0.0.1',
  ],
]

for (const [isPublic, ...hosts] of cases) {
  for (const host of hosts) {
    test(`${host} is ${isPublic ? '' : 'not '}what the whole internet may know`, () => {
      assert.equal(isPublicHost(host), isPublic)
    })
  }
}
