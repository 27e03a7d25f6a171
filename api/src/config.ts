import { failure, ok, type Result, unreachable } from '@chat-room/protocol'
import { conflicts } from './setting-conflicts.ts'
import { mayBeSecret } from './setting-kinds.ts'
import { type Given, type Setting, settings, tlsMode, type Values, type Variable } from './settings.ts'

type TlsConfig =
  | { readonly mode: 'local'; readonly directory: string }
  | {
      readonly mode: 'files'
      readonly cert: string
      readonly key: string
      readonly passphrase: string | undefined
    }
  | {
      readonly mode: 'acme'
      readonly domain: string
      readonly directory: string
      readonly authority: string
    }
  | { readonly mode: 'platform' }

/** Sizes are bytes, times milliseconds, hosts in the spelling of `URL.hostname`. */
export type Config = {
  readonly port: number
  readonly httpPort: number | undefined
  /** Undefined: the port that is listened on. */
  readonly publicPort: number | undefined
  readonly host: string
  readonly dataDirectory: string
  readonly tls: TlsConfig
  readonly proxyProtocol: Values['PROXY_PROTOCOL']
  /** From here to the client, the nearest included. */
  readonly trustedHops: number
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
  readonly metrics: { readonly host: string; readonly port: number } | undefined
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
  const given: Given = {}
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
  if (errors.length === 0) {
    const found = conflicts(values as Values, given)
    errors.push(...found.map(message => ({ reason: 'conflict' as const, message })))
  }
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
  return `there is no ${mayBeSecret(flag) ? 'such flag' : show(flag)}; the nearest is ${nearest}`
}

function badValue(variable: Variable, text: string): ConfigError {
  const setting: Setting<unknown> = settings[variable]
  const isHidden = setting.secret || mayBeSecret(text)
  const what = isHidden ? 'what was given is not allowed' : `${show(text)} is not allowed`
  return {
    reason: 'bad-value',
    message: `${variable} (${flagOf(variable)}): ${what}: give ${setting.allowed}`,
  }
}

function toTls(values: Values): TlsConfig {
  const mode = tlsMode(values)
  switch (mode) {
    case 'local':
      return { mode, directory: values.CERTS_DIR }
    case 'files':
      return {
        mode,
        cert: present(values.TLS_CERT),
        key: present(values.TLS_KEY),
        passphrase: values.TLS_KEY_PASSPHRASE_FILE,
      }
    case 'acme':
      return {
        mode,
        domain: present(values.DOMAIN),
        directory: values.CERTS_DIR,
        authority: values.ACME_DIRECTORY,
      }
    case 'platform':
      return { mode }
    default:
      return unreachable(mode)
  }
}

/** Certificate authorities and platforms know no other port than that of HTTPS. */
const defaultPublicPort = (values: Values): number | undefined =>
  ['acme', 'platform'].includes(tlsMode(values)) ? 443 : undefined

function present(value: string | undefined): string {
  if (value === undefined) throw new Error('a conflict between settings was not found')
  return value
}

const toConfig = (values: Values): Config => ({
  port: values.PORT,
  httpPort: values.HTTP_PORT === 0 || values.TLS === 'platform' ? undefined : values.HTTP_PORT,
  publicPort: values.PUBLIC_PORT ?? defaultPublicPort(values),
  host: values.HOST,
  dataDirectory: values.DATA_DIR,
  tls: toTls(values),
  proxyProtocol: values.PROXY_PROTOCOL,
  trustedHops: values.TRUSTED_HOPS,
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
  metrics:
    values.METRICS_PORT === undefined ? undefined : { host: values.METRICS_HOST, port: values.METRICS_PORT },
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
