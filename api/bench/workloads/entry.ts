import { createWorkerStretch } from '../../src/terminal/stretch.ts'
import { createCore, enter } from '../clients/core.ts'
import { inLanes } from '../clients/lanes.ts'
import { RoomMember } from '../clients/room-member.ts'
import type { ServerProcess } from '../processes/server-process.ts'
import { spread } from '../results/statistics.ts'
import { range } from '../results/table.ts'
import type { Bench, Workload } from '../workload.ts'

/** No more than may wait before a room's door at once from one address. */
const LOGINS = { quick: 50, usual: 200, full: 200 } as const
/** One at a time, a third of what is measured would be the waking of an idle server. */
const AT_ONCE = 16

/** What it takes to enter: for a person, and for the server. */
export const entry: Workload = {
  name: 'entry',
  about: 'joining with the real Argon2id, and what a login costs the server',
  async *run({ servers, scale, rounds }) {
    await using server = await servers.start('chat-room')
    const seconds = spread(await joins(server, servers.caPath, servers.directory, rounds))
    const milliseconds = spread(await logins({ server, ca: servers.ca }, LOGINS[scale], rounds))
    yield {
      title: 'Entering',
      columns: ['', 'median (min–max)'],
      rows: [
        ['from nothing to joined, Argon2id of 128 MiB included, s', range(seconds)],
        ['server CPU a login by OPAQUE, ms', range(milliseconds)],
      ],
      note: 'No time for typing. The connection is not counted in the login, see "connect".',
      findings: [{ target: 'login', measured: milliseconds }],
    }
  },
}

async function joins(
  server: ServerProcess,
  caPath: string,
  directory: string,
  rounds: number,
): Promise<readonly number[]> {
  const seconds: number[] = []
  const join = async (alias: string) => {
    const core = createCore({
      url: server.url,
      caPath,
      room: 'main',
      directory,
      stretch: createWorkerStretch(),
    })
    const begun = performance.now()
    await enter(core, alias)
    seconds.push((performance.now() - begun) / 1000)
    await core.leave(0)
  }
  await join('Creator')
  seconds.length = 0
  for (let round = 0; round < rounds; round++) await join(`Member${round}`)
  return seconds
}

/** Milliseconds of server CPU each. */
async function logins(
  { server, ca }: { readonly server: ServerProcess } & Pick<Bench['servers'], 'ca'>,
  count: number,
  rounds: number,
): Promise<readonly number[]> {
  const address = { url: server.url, ca }
  await RoomMember.createRoom(address, 'logins')
  const costs: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const members = await inLanes(count, AT_ONCE, () => RoomMember.open(address, 'logins'))
    const before = server.cpu
    await inLanes(count, AT_ONCE, async index => members[index]?.logIn())
    // The first round compiles.
    if (round > 0) costs.push(((server.cpu - before) / count) * 1000)
    for (const { socket } of members) socket.destroy()
  }
  return costs
}
