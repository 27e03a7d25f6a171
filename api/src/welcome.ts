import { isIPv6 } from 'node:net'
import type { networkInterfaces } from 'node:os'
import type { Certificate } from './certificate.ts'
import type { Config } from './config.ts'

type Started = {
  readonly config: Pick<Config, 'domain' | 'rooms' | 'tls' | 'allowedHosts'>
  readonly port: number
  /** Whether the main room has a password. */
  readonly claimed: boolean
  readonly certificate: Certificate
  /** What this machine is called, and where it can be reached. */
  readonly host: string
  readonly interfaces: ReturnType<typeof networkInterfaces>
}

/** What the operator reads first: where the room is, how it is recognised, how to join. */
export function welcome({ config, port, claimed, certificate, host, interfaces }: Started): string {
  const address = (name: string) => `https://${bracketed(name)}${port === 443 ? '' : `:${port}`}`
  const main = address(config.domain ?? (certificate.hosts.includes('localhost') ? 'localhost' : host))
  const elsewhere = Object.values(interfaces)
    .flat()
    .filter(each => each !== undefined && !each.internal && each.family === 'IPv4')
    .map(each => each?.address ?? '')
    .filter(each => certificate.hosts.includes(each))
    .map(address)
  const lines = [
    `The room is open at ${main}${config.rooms === 'many' ? ' (and /r/<name>)' : ''}`,
    ...(config.domain === undefined && elsewhere.length > 0
      ? [`In this network:  ${elsewhere.join('  ')}`]
      : []),
    `Certificate:      ${certificate.fingerprint}`,
    ...(certificate.authority === undefined
      ? []
      : [
          `Local authority:  ${certificate.authority.fingerprint}`,
          `                  ${certificate.authority.path}`,
        ]),
    `Join by terminal: npm run chat -- ${main}`,
    `${claimed ? 'The room has its password.' : 'The first one who joins sets the password.'} Ctrl-C ends the server; the room is kept.`,
  ]
  return `${lines.join('\n')}\n`
}

const bracketed = (name: string): string => (isIPv6(name) ? `[${name}]` : name)
