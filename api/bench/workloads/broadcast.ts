import { keepTalking } from '../clients/conversation.ts'
import { socketIoTalk } from '../clients/socket-io-talk.ts'
import { contest, type Outcome, outcomeOf, workPerCpu } from '../results/contest.ts'
import { contestTable } from '../results/contest-table.ts'
import type { Finding } from '../results/summary.ts'
import type { Bench, Report, Scale, Workload } from '../workload.ts'
import { BROADCASTERS, contestants, fillRooms, inFlight, ONCE_A_TURN, PER_DELIVERY } from './talking.ts'

const SIZES = { quick: [50], usual: [200, 1_000], full: [200, 1_000] } as const
const IN_FLIGHT = [1, 64] as const
const SOCKET_IO = { name: 'Socket.IO', server: 'socket-io-broadcast', talk: socketIoTalk } as const

export const broadcast: Workload = {
  name: 'broadcast',
  about: 'one room, one author, 1 and 64 messages in flight',
  async *run(bench) {
    for (const members of SIZES[bench.scale]) yield* inRoomOf(members, bench)
  },
}

type Members = (typeof SIZES)[Scale][number]
type Messages = (typeof IN_FLIGHT)[number]

async function* inRoomOf(members: Members, { servers, rounds, seconds }: Bench): AsyncGenerator<Report> {
  await using stack = new AsyncDisposableStack()
  const filled = await fillRooms([...BROADCASTERS, ONCE_A_TURN, SOCKET_IO], servers, stack, 1, members)
  for (const messages of IN_FLIGHT) {
    const outcomes = await contest(
      contestants(filled, crowds => keepTalking(crowds, seconds, inFlight(messages))),
      rounds,
    )
    const findings = members === 50 ? [] : findingsOf(outcomes, members, messages)
    yield {
      ...contestTable(`One room of ${members}, ${messages} in flight`, PER_DELIVERY, outcomes),
      findings,
    }
  }
}

function findingsOf(
  outcomes: readonly Outcome[],
  members: Exclude<Members, 50>,
  messages: Messages,
): readonly Finding[] {
  const beside = (peer: string) => workPerCpu(outcomeOf(outcomes, 'chat-room'), outcomeOf(outcomes, peer))
  const byWs: Finding = { target: `broadcast ${members}/${messages}`, measured: beside('ws') }
  if (messages === 1) return [byWs]
  return [byWs, { target: `socket.io ${members}/${messages}`, measured: beside(SOCKET_IO.name) }]
}
