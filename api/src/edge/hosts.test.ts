import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Hosts } from './hosts.ts'

const hosts = new Hosts([
  'Chat.Example.org',
  '*.rooms.example.org',
  '192.0.2.7',
  '2001:DB8:0::1',
  '[::1]',
  'localhost.',
  '*.local',
])

const allowed = [
  'chat.example.org',
  'CHAT.EXAMPLE.ORG:8443',
  'chat.example.org.',
  'chat.example.org.:443',
  'blue.rooms.example.org',
  '192.0.2.7:8443',
  '[2001:db8::1]',
  '[2001:db8:0:0::1]:8443',
  '[::1]:1',
  'localhost:65535',
  'box.local',
]
const refused = [
  undefined,
  '',
  '.',
  ':8443',
  'example.org',
  'chat.example.org.evil.test',
  'evil-chat.example.org',
  'rooms.example.org',
  'local',
  '.local',
  'deep.blue.rooms.example.org',
  '127.1',
  '192.0.2.007',
  '2001:db8::1',
  '[2001:db8::2]',
  '[::1',
  '[::1%lo]',
  '[1.2.3.4]',
  'chat.example.org:port',
  'chat.example.org:123456',
  'chat.example.org:65536',
  '[::1]:99999',
  'chat.example.org/path',
  'user@chat.example.org',
  'chat.example.org chat.example.org',
  'chat.example.org, chat.example.org',
  'a'.repeat(10_000),
]

for (const host of allowed) test(`Host ${host} is answered`, () => assert.equal(hosts.allowsHost(host), true))
for (const host of refused) {
  test(`Host ${host?.slice(0, 40)} is refused`, () => assert.equal(hosts.allowsHost(host), false))
}

const origins: readonly (readonly [string | undefined, string, boolean])[] = [
  [undefined, 'chat.example.org', true],
  ['https://chat.example.org', 'chat.example.org', true],
  ['https://chat.example.org', 'chat.example.org:443', true],
  ['https://chat.example.org:8443', 'Chat.example.org.:8443', true],
  ['https://[2001:db8::1]:8443', '[2001:db8:0::1]:8443', true],
  ['https://chat.example.org:8443', 'chat.example.org', false],
  ['https://chat.example.org', 'localhost', false],
  ['http://chat.example.org', 'chat.example.org', false],
  ['https://evil.test', 'chat.example.org', false],
  ['https://chat.example.org/', 'chat.example.org', false],
  ['https://chat.example.org, https://chat.example.org', 'chat.example.org', false],
  ['null', 'chat.example.org', false],
  ['', 'chat.example.org', false],
]

for (const [origin, host, expected] of origins) {
  test(`Origin ${origin} ${expected ? 'may' : 'may not'} speak to ${host}`, () =>
    assert.equal(hosts.allowsOrigin(origin, host), expected))
}

test('a renewed certificate brings other names', () => {
  const renewed = new Hosts(['old.example.org'])
  renewed.replace(['new.example.org'])
  assert.equal(renewed.allowsHost('old.example.org'), false)
  assert.equal(renewed.allowsHost('new.example.org'), true)
})

test('the name of a Host is told as a URL spells it', () => {
  assert.equal(hosts.nameOf('Chat.Example.org.:8443'), 'chat.example.org')
  assert.equal(hosts.nameOf('[2001:DB8:0:0::1]:8443'), '[2001:db8::1]')
  assert.equal(hosts.nameOf('xn--zzzzz.rooms.example.org'), 'xn--zzzzz.rooms.example.org')
  assert.equal(hosts.nameOf('evil.test'), undefined)
})
