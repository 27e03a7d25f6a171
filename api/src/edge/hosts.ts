import { isIPv6 } from 'node:net'

type Authority = {
  /** Lower case, without trailing dot; an IPv6 address in its canonical form, without brackets. */
  readonly name: string
  readonly port: string
}

const AUTHORITY = /^(?:\[([\da-f:.]{2,45})\]|([\w.-]{1,254}))(?::(\d{1,5}))?$/
const HTTPS = 'https://'
const HTTPS_PORT = '443'
const LAST_PORT = 65_535

/**
 * The names this server answers to. Another site whose name was pointed here (DNS rebinding) is refused by its
 * `Host`, another site's page by its `Origin`.
 */
export class Hosts {
  #names: ReadonlySet<string>
  /** Nearly all come by the same name: the last that was good. */
  #usual: string | undefined

  /** @param names DNS names (`*.example.org` stands for one label), IPv4 and IPv6 addresses (in brackets or not), without ports. */
  constructor(names: Iterable<string>) {
    this.#names = new Set(Array.from(names, normalise))
  }

  /** A renewed certificate may bear other names. */
  replace(names: Iterable<string>): void {
    this.#usual = undefined
    this.#names = new Set(Array.from(names, normalise))
  }

  /** @param host The `Host` header or the `:authority` of HTTP/2. */
  allowsHost(host: string | undefined): boolean {
    if (host === undefined || host === this.#usual) return host !== undefined
    if (this.nameOf(host) === undefined) return false
    this.#usual = host
    return true
  }

  /** The name in a `Host` that this server answers to, as a URL spells it: IPv6 in brackets. Undefined: it does not. */
  nameOf(host: string | undefined): string | undefined {
    const authority = parseAuthority(host)
    if (authority === undefined) return undefined
    const { name } = authority
    const dot = name.indexOf('.')
    if (!this.#names.has(name) && !(dot > 0 && this.#names.has(`*${name.slice(dot)}`))) return undefined
    return isIPv6(name) ? `[${name}]` : name
  }

  /** Whether a page of this origin may speak to `host`: its own pages may, and programs, which send no `Origin`. */
  allowsOrigin(origin: string | undefined, host: string | undefined): boolean {
    if (origin === undefined) return true
    if (!origin.toLowerCase().startsWith(HTTPS)) return false
    const from = parseAuthority(origin.slice(HTTPS.length))
    const to = parseAuthority(host)
    return from !== undefined && to !== undefined && from.name === to.name && from.port === to.port
  }
}

/** RFC 3986 section 3.2.2, without user information and percent-encoding, which no `Host` has. */
function parseAuthority(text: string | undefined): Authority | undefined {
  const match = AUTHORITY.exec(text?.toLowerCase() ?? '')
  if (match === null) return undefined
  const [, address, dotted, port = HTTPS_PORT] = match
  if (Number(port) > LAST_PORT) return undefined
  if (address !== undefined) return isIPv6(address) ? { name: normalise(address), port } : undefined
  const name = normalise(dotted ?? '')
  return name === '' ? undefined : { name, port }
}

function normalise(name: string): string {
  const address = name.replace(/^\[(.*)\]$/, '$1')
  if (isIPv6(address) && !address.includes('%')) return new URL(`http://[${address}]`).hostname.slice(1, -1)
  return name.toLowerCase().replace(/\.$/, '')
}
