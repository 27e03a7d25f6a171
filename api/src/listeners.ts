import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { Http2SecureServer } from 'node:http2'
import { type AddressInfo, isIPv6 } from 'node:net'
import type { CertificateSource } from './certificates/certificate.ts'
import type { Config } from './config.ts'
import { isPlain, unlessPlain } from './edge/forwarded.ts'
import type { Hosts } from './edge/hosts.ts'
import { HTTP_TIMES, http1Options } from './edge/http-times.ts'
import type { ProxyProtocol } from './edge/proxy-protocol.ts'
import { createRedirect } from './edge/redirect.ts'
import { refuseUpgrade } from './edge/refuse-upgrade.ts'
import { limitRequests } from './edge/request-limit.ts'
import type { SocketEdge } from './edge/socket-edge.ts'
import { connectionLimits, type TcpConnections } from './edge/tcp-connections.ts'
import { createTlsServer, type Pair } from './edge/tls.ts'
import { createTrustPage } from './edge/trust-page.ts'
import { listenFailure } from './listen-failure.ts'

export type Listeners = AsyncDisposable & {
  /** The ports in use: those asked for, or what the system chose for 0. */
  readonly port: number
  readonly httpPort: number | undefined
  /** By which people reach the room. */
  readonly publicPort: number
  /** New connections get the new certificate, those that are open stay as they are. */
  replace(pair: Pair): void
}

export type ListenerParts = {
  readonly config: Config
  /** Undefined when another terminates TLS. */
  readonly source: CertificateSource | undefined
  readonly hosts: Hosts
  readonly sockets: Pick<SocketEdge, 'attach'>
  readonly connections: TcpConnections
  readonly proxyProtocol: ProxyProtocol | undefined
  readonly onRequest: RequestListener
}

type AnyServer = Http2SecureServer | Server

/**
 * The ports of the room: over TLS and beside it plain HTTP, or, where a platform terminates TLS, plain HTTP alone.
 *
 * @throws StartFailure
 */
export async function openListeners(parts: ListenerParts): Promise<Listeners> {
  const { config, source, hosts, connections, proxyProtocol } = parts
  await using undo = new AsyncDisposableStack()

  async function open(server: AnyServer, port: number): Promise<number> {
    connections.guard(server)
    if (proxyProtocol !== undefined) {
      proxyProtocol.require(server)
      // Those that still owe their header are not among the guarded.
      server.maxConnections = connectionLimits(config.connections).total
    }
    const opened = await listen(server, config.host, port)
    undo.defer(() => closed(server))
    return opened
  }

  const { server, replace } =
    source === undefined
      ? createPlatformServer(parts)
      : createTlsServer(source.current, { challengeFor: source.challenges?.contextFor })
  if (source !== undefined) {
    server.on('request', limitRequests(parts.onRequest, proxyProtocol?.remoteOf))
    parts.sockets.attach(server)
  }
  const port = await open(server, config.port)
  const publicPort = config.publicPort ?? port
  const httpPort =
    config.httpPort === undefined
      ? undefined
      : await open(createPlainServer(plainListener(hosts, publicPort, source)), config.httpPort)
  const opened = undo.move()
  return { port, httpPort, publicPort, replace, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** Challenges come before the check of the host: they are for who knows their token. */
function plainListener(hosts: Hosts, port: number, source: CertificateSource | undefined): RequestListener {
  const redirect = createRedirect(hosts, port)
  const authority = source?.authority
  const trustPage = authority === undefined ? undefined : createTrustPage({ hosts, port, authority })
  return (request, response) => {
    if (source?.challenges?.listener(request, response)) return
    if (trustPage?.(request, response)) return
    redirect(request, response)
  }
}

function createPlainServer(listener: RequestListener, times = HTTP_TIMES): Server {
  const server = createServer(http1Options(times), limitRequests(listener))
  server.setTimeout(times.idle)
  return server
}

/** Platforms keep connections for their next request; one that we end first would be a request lost. */
const PLATFORM_IDLE = 600_000

function createPlatformServer({ config, hosts, onRequest, sockets }: ListenerParts) {
  const redirect = createRedirect(hosts, config.publicPort ?? 443)
  const server = createPlainServer(unlessPlain(onRequest, redirect), { ...HTTP_TIMES, idle: PLATFORM_IDLE })
  server.keepAliveTimeout = PLATFORM_IDLE
  sockets.attach({
    on: (event, upgrade) =>
      server.on(event, (request, socket, head) => {
        if (!isPlain(request.headers)) upgrade(request, socket, head)
        else refuseUpgrade(request.socket, { status: 403, message: 'this room is open over https only' })
      }),
  })
  return { server, replace: () => {} }
}

async function listen(server: AnyServer, host: string, port: number): Promise<number> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    // A host without IPv6 has no `::`.
    if ((error as NodeJS.ErrnoException).code === 'EAFNOSUPPORT' && isIPv6(host)) {
      return listen(server, '0.0.0.0', port)
    }
    throw listenFailure(error, host, port)
  }
  return (server.address() as AddressInfo).port
}

async function closed(server: AnyServer): Promise<void> {
  server.close()
  await once(server, 'close')
}
