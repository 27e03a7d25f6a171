import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { Http2SecureServer } from 'node:http2'
import { type AddressInfo, isIPv6 } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MAIN_ROOM, ROOM_NAME } from '@chat-room/protocol'
import { getRequestListener } from '@hono/node-server'
import { createApp } from './app.ts'
import { type Certificate, obtainCertificate } from './certificate.ts'
import type { Config } from './config.ts'
import { createAttemptGate } from './edge/attempt-gate.ts'
import { BufferPool } from './edge/buffer-pool.ts'
import { Hosts } from './edge/hosts.ts'
import { HTTP_TIMES, http1Options } from './edge/http-times.ts'
import type { Logger } from './edge/log.ts'
import { createPasswordServer } from './edge/password-server.ts'
import { createRedirect } from './edge/redirect.ts'
import { hashSecret, randomBytes } from './edge/secrets.ts'
import { loadServerSetup } from './edge/server-setup.ts'
import { createSocketEdge } from './edge/socket-edge.ts'
import { loadStaticFiles } from './edge/static-files.ts'
import { connectionLimits, createTcpConnections } from './edge/tcp-connections.ts'
import { createTlsServer } from './edge/tls.ts'
import { openRelay, type Relay } from './relay/relay.ts'
import { Rooms } from './room/rooms.ts'
import { Tickets } from './room/tickets.ts'
import { createRoomSocket } from './room-socket.ts'
import { createSegmentSocket } from './segment-socket.ts'
import { StartFailure } from './start-failure.ts'
import { DiskSegmentStore } from './store/segments/disk-segment-store.ts'
import { openRoomStore } from './store/sqlite-room-store.ts'

export type RunningServer = {
  /** The ports in use: those asked for, or what the system chose for 0. */
  readonly port: number
  readonly httpPort: number | undefined
  readonly certificate: Certificate
  /** Whether the main room had a password at the start. */
  readonly claimed: boolean
  readonly rooms: Rooms
  readonly relay: Relay
  /** Tells clients, finishes writes, lets go of everything. */
  close(): Promise<void>
}

/** House-keeping: grace times, retention, times to live. */
const TICK = 1_000

/** At the end, clients have this long to say goodbye and requests to be answered; then connections are cut. */
const LINGER = 2_000

const PAGES = fileURLToPath(new URL('../../pwa/dist', import.meta.url))

