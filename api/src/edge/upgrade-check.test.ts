import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SUBPROTOCOL } from '@chat-room/protocol'
import { Hosts } from './hosts.ts'
import { checkUpgrade, type UpgradeRequest } from './upgrade-check.ts'

const rules = { hosts: new Hosts(['localhost']), hasRoom: (room: string) => room !== 'absent' }

const HEADERS = {
  host: 'localhost:8443',
  upgrade: 'websocket',
  connection: 'Upgrade',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-version': '13',
  'sec-websocket-protocol': SUBPROTOCOL,
}

type Change = Omit<Partial<UpgradeRequest>, 'headers'> & { headers?: Record<string, string | undefined> }

function request({ headers, ...change }: Change = {}): UpgradeRequest {
  const merged = { ...HEADERS, ...headers }
  const rawHeaders = Object.entries(merged).flatMap(([name, value]) =>
    value === undefined ? [] : [name, value],
  )
  return { method: 'GET', url: '/rooms/main/socket', headers: merged, rawHeaders, ...change }
}

const admitted: readonly (readonly [string, Change, { kind: string; room: string }])[] = [
  ['the room socket', {}, { kind: 'room', room: 'main' }],
  ['the segment socket', { url: '/rooms/blue-1/segments' }, { kind: 'segments', room: 'blue-1' }],
  ['our own page', { headers: { origin: 'https://localhost:8443' } }, { kind: 'room', room: 'main' }],
  ['Upgrade in any case', { headers: { upgrade: 'WebSocket' } }, { kind: 'room', room: 'main' }],
  [
    'a client that speaks later versions, too',
    { headers: { 'sec-websocket-protocol': `chat-room.v9, ${SUBPROTOCOL}` } },
    { kind: 'room', room: 'main' },
  ],
]

for (const [what, change, wanted] of admitted) {
  test(`an upgrade is admitted: ${what}`, () =>
    assert.deepEqual(checkUpgrade(request(change), rules), { ok: true, value: wanted }))
}

const url = (target: string): Change => ({ url: target })
const header = (name: string, value: string | undefined): Change => ({ headers: { [name]: value } })

const refused: readonly (readonly [string, number, Change])[] = [
  ['POST', 405, { method: 'POST' }],
  ['HEAD', 405, { method: 'HEAD' }],
  ['// as target', 404, url('//')],
  ['no target', 404, url('')],
  ['another path', 404, url('/')],
  ['a path that climbs', 404, url('/rooms/../')],
  ['a room that climbs', 404, url('/rooms/../socket')],
  ['an encoded room', 404, url('/rooms/%6dain/socket')],
  ['a room in capitals', 404, url('/rooms/Main/socket')],
  ['a room name that is too long', 404, url(`/rooms/${'a'.repeat(65)}/socket`)],
  ['a room that is not here', 404, url('/rooms/absent/socket')],
  ['a query', 404, url('/rooms/main/socket?x=1')],
  ['a trailing slash', 404, url('/rooms/main/socket/')],
  ['the absolute form', 404, url('https://localhost/rooms/main/socket')],
  ['a line break in the target', 404, url('/rooms/main/socket\n')],
  ['no Host', 421, header('host', undefined)],
  ['another Host', 421, header('host', 'evil.test')],
  ['another Origin', 403, header('origin', 'https://evil.test')],
  ['the Origin of a sandboxed page', 403, header('origin', 'null')],
  ['the Origin of another port', 403, header('origin', 'https://localhost:9')],
  ['no Upgrade', 426, header('upgrade', undefined)],
  ['another Upgrade', 426, header('upgrade', 'h2c')],
  ['version 8, whose origin is elsewhere', 426, header('sec-websocket-version', '8')],
  ['no version', 426, header('sec-websocket-version', undefined)],
  ['no key', 400, header('sec-websocket-key', undefined)],
  ['a malformed key', 400, header('sec-websocket-key', 'short==')],
  ['no subprotocol', 400, header('sec-websocket-protocol', undefined)],
  ['another subprotocol', 400, header('sec-websocket-protocol', 'chat-room.v0')],
  ['9 KiB of header', 431, header('cookie', 'a'.repeat(9 * 1024))],
  ['65 header fields', 431, { rawHeaders: new Array<string>(130).fill('a') }],
]

for (const [what, status, change] of refused) {
  test(`an upgrade is refused with ${status}: ${what}`, () => {
    const checked = checkUpgrade(request(change), rules)
    assert.ok(!checked.ok)
    assert.equal(checked.error.status, status)
    assert.match(checked.error.message, /^\w.{10,}$/)
  })
}
