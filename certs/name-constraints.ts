import { BlockList, isIP } from 'node:net'
import { explicit, implicit, readDer, sequence } from './der.ts'
import { decodeAddress, encodeAddress } from './ip-address.ts'

/** What an authority may vouch for. `dns` are subtrees (`local` covers `vm.local`), `ip` are CIDR ranges. */
export type NameConstraints = { readonly dns: readonly string[]; readonly ip: readonly string[] }

// GeneralName tags, RFC 5280 4.2.1.6
const DNS_NAME = 2
const IP_ADDRESS = 7

/** NameConstraints with permitted subtrees alone (RFC 5280 4.2.1.10): base, minimum left at its default 0. */
export function encodeNameConstraints({ dns, ip }: NameConstraints): Buffer {
  const bases = [
    ...dns.map(name => implicit(DNS_NAME, Buffer.from(name, 'ascii'))),
    ...ip.map(range => implicit(IP_ADDRESS, encodeRange(range))),
  ]
  return sequence(explicit(0, ...bases.map(base => sequence(base))))
}

/** Reads the permitted names of the kinds we write; excluded subtrees and other kinds are not ours. */
export function decodeNameConstraints(der: Buffer): NameConstraints {
  const permitted = readDer(readDer(der)[0]?.value ?? Buffer.alloc(0)).find(({ tag }) => tag === 0xa0)
  const bases = readDer(permitted?.value ?? Buffer.alloc(0)).flatMap(subtree => readDer(subtree.value))
  return {
    dns: bases.filter(({ tag }) => tag === (0x80 | DNS_NAME)).map(({ value }) => value.toString('ascii')),
    ip: bases
      .filter(({ tag, value }) => tag === (0x80 | IP_ADDRESS) && [8, 32].includes(value.length))
      .map(({ value }) => decodeRange(value)),
  }
}

export function permits(constraints: NameConstraints, name: string): boolean {
  const kind = isIP(name)
  if (kind === 0) return constraints.dns.some(base => name === base || name.endsWith(`.${base}`))
  const permitted = new BlockList()
  for (const range of constraints.ip) {
    const [address = '', prefix] = range.split('/')
    if (isIP(address) === kind) permitted.addSubnet(address, Number(prefix), kind === 4 ? 'ipv4' : 'ipv6')
  }
  return permitted.check(name, kind === 4 ? 'ipv4' : 'ipv6')
}

function encodeRange(range: string): Buffer {
  const [address = '', prefix] = range.split('/')
  const base = encodeAddress(address)
  const mask = base.map((_, index) => 0xff & ~(0xff >> Math.min(8, Math.max(0, Number(prefix) - index * 8))))
  return Buffer.concat([base.map((byte, index) => byte & (mask[index] ?? 0)), mask])
}

function decodeRange(bytes: Buffer): string {
  const half = bytes.length / 2
  const prefix = bytes
    .subarray(half)
    .reduce((bits, byte) => bits + byte.toString(2).replaceAll('0', '').length, 0)
  return `${decodeAddress(bytes.subarray(0, half))}/${prefix}`
}
