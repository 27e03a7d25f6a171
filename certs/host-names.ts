import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { canonicalAddress } from './ip-address.ts'
import { type NameConstraints, permits } from './name-constraints.ts'
import { TOP_LEVEL_DOMAINS } from './top-level-domains.table.ts'

export type Host = { readonly name: string; readonly addresses: readonly string[] }

export function thisHost(): Host {
  const interfaces = Object.values(networkInterfaces()).flatMap(addresses => addresses ?? [])
  return { name: hostname(), addresses: interfaces.map(({ address }) => address) }
}

const DNS_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/

/** The canonical spelling of a DNS name or IP address that a certificate may bear, or undefined. */
export function parseName(text: string): string | undefined {
  if (isIP(text) !== 0 && !text.includes('%')) return canonicalAddress(text)
  const name = text.toLowerCase()
  const looksNumeric = /(^|\.)\d+$/.test(name)
  return DNS_NAME.test(name) && !looksNumeric && !isTopLevel(name) ? name : undefined
}

/**
 * A name constraint covers every name below it, so an authority for a host called `dev` could vouch for all of
 * `.dev`. Such a host goes by `dev.local` alone.
 */
function isTopLevel(name: string): boolean {
  return !name.includes('.') && (TOP_LEVEL_DOMAINS.has(name) || name.startsWith('xn--'))
}

/** What a certificate is good for; names of other kinds than ours are left out. */
export function namesOf(certificate: X509Certificate): string[] {
  return (certificate.subjectAltName ?? '').split(', ').flatMap(entry => {
    const [, name = ''] = /^(?:DNS|IP Address):(.+)$/.exec(entry) ?? []
    return parseName(name) ?? []
  })
}

/** Every name the host has by itself, `localhost` first; what no certificate can bear is not among them. */
export function hostNames(host: Host): string[] {
  const [label = ''] = host.name.split('.')
  const names = ['localhost', host.name, `${label}.local`, '127.0.0.1', '::1', ...host.addresses]
  return unique(names.flatMap(name => parseName(name) ?? []))
}

// Reserved for private use (RFC 1918, 3927, 4193, 4291, 6762): no public site is among them, so that a host
// which moves to another network or gets another mDNS name needs no new trust.
const PRIVATE: NameConstraints = {
  dns: ['localhost', 'local'],
  ip: [
    '127.0.0.0/8',
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '169.254.0.0/16',
    '::1/128',
    'fc00::/7',
    'fe80::/10',
  ],
}

/** The private names and ranges, and of `names` each one beyond them, as itself alone. */
export function constraintsFor(names: readonly string[]): NameConstraints {
  const beyond = unique(names).filter(name => !permits(PRIVATE, name))
  return {
    dns: [...PRIVATE.dns, ...beyond.filter(name => isIP(name) === 0)],
    ip: [
      ...PRIVATE.ip,
      ...beyond.flatMap(name => (isIP(name) === 0 ? [] : `${name}/${isIP(name) === 4 ? 32 : 128}`)),
    ],
  }
}

export const unique = (names: readonly string[]): string[] => [...new Set(names)]
