import { setTimeout as pause } from 'node:timers/promises'
import type { Servers } from '../processes/servers.ts'
import { spread } from '../results/statistics.ts'
import { figure, mebibytes } from '../results/table.ts'
import type { Workload } from '../workload.ts'
import { BROADCASTERS } from './talking.ts'

const ROOMS = { quick: 2, usual: 10, full: 50 } as const
const MEMBERS = { quick: 50, usual: 200, full: 200 } as const
/** Garbage of the joining is collected meanwhile, as far as the server does so by itself. */
const REST = { quick: 500, usual: 10_000, full: 30_000 } as const
const KIB = 1024

/** One server at a time: memory is not shared fairly. */
export const idle: Workload = {
  name: 'idle',
  about: 'memory of members who say nothing',
  async *run({ servers, scale }) {
    const rows: string[][] = []
    let reference: number | undefined
    let ratio = Number.NaN
    for (const broadcaster of BROADCASTERS) {
      const { start, each } = await measure(servers, broadcaster, ROOMS[scale], MEMBERS[scale], REST[scale])
      reference ??= each
      // The last one is ours.
      ratio = each / reference
      rows.push([broadcaster.name, mebibytes(start), figure(each / KIB), figure(ratio)])
    }
    const place = `${ROOMS[scale]} rooms of ${MEMBERS[scale]}`
    yield {
      title: `${place}, idle`,
      columns: ['server', 'MiB with one member', 'KiB/member', `of ${BROADCASTERS[0].name}`],
      rows,
      note: 'Resident memory. A member has logged in and has heard all who joined; a reference connection has done nothing.',
      findings: [{ target: 'idle', measured: spread([ratio]), ...(scale === 'full' ? {} : { at: place }) }],
    }
  },
}

async function measure(
  servers: Servers,
  { server: name, talk }: (typeof BROADCASTERS)[number],
  rooms: number,
  members: number,
  rest: number,
): Promise<{ readonly start: number; readonly each: number }> {
  await using server = await servers.start(name)
  const address = { url: server.url, ca: servers.ca }
  // Whatever a server loads when somebody comes for the first time is not that member's.
  await talk.fill(address, 'first', 1)
  const start = server.resident
  for (let room = 0; room < rooms; room++) await talk.fill(address, `room-${room}`, members)
  await pause(rest)
  const each = (server.resident - start) / (rooms * members)
  return { start, each }
}
