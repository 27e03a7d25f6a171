import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJoinOptions } from './join-options.ts'

const of = (...argv: string[]) => parseJoinOptions(argv)

test('an address, with a room or without', () => {
  const base = { json: false, accept: 'all', keepsState: true, forgets: false }
  const read = (address: string) => {
    const options = of(address)
    return options.ok ? options.value : options.error
  }
  assert.deepEqual(read('https://a.example'), { ...base, url: 'https://a.example', room: 'main' })
  assert.deepEqual(read('https://localhost:8443/'), { ...base, url: 'https://localhost:8443', room: 'main' })
  assert.deepEqual(read('https://[::1]:8443/r/team-1'), {
    ...base,
    url: 'https://[::1]:8443',
    room: 'team-1',
  })
})

test('options in any order', () => {
  const options = of('--json', 'https://a.example', '--accept', 'none', '--no-state', '--ca', 'x.crt')
  assert.ok(options.ok)
  assert.deepEqual(options.value, {
    url: 'https://a.example',
    room: 'main',
    json: true,
    accept: 'none',
    keepsState: false,
    forgets: false,
    authorities: 'x.crt',
  })
})

test('wrong usage is told in words; nothing turns verification off', () => {
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /missing/],
    [['http://a.example'], /https/],
    [['localhost:8443'], /write https/],
    [['wss://a.example'], /write https/],
    [['https://'], /no address/],
    [['https://u:p@a.example'], /no user/],
    [['https://a.example/?x=1'], /query/],
    [['https://a.example/#k=1'], /fragment/],
    [['https://a.example/other'], /path is/],
    [['https://a.example/r/UPPER'], /small letters/],
    [['https://a.example', 'https://b.example'], /one address/],
    [['--accept', 'some', 'https://a.example'], /all, ask or none/],
    [['--insecure', 'https://a.example'], /insecure/],
    [['--ca'], /ca/],
  ]
  for (const [argv, message] of wrong) {
    const options = parseJoinOptions(argv)
    assert.ok(!options.ok, argv.join(' '))
    assert.match(options.error, message)
  }
})
