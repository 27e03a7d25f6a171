import { BlockList, isIP } from 'node:net'

/** What an authority may vouch for. `dns` are subtrees (`local` covers `vm.local`), `ip` are CIDR ranges. */
export type NameConstraints = { readonly dns: readonly string[]; readonly ip: readonly string[] }

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
