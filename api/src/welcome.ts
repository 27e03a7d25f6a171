import { isIPv6 } from 'node:net'
import type { networkInterfaces } from 'node:os'
import type { Certificate, LocalAuthority } from './certificates/certificate.ts'
import type { Config } from './config.ts'
import { TRUST_PAGE } from './edge/trust-page.ts'

type Started = {
  readonly config: Pick<Config, 'domain' | 'rooms' | 'tls' | 'allowedHosts'>
  /** By which people reach the room. */
  readonly publicPort: number
  readonly httpPort: number | undefined
  /** Whether the main room has a password. */
  readonly claimed: boolean
  readonly certificate: Certificate | undefined
  readonly authority?: LocalAuthority | undefined
  /** What this machine is called, and where it can be reached. */
  readonly host: string
  readonly interfaces: ReturnType<typeof networkInterfaces>
  /** For a terminal, where a camera can see it. */
  readonly drawQrCode?: ((text: string) => string) | undefined
}

/** What the operator reads first: where the room is, how it is recognised, how to join. */
export function welcome(started: Started): string {
  const { config, publicPort, claimed, certificate, host, drawQrCode } = started
  const hosts = certificate?.hosts ?? []
  const address = (name: string) => `https://${bracketed(name)}${publicPort === 443 ? '' : `:${publicPort}`}`
  const main = address(config.domain ?? (hosts.includes('localhost') ? 'localhost' : host))
  // Who gave a name wants people to come by it.
  const nearby = config.domain === undefined ? addressesNearby(started) : []
  const [nearest] = nearby
  const lines = [
    `The room is open at ${main}${config.rooms === 'many' ? ' (and /r/<name>)' : ''}`,
    ...(nearest === undefined ? [] : [`In this network:  ${nearby.map(address).join('  ')}`]),
    ...(nearest === undefined || drawQrCode === undefined ? [] : ['', drawQrCode(address(nearest))]),
    ...recognised(started, config.domain ?? nearest ?? host),
    `Join by terminal: npm run chat -- ${main}`,
    `${claimed ? 'The room has its password.' : 'The first one who joins sets the password.'} Ctrl-C ends the server; the room is kept.`,
  ]
  return `${lines.join('\n')}\n`
}

/** Where others in the same network find this machine. */
const addressesNearby = ({ certificate, interfaces }: Started): readonly string[] =>
  Object.values(interfaces)
    .flat()
    .filter(each => each !== undefined && !each.internal && each.family === 'IPv4')
    .map(each => each?.address ?? '')
    .filter(each => certificate?.hosts.includes(each))

function recognised({ config, certificate, authority, httpPort }: Started, name: string): readonly string[] {
  if (config.tls.mode === 'platform') return ['Certificate:      the platform has it']
  if (certificate === undefined) {
    return [
      `Certificate:      on its way for ${config.domain}; until the log says that it is there, nobody can enter`,
    ]
  }
  const lines = [`Certificate:      ${certificate.fingerprint}`]
  if (authority === undefined) return lines
  lines.push(`Local authority:  ${authority.fingerprint}`, `                  ${authority.path}`)
  if (httpPort !== undefined) {
    lines.push(`Devices trust it: http://${name}:${httpPort}${TRUST_PAGE} tells them how`)
  }
  return lines
}

const bracketed = (name: string): string => (isIPv6(name) ? `[${name}]` : name)
