import { statfs } from 'node:fs/promises'
import type { Metric, Sample } from '../edge/metrics/exposition.ts'
import type { Census } from '../room/rooms.ts'
import { databaseBytes } from '../store/sqlite/database.ts'
import type { Metering } from './metering.ts'
import { processMetrics } from './process.ts'
import type { SegmentTraffic } from './segment-traffic.ts'

/** What is asked when somebody asks. */
export type Measured = {
  readonly metering: Metering
  readonly traffic: SegmentTraffic
  readonly sockets: () => { readonly room: number; readonly segments: number }
  readonly socketLimit: number
  readonly census: () => Census
  readonly relay: () => {
    readonly bytesCharged: number
    readonly bytesInMemory: number
    readonly transfers: number
  }
  readonly segmentQuota: number
  /** What was logged as an error. */
  readonly errors: () => number
  /** Epoch milliseconds; undefined while there is no certificate. */
  readonly certificateEnds: () => number | undefined
  readonly dataDirectory: string
}

/** Everything, as of now. */
export async function collect(measured: Measured): Promise<readonly Metric[]> {
  const { metering, traffic } = measured
  const { rooms, here, away, entering } = measured.census()
  const { bytesCharged, bytesInMemory, transfers } = measured.relay()
  const ends = measured.certificateEnds()
  return [
    gauge('connections', 'Open WebSockets.', by('kind', measured.sockets())),
    gauge('connections_limit', 'WebSockets that may be open.', measured.socketLimit),
    gauge('rooms', 'Rooms in memory.', rooms),
    gauge('members', 'Members of all rooms.', by('presence', { here, away })),
    gauge('entering', 'Connections that have not joined a room.', entering),
    counter('messages_total', 'Messages stored and passed on.', by('kind', metering.messages)),
    {
      name: `${PREFIX}fan_out_seconds`,
      help: 'From the arrival of a message, its storing included, until it was written to everyone connected.',
      type: 'histogram',
      buckets: metering.fanOut.read(),
    },
    counter(
      'segment_bytes_total',
      'Bytes of files on segment sockets.',
      by('direction', { in: traffic.received, out: traffic.sent }),
    ),
    gauge('transfers', 'Files that the relay knows.', transfers),
    gauge('segment_quota_bytes', 'Disk for files on their way.', measured.segmentQuota),
    gauge('segment_quota_used_bytes', 'Of that, what is spoken for.', bytesCharged),
    gauge('relay_memory_bytes', 'Segments in memory.', bytesInMemory),
    counter('logins_total', 'Logins by what became of them.', by('outcome', metering.logins)),
    counter('creations_total', 'Attempts to create a room.', by('outcome', metering.creations)),
    counter('errors_total', 'Failures of rooms, files and the store; the log has each.', measured.errors()),
    ...(ends === undefined
      ? []
      : [gauge('certificate_ends_timestamp_seconds', 'When the certificate ends.', ends / 1_000)]),
    ...(await diskMetrics(measured.dataDirectory)),
    ...processMetrics(),
  ]
}

const PREFIX = 'chat_room_'

async function diskMetrics(directory: string): Promise<readonly Metric[]> {
  const { bavail, bsize } = await statfs(directory)
  return [
    gauge('database_bytes', 'The database and its log on the disk.', await databaseBytes(directory)),
    gauge('disk_free_bytes', 'What is free where DATA_DIR lies.', bavail * bsize),
  ]
}

type Values = number | readonly Sample[]

const gauge = (name: string, help: string, values: Values): Metric => metric('gauge', name, help, values)
const counter = (name: string, help: string, values: Values): Metric => metric('counter', name, help, values)

const metric = (type: 'gauge' | 'counter', name: string, help: string, values: Values): Metric => ({
  name: `${PREFIX}${name}`,
  help,
  type,
  samples: typeof values === 'number' ? [{ value: values }] : values,
})

const by = (label: string, values: Readonly<Record<string, number>>): readonly Sample[] =>
  Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }))
