import { join } from 'node:path'
import { MAIN_ROOM, ROOM_NAME } from '@chat-room/protocol'
import type { Certificate, CertificateSource } from './certificates/certificate.ts'
import { openCertificates } from './certificates/open-certificates.ts'
import type { Config } from './config.ts'
import { createAttemptGate } from './edge/attempt-gate.ts'
import { awaitPasswordServer } from './edge/awaited-password-server.ts'
import { BufferPool } from './edge/buffer-pool.ts'
import { forwardedAddress } from './edge/forwarded.ts'
import { Hosts } from './edge/hosts.ts'
import type { Logger } from './edge/log.ts'
import { createPasswordServer } from './edge/password-server.ts'
import { ProxyProtocol } from './edge/proxy-protocol.ts'
import { hashSecret, randomBytes } from './edge/secrets.ts'
import { loadServerSetup } from './edge/server-setup.ts'
import { createSocketEdge } from './edge/socket-edge.ts'
import { connectionLimits, createTcpConnections } from './edge/tcp-connections.ts'
import { openListeners } from './listeners.ts'
import { openMetrics } from './metrics/open-metrics.ts'
import { SegmentTraffic } from './metrics/segment-traffic.ts'
import { openControl } from './operation/open-control.ts'
import { createPages } from './pages.ts'
import { openRelay, type Relay } from './relay/relay.ts'
import { Rooms } from './room/rooms.ts'
import { Tickets } from './room/tickets.ts'
import { createRoomSocket } from './room-socket.ts'
import { createSegmentSocket } from './segment-socket.ts'
import { StartFailure } from './start-failure.ts'
import { DiskSegmentStore } from './store/segments/disk-segment-store.ts'
import { databaseBytes } from './store/sqlite/database.ts'
import { openRoomStore } from './store/sqlite-room-store.ts'

export type RunningServer = {
  /** The ports in use: those asked for, or what the system chose for 0. */
  readonly port: number
  readonly httpPort: number | undefined
  readonly metricsPort: number | undefined
  /** By which people reach the room. */
  readonly publicPort: number
  /** Undefined: there is none yet, or another terminates TLS. */
  readonly certificate: Certificate | undefined
  readonly authority: CertificateSource['authority']
  /** Whether the main room had a password at the start. */
  readonly claimed: boolean
  readonly rooms: Rooms
  readonly relay: Relay
  /** Tells clients, finishes writes, lets go of everything. */
  close(): Promise<void>
}

/** House-keeping: grace times, retention, times to live. */
const TICK = 1_000

/** After the start, what it could do without is loaded. */
const SETTLED = 1_000

/** At the end, clients have this long to say goodbye and requests to be answered; then connections are cut. */
const LINGER = 2_000

