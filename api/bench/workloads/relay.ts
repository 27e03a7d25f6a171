import type { Address } from '../clients/raw-socket.ts'
import { relayFile } from '../clients/relayed-file.ts'
import { joinRoom } from '../clients/room-member.ts'
import { type Move, throughPipe, throughWebSockets } from '../clients/streamed-file.ts'
import type { ServerName } from '../processes/servers.ts'
import { type Contestant, contest, outcomeOf, workPerCpu } from '../results/contest.ts'
import { contestTable } from '../results/contest-table.ts'
import type { Finding } from '../results/summary.ts'
import { mebibytes } from '../results/table.ts'
import type { Bench, Report, Workload } from '../workload.ts'

const MEBIBYTES = { quick: 32, usual: 128, full: 1_024 } as const
const RECEIVERS = { quick: [1], usual: [1, 5], full: [1, 5] } as const
const GIGABYTE = 1e9
const MIB = 1024 * 1024

export const relay: Workload = {
  name: 'relay',
  about: 'a file to one receiver and to five, raw clients',
  async *run(bench) {
    for (const receivers of RECEIVERS[bench.scale]) yield await toReceivers(receivers, bench)
  },
}

type Opening = (address: Address, receivers: number) => Promise<Move>

/** As our clients send a file of 1 GiB. */
const LARGEST = 'chat-room, 1024 KiB'

type Relay = {
  readonly name: string
  readonly server: ServerName
  readonly settings?: Readonly<Record<string, string>>
  readonly open: Opening
}

/**
 * The pipe knows no segments; `ws`, with and without the native code that unmasks for it, has those that our clients use
 * most.
 */
const RELAYS: readonly Relay[] = [
  { name: 'TLS pipe', server: 'tls-pipe', open: throughPipe },
  { name: 'ws', server: 'ws-relay', settings: { WS_NO_BUFFER_UTIL: '1' }, open: throughWebSockets },
  { name: 'ws + bufferutil', server: 'ws-relay', open: throughWebSockets },
  ...[64, 256, 1_024].map(kibibytes => ({
    name: `chat-room, ${kibibytes} KiB`,
    server: 'chat-room' as const,
    open: throughRelay(kibibytes * 1024),
  })),
]

async function toReceivers(receivers: 1 | 5, { servers, scale, rounds }: Bench): Promise<Report> {
  await using stack = new AsyncDisposableStack()
  const size = MEBIBYTES[scale]
  const contestants: Contestant[] = []
  const bases = new Map<string, number>()
  for (const { name, server, settings, open } of RELAYS) {
    const running = stack.use(await servers.start(server, settings && { settings }))
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
  const table = contestTable(
    `Relay of ${size} MiB to ${receivers === 1 ? 'one receiver' : `${receivers} receivers`}, by segment size`,
    { cost: 's/GB sent', scale: 1, rate: 'GB sent/s' },
    outcomes,
    `Resident MiB over base at most: ${grown.join('; ')}.\nThe pipe and ws keep nothing; the relay stores every segment.`,
  )
  const beside = (peer: string) => workPerCpu(outcomeOf(outcomes, LARGEST), outcomeOf(outcomes, peer))
  const at = scale === 'full' ? {} : { at: `${size} MiB` }
  const findings: readonly Finding[] =
    receivers === 1
      ? [
          { target: 'relay to one', measured: beside('TLS pipe'), ...at },
          { target: 'relay to one, ws', measured: beside('ws'), ...at },
        ]
      : [{ target: 'relay to five', measured: beside('TLS pipe'), ...at }]
  return { ...table, findings }
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
