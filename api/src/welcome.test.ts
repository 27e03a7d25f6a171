import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { drawQrCode } from './qr-code.ts'
import { welcome } from './welcome.ts'

type Started = Parameters<typeof welcome>[0]

const certificate = {
  cert: '',
  key: '',
  fingerprint: 'AA:BB',
  notBefore: 0,
  notAfter: 0,
  hosts: ['localhost', '192.168.1.5'],
  isPublic: false,
}
const lan = {
  address: '192.168.1.5',
  family: 'IPv4',
  internal: false,
  netmask: '',
  mac: '',
  cidr: null,
} as const
const local: Started = {
  config: { domain: undefined, rooms: 'one', tls: { mode: 'local', directory: 'certs' }, allowedHosts: [] },
  publicPort: 8443,
  httpPort: 8080,
  claimed: false,
  certificate,
  authority: { path: 'certs/ca.crt', fingerprint: 'CC:DD', pem: '' },
  host: 'box',
  interfaces: { eth0: [lan] },
}

suite('what the operator reads first', () => {
  test('in local mode: both fingerprints, the address in this network, and how devices come to trust it', () => {
    const text = welcome(local)
    for (const part of [
      'https://localhost:8443',
      'https://192.168.1.5:8443',
      'AA:BB',
      'CC:DD',
      'http://192.168.1.5:8080/trust',
    ]) {
      assert.ok(text.includes(part), part)
    }
    assert.doesNotMatch(welcome({ ...local, httpPort: undefined }), /trust it/)
  })

  test('on a terminal: a QR code of the address in this network, and only where there is one', () => {
    const drawn: string[] = []
    const drawQrCode = (text: string) => {
      drawn.push(text)
      return 'QR'
    }
    assert.match(welcome({ ...local, drawQrCode }), /\nQR\n/)
    assert.deepEqual(drawn, ['https://192.168.1.5:8443'])
    const elsewhere = { eth0: [{ ...lan, address: '192.168.9.9' }], lo: [{ ...lan, internal: true }] }
    assert.doesNotMatch(welcome({ ...local, drawQrCode, interfaces: elsewhere }), /QR|In this network/)
  })

  test('with a public name: that name and the port that people use, and what is still to come', () => {
    const config = {
      ...local.config,
      domain: 'chat.example.org',
      tls: { mode: 'acme', domain: 'chat.example.org', directory: 'c', authority: 'https://a' },
    } as const
    const text = welcome({ ...local, config, publicPort: 443, certificate: undefined, authority: undefined })
    assert.match(text, /open at https:\/\/chat\.example\.org\n/)
    assert.match(text, /on its way for chat\.example\.org/)
    assert.doesNotMatch(text, /192\.168|undefined/)
  })
})

test('a QR code is black on white, two modules a character, with a border, and has its corners', () => {
  const lines = drawQrCode('https://192.168.1.5:8443').trimEnd().split('\n')
  const rows = lines.map(line => {
    assert.ok(line.startsWith('\u001b[38;5;16;48;5;231m') && line.endsWith('\u001b[0m'))
    return [...line.slice('\u001b[38;5;16;48;5;231m'.length, -'\u001b[0m'.length)]
  })
  const [width = 0] = rows.map(row => row.length)
  assert.ok(rows.every(row => row.length === width))
  assert.equal(rows.length, Math.ceil(width / 2))
  const isDark = (x: number, y: number) => {
    const half = rows[y >> 1]?.[x] ?? ' '
    return half === '█' || half === (y % 2 === 0 ? '▀' : '▄')
  }
  const size = width - 4
  for (const [left, top] of [
    [2, 2],
    [2 + size - 7, 2],
    [2, 2 + size - 7],
  ] as const) {
    for (let at = 0; at < 7; at++)
      assert.ok(isDark(left + at, top) && isDark(left, top + at), `corner ${left},${top}`)
    assert.ok(!isDark(left + 1, top + 1) && isDark(left + 3, top + 3))
  }
  assert.ok(!isDark(0, 0) && !isDark(1, 1))
})