/** @throws StartFailure in words for the operator, and whatever is a bug. */
export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  const now = () => Date.now()
  let errors = 0
  const onError = (error: unknown) => {
    errors++
    log.error({ err: error }, 'something failed')
  }
  const setup = await loadServerSetup(config.opaqueServerSetup, join(config.dataDirectory, 'secrets'))

  await using undo = new AsyncDisposableStack()
  const source = await openCertificates(config, log)
  undo.defer(() => source?.close())
  const store = openRoomStore({ directory: config.dataDirectory, sync: config.sync })
  undo.defer(() => store.close())
  if ((await store.bindSetup(setup.hash)) === 'mismatch') throw new StartFailure(OTHER_SETUP)

  const segmentsDirectory = join(config.dataDirectory, 'segments')
  const segments = new DiskSegmentStore(segmentsDirectory, onError)
  undo.defer(() => segments.close())
  const { segmentQuota: quota, segmentTtlMs: ttl } = config
  const buffers = new BufferPool()
  const relay = await openRelay({ store: segments, hash: hashSecret, onError, quota, ttl, buffers }, now())

  const metering = config.metrics && new (await import('./metrics/metering.ts')).Metering()
  const traffic = new SegmentTraffic()
  const tickets = new Tickets(randomBytes)
  const { loginBurst, loginPerMinute } = config
  const attempts = createAttemptGate({
    address: { burst: loginBurst.address, perMinute: loginPerMinute.address },
    room: { burst: loginBurst.room, perMinute: loginPerMinute.room },
  })
  const passwords = awaitPasswordServer(() => createPasswordServer(setup), attempts)
  const { password, gate } = passwords
  const rooms = new Rooms(
    {
      store: metering?.store(store) ?? store,
      password: metering?.password(password) ?? password,
      gate: metering?.gate(gate) ?? gate,
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

  const hosts = new Hosts(namesOf(config, source?.current))
  const hasRoom = (room: string) => (config.rooms === 'many' ? ROOM_NAME.test(room) : room === MAIN_ROOM)
  let closing = false
  const pages = createPages(
    {
      hasRoom,
      allowsHost: host => hosts.allowsHost(host),
      isReady: () => !closing,
      // Platforms show certificates that are trusted everywhere.
      insistOnTls: () => source === undefined || source.current?.isPublic === true,
      log,
    },
    onError,
  )
  const proxyProtocol = config.proxyProtocol === 'required' ? new ProxyProtocol() : undefined
  const limits = connectionLimits(config.connections)
  // All connections of a platform are its own.
  const perAddress = source === undefined ? limits.total : limits.perAddress
  const connections = createTcpConnections({ ...limits, perAddress }, proxyProtocol?.remoteOf)
  const sockets = createSocketEdge({
    hosts,
    hasRoom,
    limits: config.connections,
    log,
    slowReaderBuffer: config.slowReaderBuffer,
    buffers,
    remoteOf: ({ headers, socket }) =>
      source === undefined ? forwardedAddress(headers, config.trustedHops) : proxyProtocol?.remoteOf(socket),
    onRoomSocket: createRoomSocket(rooms, now),
    onSegmentSocket: createSegmentSocket(relay, tickets, now, traffic),
  })
  const listeners = await openListeners({
    config,
    source,
    hosts,
    sockets,
    connections,
    proxyProtocol,
    onRequest: pages.onRequest,
  })
  undo.use(listeners)
  source?.follow(certificate => {
    hosts.replace(namesOf(config, certificate))
    listeners.replace(certificate)
  })

  const { dataDirectory } = config
  const metrics =
    metering &&
    (await openMetrics(config, onError, {
      metering,
      traffic,
      sockets: () => sockets.usage(),
      socketLimit: config.connections.total,
      census: () => rooms.census(),
      relay: () => relay.usage(),
      segmentQuota: quota,
      errors: () => errors,
      certificateEnds: () => source?.current?.notAfter,
      dataDirectory,
    }))
  if (metrics !== undefined) undo.use(metrics)

  const { port, httpPort, publicPort } = listeners
  const metricsPort = metrics?.port
  const control = await openControl(
    {
      store,
      segmentsDirectory,
      certsDirectory: 'directory' in config.tls ? config.tls.directory : undefined,
      setup,
      bytes: async () => (await databaseBytes(dataDirectory)) + relay.usage().bytesCharged,
    },
    () => ({ ports: [port, httpPort, metricsPort].filter(each => each !== undefined) }),
    { dataDirectory, log, onError },
  )
  undo.use(control)
  const later = setTimeout(() => {
    passwords.load().catch(onError)
    void pages.load()
  }, SETTLED)
  undo.defer(() => clearTimeout(later))

  const started = undo.move()
  return {
    port,
    httpPort,
    metricsPort,
    publicPort,
    certificate: source?.current,
    authority: source?.authority,
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

const namesOf = (
  { domain, allowedHosts }: Config,
  certificate: Certificate | undefined,
): readonly string[] => [
  ...(certificate?.hosts ?? []),
  ...(domain === undefined ? [] : [domain]),
  ...allowedHosts,
]

const OTHER_SETUP =
  'the rooms in DATA_DIR were made with another OPAQUE_SERVER_SETUP, and nobody could enter them with this one: ' +
  'give the former one back, or forget the rooms by `chat-room reset`'
