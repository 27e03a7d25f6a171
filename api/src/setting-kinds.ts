import { isIP, isIPv6 } from 'node:net'
import { parseDuration, parseSize } from './units.ts'

/** How one kind of value is read: `parse` is undefined for what is not `allowed`. */
export type Kind<T> = { readonly parse: (text: string) => T | undefined; readonly allowed: string }

const within = (value: number | undefined, least: number, most: number): number | undefined =>
  value !== undefined && value >= least && value <= most ? value : undefined

const parseInteger = (text: string): number | undefined =>
  /^\d{1,15}$/.test(text) ? Number(text) : undefined

export const integer = (least: number, most: number): Kind<number> => ({
  parse: text => within(parseInteger(text), least, most),
  allowed: `a whole number from ${least} to ${most}`,
})

export const duration = (least: string, most: string): Kind<number> => ({
  parse: text => within(parseDuration(text), parseDuration(least) ?? 0, parseDuration(most) ?? 0),
  allowed: `a duration like 10m or 1h30m, from ${least} to ${most}`,
})

export const size = (least: string): Kind<number> => ({
  parse: text => within(parseSize(text), parseSize(least) ?? 0, Number.MAX_SAFE_INTEGER),
  allowed: `a size like 64MiB or 10GiB, at least ${least}`,
})

export const oneOf = <const T extends string>(...values: readonly T[]): Kind<T> => ({
  parse: text => values.find(value => value === text),
  allowed: `one of ${values.join(', ')}`,
})

/** Of a file's content, which some variables of other programs hold, and these do not. */
const CONTENT = /[\r\n]|-----BEGIN /

export const path: Kind<string> = {
  parse: text => (text === '' || text.includes('\0') || CONTENT.test(text) ? undefined : text),
  allowed: 'a path, not what is in the file',
}

/** Whether what was given in the wrong place may be a secret: a key, or a URL with a password in it. */
export const mayBeSecret = (text: string): boolean => CONTENT.test(text) || /\/\/[^/]*@/.test(text)

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/

/** The spelling `URL.hostname` gives: lower case, IPv6 in brackets. */
function parseHost(text: string): string | undefined {
  if (isIPv6(text)) return text.includes('%') ? undefined : new URL(`http://[${text}]`).hostname
  const host = text.toLowerCase()
  return isIP(host) === 4 || (HOST_NAME.test(host) && !/(^|\.)\d+$/.test(host)) ? host : undefined
}

export const host: Kind<string> = { parse: parseHost, allowed: 'a host name or IP address, without a port' }

export const hosts: Kind<readonly string[]> = {
  parse: text => {
    const items = text
      .split(',')
      .map(item => item.trim())
      .filter(item => item !== '')
    const parsed = items.flatMap(item => parseHost(item) ?? [])
    return parsed.length === items.length ? parsed : undefined
  },
  allowed: 'host names or IP addresses, without ports, with commas between them',
}

/** The directories of Let's Encrypt by a word, of others by their URL (RFC 8555 section 7.1.1). */
const AUTHORITIES: Readonly<Record<string, string>> = {
  production: 'https://acme-v02.api.letsencrypt.org/directory',
  staging: 'https://acme-staging-v02.api.letsencrypt.org/directory',
}

export const acmeDirectory: Kind<string> = {
  parse: text => AUTHORITIES[text] ?? parseDirectory(text),
  allowed:
    "production or staging (both of Let's Encrypt), or the https URL of another authority's directory, without a password",
}

/** Nobody asks for one by a URL with a user in it: `fetch` refuses those. */
function parseDirectory(text: string): string | undefined {
  const { protocol, username, password, href } = URL.parse(text) ?? {}
  return protocol === 'https:' && username === '' && password === '' ? href : undefined
}

export const isLetsEncrypt = (directory: string): boolean => Object.values(AUTHORITIES).includes(directory)

export const address: Kind<string> = {
  parse: text => (isIP(text) !== 0 || parseHost(text) !== undefined ? text : undefined),
  allowed: 'an address to listen on, like ::, 0.0.0.0 or localhost',
}

export const perAddressAndRoom: Kind<{ readonly address: number; readonly room: number }> = {
  parse: text => {
    const [address, room, ...more] = text.split(',').map(item => within(parseInteger(item.trim()), 1, 1e6))
    return address === undefined || room === undefined || more.length > 0 ? undefined : { address, room }
  },
  allowed: 'two whole numbers from 1 to 1000000, address,room',
}

export const matching = (pattern: RegExp, allowed: string): Kind<string> => ({
  parse: text => (pattern.test(text) ? text : undefined),
  allowed,
})
