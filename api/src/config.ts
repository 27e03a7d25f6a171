import { failure, LIMITS, ok, type Result, unreachable } from '@chat-room/protocol'
import {
  address,
  duration,
  host,
  hosts,
  integer,
  type Kind,
  matching,
  oneOf,
  path,
  perAddressAndRoom,
  size,
} from './setting-kinds.ts'

type Setting<T> = Kind<T> & {
  readonly help: string
  readonly default?: string
  /** Never shown in an error. */
  readonly secret?: true
}

/** Every setting there is, once: variable, kind, default and help. The flag of DATA_DIR is --data-dir. */
const settings = {
  PORT: { ...integer(0, 65_535), default: '8443', help: 'port of the room; 0 lets the system choose' },
  HTTP_PORT: {
    ...integer(0, 65_535),
    default: '8080',
    help: 'port of the plain HTTP page that leads to the room; 0 for none',
  },
  HOST: { ...address, default: '::', help: 'address to listen on' },
  DATA_DIR: { ...path, default: './data', help: 'directory of what the room keeps' },
  CERTS_DIR: {
    ...path,
    default: 'certs/local',
    help: 'directory of the local authority and its certificate',
  },
  TLS: {
    ...oneOf('local', 'files', 'acme', 'platform'),
    help: 'where the certificate comes from (files if TLS_CERT is given, acme if DOMAIN is, else local)',
  },
  TLS_CERT: { ...path, help: 'certificate chain, PEM' },
  TLS_KEY: { ...path, help: 'private key of the certificate, PEM' },
  DOMAIN: { ...host, help: 'public name of the room' },
  ALLOWED_HOSTS: { ...hosts, default: '', help: 'further names by which the room may be reached' },
  CLAIM_CODE: {
    ...matching(
      new RegExp(`^[^\\p{Cc}]{1,${LIMITS.claimCodeLength}}$`, 'u'),
      `at most ${LIMITS.claimCodeLength} characters, none of them a control character`,
    ),
    secret: true,
    help: 'code without which nobody creates the room',
  },
  ROOMS: { ...oneOf('one', 'many'), default: 'one', help: 'one room at /, or many at /r/<name>' },
  LOGIN_BURST: { ...perAddressAndRoom, default: '30,300', help: 'logins at once, per address and per room' },
  LOGIN_PER_MINUTE: { ...perAddressAndRoom, default: '10,60', help: 'logins a minute after that' },
  MESSAGE_BURST: { ...integer(1, 1e6), default: '1000', help: 'messages of one client at once' },
  MESSAGES_PER_SECOND: { ...integer(1, 1e6), default: '200', help: 'messages of one client after that' },
  MAX_CONNECTIONS: {
    ...integer(1, 1e6),
    default: '20000',
    help: 'sockets in all; each client has one or two',
  },
  MAX_CONNECTIONS_PER_ADDRESS: {
    ...integer(1, 1e6),
    default: '1000',
    help: 'sockets from one address, behind which a whole club may be',
  },
  OPAQUE_SERVER_SETUP: {
    ...matching(/^[A-Za-z0-9_-]{171}$/, '171 characters of base64url'),
    secret: true,
    help: 'the key that records are made with, kept in DATA_DIR/secrets unless given',
  },
  LOG_LEVEL: {
    ...oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    default: 'info',
    help: 'least severity that is logged',
  },
  LOG_RETENTION_MESSAGES: { ...integer(0, 1e9), default: '10000', help: 'messages kept per room' },
  LOG_RETENTION_BYTES: { ...size('0'), default: '64MiB', help: 'bytes of messages kept per room' },
  LOG_RETENTION_AGE: { ...duration('0', '3650d'), default: '7d', help: 'how long messages are kept' },
  AWAY_GRACE: { ...duration('0', '7d'), default: '10m', help: 'how long a dropped member keeps its alias' },
  SEGMENT_QUOTA: { ...size('16MiB'), default: '10GiB', help: 'disk for files on their way' },
  SEGMENT_TTL: { ...duration('1ms', '365d'), default: '24h', help: 'how long a sent file can be fetched' },
  SYNC: { ...oneOf('normal', 'full'), default: 'normal', help: 'full: acknowledged survives a power cut' },
  SLOW_READER_BUFFER: {
    ...size('512KiB'),
    default: '4MiB',
    help: 'bytes that may wait for one client before it is cut off',
  },
} as const satisfies Record<string, Setting<unknown>>

type Settings = typeof settings
type Variable = keyof Settings
type Value<V extends Variable> =
  | Exclude<ReturnType<Settings[V]['parse']>, undefined>
  | (Settings[V] extends { readonly default: string } ? never : undefined)
type Values = { readonly [V in Variable]: Value<V> }

