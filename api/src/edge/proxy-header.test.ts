import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { SeededRandom } from '../../test/support/seeded-random.ts'
import { LONGEST_PROXY_HEADER, parseProxyHeader } from './proxy-header.ts'

const SIGNATURE = '0d0a0d0a000d0a515549540a'
/** An address block of `size` bytes that begins with these. */
const block = (hex: string, size: number) => hex.padEnd(size * 2, '0')
const binary = (hex: string) => Buffer.from(SIGNATURE + hex, 'hex')
const line = (text: string) => Buffer.from(text, 'latin1')

const whole: readonly (readonly [what: string, bytes: Buffer, source: string | undefined])[] = [
  ['TCP4', line('PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n'), '192.0.2.1'],
  ['TCP6', line('PROXY TCP6 2001:db8::1 ::1 56324 443\r\n'), '2001:db8::1'],
  ['unknown', line('PROXY UNKNOWN\r\n'), undefined],
  ['unknown, with words', line('PROXY UNKNOWN ffff::1 1 whatever\r\n'), undefined],
  ['the longest line', line(`PROXY UNKNOWN ${'f'.repeat(91)}\r\n`), undefined],
  ['IPv4', binary(`2111000c${block('c0000201c6336402dc0401bb', 12)}`), '192.0.2.1'],
  ['IPv6', binary(`21210024${block('20010db8000000000000000000000001', 36)}`), '2001:db8:0:0:0:0:0:1'],
  ['IPv4 within IPv6', binary(`21210024${block('00000000000000000000ffffc0000201', 36)}`), '192.0.2.1'],
  ['UNIX', binary(`213100d8${block('2f', 216)}`), undefined],
  ['no address', binary('21000000'), undefined],
  ['a check of health', binary('20000000'), undefined],
  ['a check of health, with what is to be ignored', binary(`20ff0005${block('', 5)}`), undefined],
  [
    'IPv4 with additions',
    binary(`21110013${block('c0000201c6336402dc0401bb040004deadbeef', 19)}`),
    '192.0.2.1',
  ],
]

const malformed: readonly (readonly [what: string, bytes: Buffer])[] = [
  ['a TLS handshake', Buffer.from('16030100f5010000f1', 'hex')],
  ['a request', line('GET / HTTP/1.1\r\n')],
  ['small letters', line('proxy TCP4 192.0.2.1 198.51.100.2 1 2\r\n')],
  ['another family', line('PROXY TCP5 192.0.2.1 198.51.100.2 1 2\r\n')],
  ['an address of the other family', line('PROXY TCP4 ::1 ::1 1 2\r\n')],
  ['an address with leading zeros', line('PROXY TCP4 192.00.2.1 198.51.100.2 1 2\r\n')],
  ['a port too high', line('PROXY TCP4 192.0.2.1 198.51.100.2 65536 2\r\n')],
  ['a port with a leading zero', line('PROXY TCP4 192.0.2.1 198.51.100.2 01 2\r\n')],
  ['two blanks', line('PROXY TCP4  192.0.2.1 198.51.100.2 1 2\r\n')],
  ['something more', line('PROXY TCP4 192.0.2.1 198.51.100.2 1 2 3\r\n')],
  ['a line without an end', line(`PROXY TCP4 ${'1'.repeat(96)}`)],
  ['an end too late', line(`PROXY UNKNOWN ${'f'.repeat(92)}\r\n`)],
  ['version 1 in binary', binary('1111000c')],
  ['an unknown command', binary('2211000c')],
  ['an unknown family', binary(`2141000c${block('', 12)}`)],
  ['datagrams', binary(`2112000c${block('', 12)}`)],
  ['addresses cut short', binary(`2111000b${block('', 11)}`)],
  ['more than anybody sends', binary('2111ffff')],
]

suite('the PROXY protocol', () => {
  for (const [what, bytes, source] of whole) {
    test(`${what}: read whole, byte by byte, and with what the client says after it`, () => {
      const expected = { state: 'whole', length: bytes.length, source }
      assert.deepEqual(parseProxyHeader(bytes), expected)
      assert.deepEqual(parseProxyHeader(Buffer.concat([bytes, line('\r\nhello')])), expected)
      for (let length = 0; length < bytes.length; length++) {
        assert.deepEqual(parseProxyHeader(bytes.subarray(0, length)), { state: 'partial' }, `${length} bytes`)
      }
    })
  }

  for (const [what, bytes] of malformed) {
    test(`${what}: refused`, () => {
      assert.deepEqual(parseProxyHeader(bytes), { state: 'malformed' })
    })
  }

  const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_123)
  test(`garbled headers (FUZZ_SEED=${SEED}) are refused, or read within their bytes; more bytes never undo a verdict`, () => {
    const random = new SeededRandom(SEED)
    for (let round = 0; round < 3_000; round++) {
      const [, sample] = random.pick(whole)
      const bytes = Buffer.concat([sample, random.bytes(random.below(40))])
      for (let flips = random.below(4); flips > 0; flips--) {
        bytes[random.below(bytes.length)] = random.below(256)
      }
      let settled: unknown
      for (let length = 0; length <= bytes.length; length += 1 + random.below(9)) {
        const header = parseProxyHeader(bytes.subarray(0, length))
        if (settled !== undefined) assert.deepEqual(header, settled)
        if (header.state !== 'partial') settled = header
        if (header.state === 'whole') assert.ok(header.length <= length)
      }
    }
  })

  test('whatever begins like a header is decided on within its longest', () => {
    const random = new SeededRandom(SEED)
    for (let round = 0; round < 100; round++) {
      const [, sample] = random.pick(whole)
      const start = sample.subarray(0, random.below(16) + 1)
      const bytes = Buffer.concat([start, random.bytes(LONGEST_PROXY_HEADER)]).subarray(
        0,
        LONGEST_PROXY_HEADER,
      )
      assert.notEqual(parseProxyHeader(bytes).state, 'partial')
    }
  })
})
