import { constants } from 'node:crypto'
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2'
import { type SecureContext, TLSSocket } from 'node:tls'
import { ACME_TLS } from './acme/challenges.ts'
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

export const SECURITY = {
  minVersion: 'TLSv1.2',
  ciphers: SUITES.join(':'),
  honorCipherOrder: true,
  secureOptions: constants.SSL_OP_PRIORITIZE_CHACHA,
  // The post-quantum hybrid where both ends have it.
  ecdhCurve: 'X25519MLKEM768:X25519:P-256',
} as const

const HANDSHAKE_TIMEOUT_MS = 10_000
const STREAMS_PER_CONNECTION = 100

export type TlsOptions = {
  readonly times?: HttpTimes
  /** What proves to a certificate authority that this name is ours (RFC 8737). */
  readonly challengeFor?: ((servername: string) => SecureContext | undefined) | undefined
}

/**
 * HTTP/2 for pages; HTTP/1.1, and by it WebSocket upgrades, for who does not offer `h2`.
 *
 * @param pair Undefined while there is none yet: handshakes are refused, but those that ask for a challenge's answer.
 */
export function createTlsServer(pair: Pair | undefined, options: TlsOptions = {}): TlsServer {
  const { times = HTTP_TIMES, challengeFor = () => undefined } = options
  const server = createSecureServer({
    ...SECURITY,
    ...(pair === undefined ? {} : { cert: pair.cert, key: pair.key }),
    // Not `ALPNProtocols`, of which Node keeps a copy per connection: a dozen bytes that hold 64 KiB of its pool of buffers.
    ALPNCallback: chooseProtocol(challengeFor),
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
  // Node takes every protocol but HTTP/1.1 for HTTP/2; a challenge ends with its handshake (RFC 8737 section 3).
  server.on('session', session => {
    if (session.alpnProtocol === ACME_TLS) session.destroy()
  })
  const replace = (next: Pair) => server.setSecureContext({ ...SECURITY, cert: next.cert, key: next.key })
  return { server, replace }
}

/** Node's `ALPNCallback`, which replaces its own choice: undefined refuses the handshake. */
function chooseProtocol(challengeFor: (servername: string) => SecureContext | undefined) {
  return function (this: TLSSocket, asked: { servername: string; protocols: string[] }): string | undefined {
    if (!asked.protocols.includes(ACME_TLS)) return PROTOCOLS.find(each => asked.protocols.includes(each))
    // Not a string at all where the client names no server, whatever its type says.
    const context = asked.servername ? challengeFor(asked.servername) : undefined
    if (context === undefined) return undefined
    this.setKeyCert(context)
    return ACME_TLS
  }
}

const PROTOCOLS = ['h2', 'http/1.1']

/** GOAWAY, which ends a session without streams at once; streams that nobody reads would keep it for ever. */
function endSession(session: ServerHttp2Session, farewell: number): void {
  const late = setTimeout(() => session.destroy(), farewell)
  session.once('close', () => clearTimeout(late))
  session.close()
}
