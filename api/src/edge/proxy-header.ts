import { isIPv4, isIPv6 } from 'node:net'

// The PROXY protocol, versions 1 and 2, as HAProxy's proxy-protocol.txt has it: what a balancer that passes TCP
// through says of a connection before its first byte.

export type ProxyHeader =
  | { readonly state: 'partial' }
  | { readonly state: 'malformed' }
  | {
      readonly state: 'whole'
      /** Bytes; what follows is the client's. */
      readonly length: number
      /** The client's address; undefined when the balancer speaks for itself, as to check our health. */
      readonly source: string | undefined
    }

const PARTIAL: ProxyHeader = { state: 'partial' }
const MALFORMED: ProxyHeader = { state: 'malformed' }

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
const VERSION_1 = Buffer.from('PROXY ', 'latin1')
/** Section 2.1: with its line end. */
const LONGEST_LINE = 107
const FIXED = 16
/** Addresses and the balancer's additions (TLV), of which none is of use here. */
const LONGEST_REST = 2_048

/** More than this never has to be kept to find a header whole or malformed. */
export const LONGEST_PROXY_HEADER: number = FIXED + LONGEST_REST

export function parseProxyHeader(bytes: Buffer): ProxyHeader {
  if (startsAlike(bytes, SIGNATURE)) return bytes.length < FIXED ? PARTIAL : parseBinary(bytes)
  if (startsAlike(bytes, VERSION_1)) return parseLine(bytes)
  return MALFORMED
}

const startsAlike = (bytes: Buffer, expected: Buffer): boolean => {
  const length = Math.min(bytes.length, expected.length)
  return bytes.subarray(0, length).equals(expected.subarray(0, length))
}

const PORT = '(?:0|[1-9]\\d{0,4})'
const LINE = new RegExp(`^PROXY (TCP4|TCP6) ([\\da-fA-F.:]+) ([\\da-fA-F.:]+) (${PORT}) (${PORT})$`)

function parseLine(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, LONGEST_LINE).indexOf('\r\n')
  if (end === -1) return bytes.length < LONGEST_LINE ? PARTIAL : MALFORMED
  const line = bytes.toString('latin1', 0, end)
  const length = end + 2
  // "Must ignore anything presented before the CRLF".
  if (/^PROXY UNKNOWN(?: |$)/.test(line)) return { state: 'whole', length, source: undefined }
  const [, family, source = '', destination = '', ...ports] = LINE.exec(line) ?? []
  const isAddress = family === 'TCP4' ? isIPv4 : isIPv6
  if (family === undefined || !isAddress(source) || !isAddress(destination)) return MALFORMED
  if (ports.some(port => Number(port) > 65_535)) return MALFORMED
  return { state: 'whole', length, source }
}

const VERSION_2 = 2
const COMMAND = { local: 0, proxy: 1 }
const FAMILY = { none: 0, ipv4: 1, ipv6: 2, unix: 3 }
const DATAGRAM = 2
/** Bytes of both addresses and ports. */
const SIZES: Readonly<Record<number, number>> = {
  [FAMILY.none]: 0,
  [FAMILY.ipv4]: 12,
  [FAMILY.ipv6]: 36,
  [FAMILY.unix]: 216,
}

function parseBinary(bytes: Buffer): ProxyHeader {
  const [version, command] = halves(bytes.readUInt8(12))
  const [family, transport] = halves(bytes.readUInt8(13))
  const rest = bytes.readUInt16BE(14)
  if (version !== VERSION_2 || command > COMMAND.proxy || rest > LONGEST_REST) return MALFORMED
  const length = FIXED + rest
  if (command === COMMAND.local) {
    return bytes.length < length ? PARTIAL : { state: 'whole', length, source: undefined }
  }
  const size = SIZES[family]
  if (size === undefined || rest < size || transport >= DATAGRAM) return MALFORMED
  if (bytes.length < length) return PARTIAL
  return { state: 'whole', length, source: sourceOf(bytes, family) }
}

const halves = (byte: number): readonly [number, number] => [byte >> 4, byte & 0xf]

function sourceOf(bytes: Buffer, family: number): string | undefined {
  if (family === FAMILY.ipv4) return bytes.subarray(FIXED, FIXED + 4).join('.')
  if (family !== FAMILY.ipv6) return undefined
  const address = bytes.subarray(FIXED, FIXED + 16)
  // RFC 4291 section 2.5.5.2: an IPv4 client of a balancer that listens on IPv6.
  if (address.subarray(0, 12).equals(MAPPED)) return address.subarray(12).join('.')
  return Array.from({ length: 8 }, (_, group) => address.readUInt16BE(2 * group).toString(16)).join(':')
}

const MAPPED = Buffer.from('00000000000000000000ffff', 'hex')
