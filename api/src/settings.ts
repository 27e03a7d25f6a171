import { LIMITS } from '@chat-room/protocol'
import {
  acmeDirectory,
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

export type Setting<T> = Kind<T> & {
  readonly help: string
  readonly default?: string
  /** Never shown in an error. */
  readonly secret?: true
}

/** Every setting there is, once: variable, kind, default and help. The flag of DATA_DIR is --data-dir. */
export const settings = {
  PORT: { ...integer(0, 65_535), default: '8443', help: 'port of the room; 0 lets the system choose' },
  HTTP_PORT: {
    ...integer(0, 65_535),
    default: '8080',
    help: 'port of plain HTTP, which leads to the room and proves DOMAIN; 0 for none',
  },
  PUBLIC_PORT: {
    ...integer(1, 65_535),
    help: 'port by which people reach the room (443 with TLS=acme and platform, else PORT)',
  },
  HOST: { ...address, default: '::', help: 'address to listen on' },
  DATA_DIR: { ...path, default: './data', help: 'directory of what the room keeps' },
  CERTS_DIR: {
    ...path,
    default: 'certs/local',
    help: 'directory of certificates that are made or obtained, and their keys',
  },
  TLS: {
    ...oneOf('local', 'files', 'acme', 'platform'),
    help: 'where the certificate comes from (files if TLS_CERT is given, acme if DOMAIN is, else local)',
  },
  TLS_CERT: { ...path, help: 'certificate chain, PEM' },
  TLS_KEY: { ...path, help: 'private key of the certificate, PEM' },
  TLS_KEY_PASSPHRASE_FILE: { ...path, help: 'file with the passphrase of an encrypted TLS_KEY' },
  DOMAIN: { ...host, help: 'public name or IP address of the room; by itself, it asks for TLS=acme' },
  ACME_DIRECTORY: {
    ...acmeDirectory,
    default: 'production',
    help: "who certifies DOMAIN: production and staging are Let's Encrypt's, whose terms are agreed to; or a URL",
  },
  PROXY_PROTOCOL: {
    ...oneOf('off', 'required'),
    default: 'off',
    help: 'required: a balancer that passes TCP through tells of each client by the PROXY protocol, on all ports',
  },
  TRUSTED_HOPS: {
    ...integer(1, 8),
    default: '1',
    help: 'proxies before the room with TLS=platform, each of which adds to X-Forwarded-For',
  },
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
  METRICS_PORT: {
    ...integer(0, 65_535),
    help: 'port of metrics for Prometheus, at /metrics by plain HTTP; 0 lets the system choose (none unless given)',
  },
  METRICS_HOST: { ...address, default: '127.0.0.1', help: 'address of the metrics, which tell nobody apart' },
  SLOW_READER_BUFFER: {
    ...size('512KiB'),
    default: '4MiB',
    help: 'bytes that may wait for one client before it is cut off',
  },
} as const satisfies Record<string, Setting<unknown>>

type Settings = typeof settings
export type Variable = keyof Settings
type Value<V extends Variable> =
  | Exclude<ReturnType<Settings[V]['parse']>, undefined>
  | (Settings[V] extends { readonly default: string } ? never : undefined)
export type Values = { readonly [V in Variable]: Value<V> }

/** What was said in so many words, and is no default. */
export type Given = Partial<Record<Variable, string>>

/** Where the certificate comes from, by what is given. */
export const tlsMode = ({ TLS, TLS_CERT, DOMAIN }: Values): Exclude<Values['TLS'], undefined> =>
  TLS ?? (TLS_CERT === undefined ? (DOMAIN === undefined ? 'local' : 'acme') : 'files')