/** @throws StartFailure in words for the operator, and whatever is a bug. */
export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  const now = () => Date.now()
  const onError = (error: unknown) => log.error({ err: error }, 'something failed')
  const certificate = await obtainCertificate(config, now())
  const setup = await loadServerSetup(config.opaqueServerSetup, join(config.dataDirectory, 'secrets'))

  await using undo = new AsyncDisposableStack()
  const store = openRoomStore({ directory: config.dataDirectory, sync: config.sync })
  undo.defer(() => store.close())
  if ((await store.bindSetup(setup.hash)) === 'mismatch') throw new StartFailure(OTHER_SETUP)

  const segments = new DiskSegmentStore(join(config.dataDirectory, 'segments'), onError)
  undo.defer(() => segments.close())
  const { segmentQuota: quota, segmentTtlMs: ttl } = config
  const buffers = new BufferPool()
  const relay = await openRelay({ store: segments, hash: hashSecret, onError, quota, ttl, buffers }, now())

  const tickets = new Tickets(randomBytes)
  const { loginBurst, loginPerMinute } = config
  const rooms = new Rooms(
    {
      store,
      password: await createPasswordServer(setup),
      gate: createAttemptGate({
        address: { burst: loginBurst.address, perMinute: loginPerMinute.address },
        room: { burst: loginBurst.room, perMinute: loginPerMinute.room },
      }),
      random: randomBytes,
      hash: hashSecret,
      tickets,
      deployment: await store.deployment(randomBytes(16)),
      settings: {
        claimCode: config.claimCode,
        retention: {
          messages: config.retention.messages,
          bytes: config.retention.bytes,
          age: config.retention.ageMs,
        },
        awayGrace: config.awayGraceMs,
        rate: config.messageRate,
      },
      onMemberLeft: (room, member, at) => relay.memberLeft(room, member, at),
      onError,
    },
    config.rooms === 'many',
  )
  const claimed = (await store.rooms()).includes(MAIN_ROOM)
  await rooms.loadAll(now())
  let ticked: Promise<void> = Promise.resolve()
  const ticking = setInterval(() => {
    relay.tick(now())
    ticked = rooms.tick(now()).catch(onError)
  }, TICK)
  undo.defer(async () => {
    clearInterval(ticking)
    // It may be half-way through the stores, which close next.
    await ticked
  })

  const hosts = new Hosts([
    ...certificate.hosts,
    ...(config.domain ? [config.domain] : []),
    ...config.allowedHosts,
  ])
  const hasRoom = (room: string) => (config.rooms === 'many' ? ROOM_NAME.test(room) : room === MAIN_ROOM)
  let closing = false
  const files = await loadStaticFiles(PAGES)
  if (files.size === 0) log.warn({ directory: PAGES }, 'the page was not built')
  const app = createApp({
    files,
    hasRoom,
    allowsHost: host => hosts.allowsHost(host),
    isReady: () => !closing,
    insistOnTls: config.domain !== undefined,
    log,
  })
  const connections = createTcpConnections(connectionLimits(config.connections))
  const { server } = createTlsServer(certificate)
  connections.guard(server)
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  server.on('request', (request, response) => void listener(request, response).catch(onError))
  const sockets = createSocketEdge({
    hosts,
    hasRoom,
    limits: config.connections,
    log,
    slowReaderBuffer: config.slowReaderBuffer,
    buffers,
    onRoomSocket: createRoomSocket(rooms, now),
    onSegmentSocket: createSegmentSocket(relay, tickets, now),
  })
  sockets.attach(server)
  const port = await listen(server, config.host, config.port)
  undo.defer(() => closed(server))
  let httpPort: number | undefined
  if (config.httpPort !== undefined) {
    const plain = createServer(http1Options(HTTP_TIMES), createRedirect(hosts, port))
    plain.setTimeout(HTTP_TIMES.idle)
    connections.guard(plain)
    httpPort = await listen(plain, config.host, config.httpPort)
    undo.defer(() => closed(plain))
  }

  const started = undo.move()
  return {
    port,
    httpPort,
    certificate,
    claimed,
    rooms,
    relay,
    async close() {
      if (closing) return
      closing = true
      rooms.close()
      const impatient = setTimeout(() => connections.destroyAll(), LINGER)
      await sockets.closeAll('shuttingDown')
      // Listeners first: what they still wait for ends at the latest with LINGER.
      await started.disposeAsync()
      clearTimeout(impatient)
    },
  }
}

async function listen(server: Http2SecureServer | Server, host: string, port: number): Promise<number> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // A host without IPv6 has no `::`.
    if (code === 'EAFNOSUPPORT' && isIPv6(host)) return listen(server, '0.0.0.0', port)
    throw new StartFailure(
      LISTEN_PROBLEMS[code ?? '']?.(host, port) ?? `cannot listen on ${host}, port ${port}: ${code}`,
    )
  }
  return (server.address() as AddressInfo).port
}

async function closed(server: Http2SecureServer | Server): Promise<void> {
  server.close()
  await once(server, 'close')
}

const LISTEN_PROBLEMS: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (_, port) =>
    `port ${port} is in use: end the other program, or choose another port (PORT, HTTP_PORT)`,
  EACCES: (_, port) =>
    `port ${port} may not be used without privileges: choose one above 1023 (PORT, HTTP_PORT)`,
  EADDRNOTAVAIL: host => `this machine has no address ${host} (HOST)`,
}

const OTHER_SETUP =
  'the rooms in DATA_DIR were made with another OPAQUE_SERVER_SETUP, and nobody could enter them with this one: ' +
  'give the former one back, or forget the rooms by `chat-room reset`'
