import { RawSocket } from '../clients/raw-socket.ts'
import type { ServerName, Servers } from '../processes/servers.ts'
import { spread } from '../results/statistics.ts'
import { range } from '../results/table.ts'
import type { Workload } from '../workload.ts'
import { BROADCASTERS } from './talking.ts'

/** From the start of the process to the first WebSocket it accepts, on data and certificates that are there already. */
export const start: Workload = {
  name: 'start',
  about: 'from the start of the process to the first accepted socket',
  async *run({ servers, rounds }) {
    const data = await servers.newData()
    const times = new Map<ServerName, number[]>(BROADCASTERS.map(({ server }) => [server, []]))
    for (const { server } of BROADCASTERS) await startUp(servers, server, data)
    for (let round = 0; round < rounds; round++) {
      const order = round % 2 === 0 ? BROADCASTERS : BROADCASTERS.toReversed()
      for (const { server } of order) times.get(server)?.push(await startUp(servers, server, data))
    }
    const reference = times.get('ws-broadcast') ?? []
    const timesOf = (server: ServerName) => spread(times.get(server) ?? [])
    const ratioOf = (server: ServerName) =>
      spread((times.get(server) ?? []).map((time, round) => time / (reference[round] ?? Number.NaN)))
    yield {
      title: 'Cold start to the first accepted socket',
      columns: ['server', 'ms', 'of ws'],
      rows: BROADCASTERS.map(({ name, server }) => [name, range(timesOf(server)), range(ratioOf(server))]),
      findings: [{ target: 'start', measured: ratioOf('chat-room') }],
    }
  },
}

/** In milliseconds. */
async function startUp(servers: Servers, name: ServerName, data: string): Promise<number> {
  const begun = performance.now()
  await using server = await servers.start(name, { data })
  const socket = await RawSocket.open({ url: server.url, ca: servers.ca }, '/rooms/main/socket')
  const took = performance.now() - begun
  socket.destroy()
  return took
}
