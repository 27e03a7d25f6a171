import { keepTalking } from '../clients/conversation.ts'
import type { Crowd } from '../clients/crowd.ts'
import { contest } from '../results/contest.ts'
import { contestTable } from '../results/contest-table.ts'
import type { Workload } from '../workload.ts'
import { contestants, fillBroadcasters, PER_DELIVERY } from './talking.ts'

const ROOMS = { quick: 20, usual: 100, full: 100 } as const
const MEMBERS = 10

const everyone = (crowd: Crowd) => {
  for (const member of crowd.sockets.keys()) crowd.say(member)
}

export const rooms: Workload = {
  name: 'rooms',
  about: 'a hundred rooms of ten, everybody talks',
  async *run({ servers, scale, rounds, seconds }) {
    await using stack = new AsyncDisposableStack()
    const filled = await fillBroadcasters(servers, stack, ROOMS[scale], MEMBERS)
    const outcomes = await contest(
      contestants(filled, crowds => keepTalking(crowds, seconds, everyone)),
      rounds,
    )
    const title = `${ROOMS[scale]} rooms of ${MEMBERS}, each member with one message in flight`
    yield contestTable(title, PER_DELIVERY, outcomes)
  },
}
