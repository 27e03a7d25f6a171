import { isIP, isIPv6 } from 'node:net'

/** One spelling per address (RFC 5952 for IPv6), so that equal addresses are equal strings. */
export function canonicalAddress(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address
}

/** 4 or 16 bytes in network order. `address` must be what `net.isIP` accepts. */
export function encodeAddress(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  const [left = '', right = ''] = canonicalAddress(address).split('::')
  const head = left === '' ? [] : left.split(':')
  const tail = right === '' ? [] : right.split(':')
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail]
  return Buffer.from(groups.map(group => group.padStart(4, '0')).join(''), 'hex')
}

/** The inverse of `encodeAddress`, in the canonical spelling. */
export function decodeAddress(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.')
  return canonicalAddress(bytes.toString('hex').replace(/(.{4})(?!$)/g, '$1:'))
}
