import assert from 'node:assert/strict'
import { test } from 'node:test'
import { constraintsFor, hostNames, parseName } from './host-names.ts'
import { permits } from './name-constraints.ts'
import { decodeNameConstraints, encodeNameConstraints } from './name-constraints-extension.ts'

test('RFC 5280 4.2.1.10: permitted subtrees encode and decode', () => {
  const one = { dns: ['local'], ip: ['10.0.0.0/8'] }
  assert.equal(
    Buffer.from(encodeNameConstraints(one)).toString('hex'),
    '3017a0153007' + '82056c6f63616c' + '300a' + '87080a000000ff000000',
  )
  const all = constraintsFor(['chat.example.org', '203.0.113.7', '2001:db8::7'])
  assert.deepEqual(decodeNameConstraints(encodeNameConstraints(all)), all)
})

test('M15: an authority may vouch for private names and ranges and, beyond them, for what is asked alone', () => {
  const constraints = constraintsFor(['chat.example.org', '203.0.113.7'])
  for (const name of [
    'localhost',
    'vm.local',
    'chat.example.org',
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.1.1',
    'fd00::2',
    'fe80::1',
    'febf::1',
    '203.0.113.7',
  ]) {
    assert.ok(permits(constraints, name), name)
  }
  for (const name of [
    'example.org',
    'example.com',
    'notchat.example.org',
    'xlocal',
    '172.15.255.255',
    '172.32.0.0',
    '192.169.0.1',
    '11.0.0.1',
    '203.0.113.8',
    '8.8.8.8',
    '::2',
    '2001:db8::7',
    'fec0::1',
  ]) {
    assert.ok(!permits(constraints, name), name)
  }
})

test('M15: a host called as a top-level domain goes by its .local name, or it could vouch for all sites there', () => {
  for (const name of ['chat', 'dev', 'xn--p1ai']) {
    const names = hostNames({ name, addresses: [] })
    assert.deepEqual(names, ['localhost', `${name}.local`, '127.0.0.1', '::1'])
    assert.deepEqual(constraintsFor(names).dns, ['localhost', 'local'])
  }
  for (const name of ['box-7', 'nas']) {
    const names = hostNames({ name, addresses: [] })
    assert.deepEqual(names, ['localhost', name, `${name}.local`, '127.0.0.1', '::1'])
    assert.deepEqual(constraintsFor(names).dns, ['localhost', 'local', name])
  }
})

test('M15: host names are canonical and told once; what no certificate can bear is left out', () => {
  assert.deepEqual(
    hostNames({ name: 'Box-7.Lan.example', addresses: ['127.0.0.1', 'FD00:0::2', 'fe80::1%eth0'] }),
    ['localhost', 'box-7.lan.example', 'box-7.local', '127.0.0.1', '::1', 'fd00::2'],
  )
  assert.deepEqual(hostNames({ name: "Bob's Mac", addresses: [] }), ['localhost', '127.0.0.1', '::1'])
})

test('names that a certificate cannot bear are refused', () => {
  const names = [
    '',
    'a b',
    '*.example.org',
    'a..b',
    '-a.b',
    'a.b-',
    '1.2.3',
    '256.1.1.1',
    'com',
    'Chat',
    'xn--p1ai',
    'a_b.c',
  ]
  for (const name of [...names, `${'a'.repeat(64)}.org`, 'a.'.repeat(127).concat('bc'), 'a\0.org']) {
    assert.equal(parseName(name), undefined, JSON.stringify(name))
  }
})