type TlsConfig =
  | { readonly mode: 'local'; readonly directory: string }
  | { readonly mode: 'files'; readonly cert: string; readonly key: string }
  | { readonly mode: 'acme'; readonly domain: string }
  | { readonly mode: 'platform' }

/** Sizes are bytes, times milliseconds, hosts in the spelling of `URL.hostname`. */
export type Config = {
  readonly port: number
  readonly httpPort: number | undefined
  readonly host: string
  readonly dataDirectory: string
  readonly tls: TlsConfig
  readonly domain: string | undefined
  readonly allowedHosts: readonly string[]
  readonly claimCode: string | undefined
  readonly rooms: Values['ROOMS']
  readonly loginBurst: Values['LOGIN_BURST']
  readonly loginPerMinute: Values['LOGIN_PER_MINUTE']
  readonly messageRate: { readonly burst: number; readonly perSecond: number }
  readonly connections: { readonly total: number; readonly perAddress: number }
  readonly opaqueServerSetup: string | undefined
  readonly logLevel: Values['LOG_LEVEL']
  readonly retention: { readonly messages: number; readonly bytes: number; readonly ageMs: number }
  readonly awayGraceMs: number
  readonly segmentQuota: number
  readonly segmentTtlMs: number
  readonly sync: Values['SYNC']
  readonly slowReaderBuffer: number
}

export type ConfigError = {
  readonly reason: 'unknown-flag' | 'no-value' | 'not-a-flag' | 'bad-value' | 'conflict'
  /** One line; never holds the value of a secret. */
  readonly message: string
}

const variables = Object.keys(settings) as Variable[]
const flagOf = (variable: string): string => `--${variable.toLowerCase().replaceAll('_', '-')}`
const variableOf = new Map(variables.map(variable => [flagOf(variable), variable]))

/**
 * Reads every setting: a flag wins over its variable, the last of two equal flags over the first, and an empty
 * variable counts as absent. Either all is right, or all that is wrong is told at once.
 */
export function parseConfig(
  env: Readonly<Record<string, string | undefined>>,
  argv: readonly string[],
): Result<Config, readonly ConfigError[]> {
  const { flags, errors } = readFlags(argv)
  const given: Partial<Record<Variable, string>> = {}
  const values: Partial<Record<Variable, unknown>> = {}
  for (const variable of variables) {
    const setting: Setting<unknown> = settings[variable]
    const text = flags.get(variable) ?? (env[variable] || undefined)
    if (text !== undefined) given[variable] = text
    const chosen = text ?? setting.default
    values[variable] = chosen === undefined ? undefined : setting.parse(chosen)
    if (chosen !== undefined && values[variable] === undefined) errors.push(badValue(variable, chosen))
  }
  // Every parser has run without a complaint: the values have the types of the table.
  if (errors.length === 0) errors.push(...conflicts(values as Values, given))
  return errors.length === 0 ? ok(toConfig(values as Values)) : failure(errors)
}

/** One line for each secret that is given as a flag, which whoever is on this machine can read in the list of processes. */
export function exposedSecrets(argv: readonly string[]): string[] {
  return [...readFlags(argv).flags.keys()]
    .filter(variable => (settings[variable] as Setting<unknown>).secret)
    .map(
      variable =>
        `${flagOf(variable)} shows in the list of processes: ${variable} in the environment is safer`,
    )
}

/** One line a setting, for `--help`. */
export function describeConfig(): string {
  const width = Math.max(...variables.map(variable => flagOf(variable).length))
  const lines = variables.map(variable => {
    const setting: Setting<unknown> = settings[variable]
    const fallback = setting.default ? ` (${setting.default})` : ''
    return `  ${flagOf(variable).padEnd(width)}  ${setting.help}${fallback}`
  })
  return `Each setting is a flag or an environment variable: --data-dir or DATA_DIR.\n${lines.join('\n')}\n`
}

function readFlags(argv: readonly string[]) {
  const flags = new Map<Variable, string>()
  const errors: ConfigError[] = []
  const rest = [...argv]
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (!argument.startsWith('--')) {
      // By number, not quoted: it may be the rest of a secret with a space in it.
      const message = `argument ${argv.length - rest.length} belongs to no setting: write --name value`
      errors.push({ reason: 'not-a-flag', message })
      continue
    }
    const [flag = '', ...inline] = argument.split('=')
    const valueFollows = inline.length === 0 && rest[0] !== undefined && !rest[0].startsWith('--')
    const value = inline.length > 0 ? inline.join('=') : valueFollows ? rest.shift() : undefined
    const variable = variableOf.get(flag)
    if (variable === undefined) {
      errors.push({ reason: 'unknown-flag', message: unknownFlag(flag) })
    } else if (value === undefined) {
      errors.push({ reason: 'no-value', message: `${flag} needs a value: ${settings[variable].allowed}` })
    } else {
      flags.set(variable, value)
    }
  }
  return { flags, errors }
}

