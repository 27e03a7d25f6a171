import { talkAtRate } from '../clients/conversation.ts'
import { contest } from '../results/contest.ts'
import { contestTable } from '../results/contest-table.ts'
import type { Workload } from '../workload.ts'
import { contestants, fillBroadcasters, PER_DELIVERY } from './talking.ts'

const MEMBERS = { quick: 50, usual: 200, full: 200 } as const
const RATE = 10_000

export const latency: Workload = {
  name: 'latency',
  about: 'one room at 10 000 deliveries a second, whatever happens',
  async *run({ servers, scale, rounds, seconds }) {
    await using stack = new AsyncDisposableStack()
    const filled = await fillBroadcasters(servers, stack, 1, MEMBERS[scale])
    const outcomes = await contest(
      contestants(filled, ([crowd]) => {
        if (crowd === undefined) throw new Error('there is one room')
        return talkAtRate(crowd, seconds, RATE)
      }),
      rounds,
    )
    const title = `One room of ${MEMBERS[scale]} at ${RATE} deliveries/s`
    yield contestTable(
      title,
      PER_DELIVERY,
      outcomes,
      'Latencies are of single deliveries, from when the message was due.',
    )
  },
}
