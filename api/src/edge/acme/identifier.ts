import { isIP, isIPv4, isIPv6 } from 'node:net'

/** What a certificate is for: a DNS name, or an IP address without brackets (RFC 8738). */
export type Identifier = { readonly type: 'dns' | 'ip'; readonly value: string }

/** @param host In the spelling of `URL.hostname`. */
export function identifierOf(host: string): Identifier {
  const value = host.replace(/^\[(.*)\]$/, '$1')
  return { type: isIP(value) === 0 ? 'dns' : 'ip', value }
}

/** RFC 8738 section 6: an address is asked for by its reverse name. */
export function serverName({ type, value }: Identifier): string {
  if (type === 'dns') return value
  if (isIPv4(value)) return `${value.split('.').reverse().join('.')}.in-addr.arpa`
  return `${[...hexDigits(value)].reverse().join('.')}.ip6.arpa`
}

/** All 32 digits of an IPv6 address. */
function hexDigits(address: string): string {
  if (!isIPv6(address)) throw new Error(`${address} is no address`)
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail = ''] = canonical.split('::')
  const groups = (part: string) => part.split(':').filter(group => group !== '')
  const before = groups(head)
  const after = groups(tail)
  const zeros = new Array<string>(8 - before.length - after.length).fill('0')
  return [...before, ...zeros, ...after].map(group => group.padStart(4, '0')).join('')
}
