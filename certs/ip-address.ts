import { isIPv6 } from 'node:net'

/** One spelling per address (RFC 5952 for IPv6), so that equal addresses are equal strings. */
export function canonicalAddress(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address
}
