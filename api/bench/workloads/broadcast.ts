import { keepTalking } from '../clients/conversation.ts'
import type { Crowd } from '../clients/crowd.ts'
import { contest } from '../results/contest.ts'
import { contestTable } from '../results/contest-table.ts'
import type { Table } from '../results/table.ts'
import type { Bench, Workload } from '../workload.ts'
import { contestants, fillBroadcasters, PER_DELIVERY } from './talking.ts'

const SIZES = { quick: [50], usual: [50, 200], full: [50, 200, 1_000] } as const
const IN_FLIGHT = [1, 64] as const

export const broadcast: Workload = {
  name: 'broadcast',
  about: 'one room, one author, 1 and 64 messages in flight',
  async *run(bench) {
    for (const members of SIZES[bench.scale]) yield* inRoomOf(members, bench)
  },
}

async function* inRoomOf(members: number, { servers, rounds, seconds }: Bench): AsyncGenerator<Table> {
  await using stack = new AsyncDisposableStack()
  const filled = await fillBroadcasters(servers, stack, 1, members)
  for (const inFlight of IN_FLIGHT) {
    const start = (crowd: Crowd) => {
      for (let message = 0; message < inFlight; message++) crowd.say(0)
    }
    const outcomes = await contest(
      contestants(filled, crowds => keepTalking(crowds, seconds, start)),
      rounds,
    )
    yield contestTable(`One room of ${members}, ${inFlight} in flight`, PER_DELIVERY, outcomes)
  }
}
