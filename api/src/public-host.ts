import { BlockList, isIP } from 'node:net'

/** Of names that no public authority certifies (RFC 6761, 6762, 8375, and ICANN's `internal`). */
const PRIVATE_ENDINGS = [
  'localhost',
  'local',
  'test',
  'example',
  'invalid',
  'internal',
  'home.arpa',
  'lan',
  'onion',
]

/** RFC 6890 and its successors, as far as a host may have such an address. */
const PRIVATE_RANGES = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  '::/127',
  '2001:db8::/32',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
]

function listPrivate(): BlockList {
  const list = new BlockList()
  for (const range of PRIVATE_RANGES) {
    const [address = '', prefix] = range.split('/')
    list.addSubnet(address, Number(prefix), isIP(address) === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}

/** Most servers never ask. */
let privateAddresses: BlockList | undefined

/**
 * Whether the whole internet may know a name or address, so that a public authority can certify it.
 *
 * @param host In the spelling of `URL.hostname`.
 */
export function isPublicHost(host: string): boolean {
  const address = host.replace(/^\[(.*)\]$/, '$1')
  const family = isIP(address)
  if (family !== 0) {
    privateAddresses ??= listPrivate()
    return !privateAddresses.check(address, family === 4 ? 'ipv4' : 'ipv6')
  }
  return host.includes('.') && !PRIVATE_ENDINGS.some(ending => host.endsWith(`.${ending}`))
}
