import type { Address } from '../clients/raw-socket.ts'
import { relayFile } from '../clients/relayed-file.ts'
import { joinRoom } from '../clients/room-member.ts'
import { type Move, throughPipe, throughWebSockets } from '../clients/streamed-file.ts'
import type { ServerName } from '../processes/servers.ts'
import { type Contestant, contest } from '../results/contest.ts'
import { contestTable } from '../results/contest-table.ts'
import { mebibytes, type Table } from '../results/table.ts'
import type { Bench, Workload } from '../workload.ts'

const MEBIBYTES = { quick: 32, usual: 128, full: 1_024 } as const
const RECEIVERS = { quick: [1], usual: [1, 5], full: [1, 5] } as const
const GIGABYTE = 1e9
const MIB = 1024 * 1024

export const relay: Workload = {
  name: 'relay',
  about: 'a file to one receiver and to five, raw clients',
  async *run(bench) {
    for (const receivers of RECEIVERS[bench.scale]) yield toReceivers(receivers, bench)
  },
}

type Opening = (address: Address, receivers: number) => Promise<Move>

/** The pipe knows no segments, ws is measured with those that our clients use. */
const RELAYS: readonly { readonly name: string; readonly server: ServerName; readonly open: Opening }[] = [
  { name: 'TLS pipe', server: 'tls-pipe', open: throughPipe },
  { name: 'ws, 256 KiB', server: 'ws-relay', open: throughWebSockets },
  ...[64, 256, 1_024].map(kibibytes => ({
    name: `chat-room, ${kibibytes} KiB`,
    server: 'chat-room' as const,
    open: throughRelay(kibibytes * 1024),
  })),
]

async function toReceivers(receivers: number, { servers, scale, rounds }: Bench): Promise<Table> {
  await using stack = new AsyncDisposableStack()
  const size = MEBIBYTES[scale]
  const contestants: Contestant[] = []
  const bases = new Map<string, number>()
  for (const { name, server, open } of RELAYS) {
    const running = stack.use(await servers.start(server))
    const move = await open({ url: running.url, ca: servers.ca }, receivers)
    bases.set(name, running.resident)
    const units = (size * MIB * receivers) / GIGABYTE
    const work = async () => {
      await move(size)
      return { units }
    }
    contestants.push({ name, server: running, work })
  }
  const outcomes = await contest(contestants, rounds)
  const grown = contestants.map(
    ({ name, server }) => `${name} ${mebibytes(server.peak - (bases.get(name) ?? Number.NaN))}`,
  )
  return contestTable(
    `Relay of ${size} MiB to ${receivers === 1 ? 'one receiver' : `${receivers} receivers`}, by segment size`,
    { cost: 's/GB sent', scale: 1, rate: 'GB sent/s' },
    outcomes,
    `Resident MiB over base at most: ${grown.join('; ')}.\nThe pipe and ws keep nothing; the relay stores every segment.`,
  )
}

function throughRelay(segmentBytes: number): Opening {
  return async (address, receivers) => {
    const members = await joinRoom(address, 'files', receivers + 1)
    const [sender, ...others] = await Promise.all(members.map(({ member }) => member.openSegments()))
    if (sender === undefined) throw new Error('there is a sender')
    return async size => {
      await (await relayFile(sender, others, size, segmentBytes)).over
    }
  }
}
