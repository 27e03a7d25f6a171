import { keepTalking } from '../clients/conversation.ts'
import { contest, outcomeOf, workPerCpu } from '../results/contest.ts'
import { contestTable } from '../results/contest-table.ts'
import type { Workload } from '../workload.ts'
import { BROADCASTERS, contestants, everyone, fillRooms, ONCE_A_TURN, PER_DELIVERY } from './talking.ts'

const ROOMS = { quick: 20, usual: 100, full: 100 } as const
const MEMBERS = 10

export const rooms: Workload = {
  name: 'rooms',
  about: 'a hundred rooms of ten, everybody talks',
  async *run({ servers, scale, rounds, seconds }) {
    await using stack = new AsyncDisposableStack()
    const filled = await fillRooms([...BROADCASTERS, ONCE_A_TURN], servers, stack, ROOMS[scale], MEMBERS)
    const outcomes = await contest(
      contestants(filled, crowds => keepTalking(crowds, seconds, everyone)),
      rounds,
    )
    const title = `${ROOMS[scale]} rooms of ${MEMBERS}, each member with one message in flight`
    const beside = (peer: string) => workPerCpu(outcomeOf(outcomes, 'chat-room'), outcomeOf(outcomes, peer))
    const at = scale === 'quick' ? { at: `${ROOMS.quick} rooms` } : {}
    yield {
      ...contestTable(title, PER_DELIVERY, outcomes),
      findings: [
        { target: 'rooms', measured: beside('ws'), ...at },
        { target: 'rooms, hono', measured: beside('hono + node-ws'), ...at },
      ],
    }
  },
}
