import { constants, createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2'
import { isIPv6 } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import { failure, ok, type Result } from '@chat-room/protocol'
import { HTTP_TIMES, type HttpTimes, http1Options } from './http-times.ts'

/** A certificate chain, the server's own first, and its private key, both PEM. */
export type Pair = { readonly cert: string; readonly key: string }

export type TlsServer = {
  readonly server: Http2SecureServer
  /** New connections get the new pair, those that are open stay as they are. */
  replace(pair: Pair): void
}

// Mozilla's intermediate profile (server side TLS 5.7) without its DHE suites, which no client of ours needs.
// ChaCha20 moves to the front for clients that put it there: phones without AES instructions.
const SUITES = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
]

const SECURITY = {
  minVersion: 'TLSv1.2',
  ciphers: SUITES.join(':'),
  honorCipherOrder: true,
  secureOptions: constants.SSL_OP_PRIORITIZE_CHACHA,
  // The post-quantum hybrid where both ends have it.
  ecdhCurve: 'X25519MLKEM768:X25519:P-256',
} as const

const HANDSHAKE_TIMEOUT_MS = 10_000
const STREAMS_PER_CONNECTION = 100

/** HTTP/2 for pages; HTTP/1.1, and by it WebSocket upgrades, for who does not offer `h2`. */
export function createTlsServer({ cert, key }: Pair, times: HttpTimes = HTTP_TIMES): TlsServer {
  const server = createSecureServer({
    ...SECURITY,
    cert,
    key,
    allowHTTP1: true,
    ...http1Options(times),
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    settings: { maxConcurrentStreams: STREAMS_PER_CONNECTION },
  })
  server.setTimeout(times.idle)
  // Of an HTTP/1.1 connection or of an HTTP/2 session; with a listener here, Node ends neither by itself.
  server.on('timeout', (idle?: TLSSocket | ServerHttp2Session) => {
    if (idle instanceof TLSSocket) idle.destroy()
    else if (idle !== undefined) endSession(idle, times.farewell)
  })
  const replace = (next: Pair) => server.setSecureContext({ ...SECURITY, cert: next.cert, key: next.key })
  return { server, replace }
}

/** GOAWAY, which ends a session without streams at once; streams that nobody reads would keep it for ever. */
function endSession(session: ServerHttp2Session, farewell: number): void {
  const late = setTimeout(() => session.destroy(), farewell)
  session.once('close', () => clearTimeout(late))
  session.close()
}

/** With the SHA-256 fingerprint of the server's own certificate, `AA:BB:…`. */
export type LoadedPair = Pair & { readonly fingerprint: string }

export type PairError = {
  readonly reason:
    | 'unreadable'
    | 'not-a-certificate'
    | 'not-a-key'
    | 'encrypted-key'
    | 'mismatch'
    | 'not-yet-valid'
    | 'expired'
    | 'refused' // OpenSSL does not serve it: a weak key or signature, a chain that is garbled
  /** One line in plain words that names the file. */
  readonly message: string
}

/** Reads a pair that can be served at `now` (epoch milliseconds): in date, and key and certificate of one another. */
export async function loadPair(
  certPath: string,
  keyPath: string,
  now: number,
): Promise<Result<LoadedPair, PairError>> {
  const refuse = (reason: PairError['reason'], message: string) => failure({ reason, message })
  let cert: string
  let key: string
  try {
    cert = await readFile(certPath, 'utf8')
    key = await readFile(keyPath, 'utf8')
  } catch (cause) {
    return refuse(
      'unreadable',
      `certificate or key cannot be read: ${cause instanceof Error ? cause.message : cause}`,
    )
  }
  const certificate = attempt(() => new X509Certificate(cert))
  if (!certificate.ok) return refuse('not-a-certificate', `${certPath} holds no PEM certificate`)
  const privateKey = attempt(() => createPrivateKey(key))
  if (!privateKey.ok) {
    return /\bENCRYPTED\b/.test(key)
      ? refuse('encrypted-key', `${keyPath} is locked by a passphrase: unlock it with openssl pkey`)
      : refuse('not-a-key', `${keyPath} holds no PEM private key`)
  }
  const { value: leaf } = certificate
  if (!leaf.checkPrivateKey(privateKey.value)) {
    return refuse('mismatch', `${keyPath} is not the key of the first certificate in ${certPath}`)
  }
  if (now < leaf.validFromDate.getTime()) {
    return refuse('not-yet-valid', `${certPath} is good only from ${leaf.validFrom}: is the clock right?`)
  }
  if (now >= leaf.validToDate.getTime()) {
    return refuse('expired', `${certPath} was good until ${leaf.validTo}: renew it`)
  }
  const context = attempt(() => createSecureContext({ ...SECURITY, cert, key }))
  if (!context.ok) return refuse('refused', `${certPath} cannot be served: ${context.error.message}`)
  return ok({ cert, key, fingerprint: leaf.fingerprint256 })
}

/**
 * The DNS names and IP addresses that a certificate is for, in the spelling of `URL.hostname`: lower case, IPv6
 * in brackets. A wildcard stays `*.example.org`.
 */
export function certificateHosts(cert: string): string[] {
  const names = new X509Certificate(cert).subjectAltName ?? ''
  // Node quotes a name that holds more than a plain name does; none such is a host.
  const plain = names.replace(/"(?:[^"\\]|\\.)*"/g, '')
  return plain.split(', ').flatMap(entry => {
    const [, kind, name = ''] = /^(DNS|IP Address):(\S+)$/.exec(entry) ?? []
    if (kind === undefined) return []
    return isIPv6(name) ? new URL(`http://[${name}]`).hostname : name.toLowerCase()
  })
}

function attempt<T>(make: () => T): Result<T, Error> {
  try {
    return ok(make())
  } catch (cause) {
    return failure(cause instanceof Error ? cause : new Error(String(cause)))
  }
}