function unknownFlag(flag: string): string {
  const known = [...variableOf.keys()]
  const distances = known.map(name => editDistance(flag.slice(0, 64), name))
  const nearest = known[distances.indexOf(Math.min(...distances))]
  return `there is no ${show(flag)}; the nearest is ${nearest}`
}

function badValue(variable: Variable, text: string): ConfigError {
  const setting: Setting<unknown> = settings[variable]
  const what = setting.secret ? 'what was given is not allowed' : `${show(text)} is not allowed`
  return {
    reason: 'bad-value',
    message: `${variable} (${flagOf(variable)}): ${what}: give ${setting.allowed}`,
  }
}

function conflicts(values: Values, given: Partial<Record<Variable, string>>): ConfigError[] {
  const mode = tlsMode(values)
  const found: string[] = []
  if (mode === 'files') {
    if (values.TLS_CERT === undefined) found.push('TLS=files needs TLS_CERT, the path of the certificate')
    if (values.TLS_KEY === undefined) found.push('TLS=files needs TLS_KEY, the path of the private key')
  } else {
    const remedy = 'leave it out, or give TLS_CERT and TLS_KEY with TLS=files'
    if (values.TLS_CERT !== undefined) found.push(`TLS_CERT is not for TLS=${mode}: ${remedy}`)
    if (values.TLS_KEY !== undefined) found.push(`TLS_KEY is not for TLS=${mode}: ${remedy}`)
  }
  if (mode === 'acme' && values.DOMAIN === undefined) found.push('TLS=acme needs DOMAIN, the name to certify')
  if (mode === 'platform' && given.HTTP_PORT !== undefined && values.HTTP_PORT !== 0) {
    found.push('HTTP_PORT is not for TLS=platform, which serves plain HTTP on PORT: leave it out')
  }
  if (mode !== 'platform' && values.PORT !== 0 && values.PORT === values.HTTP_PORT) {
    found.push(`PORT and HTTP_PORT are both ${values.PORT}: give two different ports, or HTTP_PORT=0`)
  }
  return found.map(message => ({ reason: 'conflict', message }))
}

const tlsMode = ({ TLS, TLS_CERT, DOMAIN }: Values): TlsConfig['mode'] =>
  TLS ?? (TLS_CERT === undefined ? (DOMAIN === undefined ? 'local' : 'acme') : 'files')

function toTls(values: Values): TlsConfig {
  const mode = tlsMode(values)
  switch (mode) {
    case 'local':
      return { mode, directory: values.CERTS_DIR }
    case 'files':
      return { mode, cert: present(values.TLS_CERT), key: present(values.TLS_KEY) }
    case 'acme':
      return { mode, domain: present(values.DOMAIN) }
    case 'platform':
      return { mode }
    default:
      return unreachable(mode)
  }
}

function present(value: string | undefined): string {
  if (value === undefined) throw new Error('a conflict between settings was not found')
  return value
}

const toConfig = (values: Values): Config => ({
  port: values.PORT,
  httpPort: values.HTTP_PORT === 0 || values.TLS === 'platform' ? undefined : values.HTTP_PORT,
  host: values.HOST,
  dataDirectory: values.DATA_DIR,
  tls: toTls(values),
  domain: values.DOMAIN,
  allowedHosts: values.ALLOWED_HOSTS,
  claimCode: values.CLAIM_CODE,
  rooms: values.ROOMS,
  loginBurst: values.LOGIN_BURST,
  loginPerMinute: values.LOGIN_PER_MINUTE,
  messageRate: { burst: values.MESSAGE_BURST, perSecond: values.MESSAGES_PER_SECOND },
  connections: { total: values.MAX_CONNECTIONS, perAddress: values.MAX_CONNECTIONS_PER_ADDRESS },
  opaqueServerSetup: values.OPAQUE_SERVER_SETUP,
  logLevel: values.LOG_LEVEL,
  retention: {
    messages: values.LOG_RETENTION_MESSAGES,
    bytes: values.LOG_RETENTION_BYTES,
    ageMs: values.LOG_RETENTION_AGE,
  },
  awayGraceMs: values.AWAY_GRACE,
  segmentQuota: values.SEGMENT_QUOTA,
  segmentTtlMs: values.SEGMENT_TTL,
  sync: values.SYNC,
  slowReaderBuffer: values.SLOW_READER_BUFFER,
})

// One bounded line, whatever was typed.
const show = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)

/** Levenshtein's: insertions, deletions and substitutions from one to the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [i, character] of [...from].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...to].entries()) {
      const substituted = (row[j] ?? 0) + (character === other ? 0 : 1)
      next.push(Math.min(substituted, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
