import { talkAtRate } from '../clients/conversation.ts'
import { contest, outcomeOf, timesThatOf } from '../results/contest.ts'
import { contestTable } from '../results/contest-table.ts'
import type { Workload } from '../workload.ts'
import { BROADCASTERS, contestants, fillRooms, PER_DELIVERY } from './talking.ts'

const MEMBERS = 200
const RATE = 10_000

export const latency: Workload = {
  name: 'latency',
  about: 'one room at 10 000 deliveries a second, whatever happens',
  async *run({ servers, rounds, seconds }) {
    await using stack = new AsyncDisposableStack()
    const filled = await fillRooms(BROADCASTERS, servers, stack, 1, MEMBERS)
    const outcomes = await contest(
      contestants(filled, ([crowd]) => {
        if (crowd === undefined) throw new Error('there is one room')
        return talkAtRate(crowd, seconds, RATE)
      }),
      rounds,
    )
    const title = `One room of ${MEMBERS} at ${RATE} deliveries/s`
    const note = 'Latencies are of single deliveries, from when the message was due.'
    const measured = timesThatOf(outcomeOf(outcomes, 'chat-room'), outcomeOf(outcomes, 'ws'), 'p50')
    yield {
      ...contestTable(title, PER_DELIVERY, outcomes, note),
      findings: [{ target: 'latency', measured }],
    }
  },
}
