import { keepTalking } from '../clients/conversation.ts'
import { roomTalk } from '../clients/talk.ts'
import { contest, outcomeOf, workPerCpu } from '../results/contest.ts'
import { contestTable } from '../results/contest-table.ts'
import type { Workload } from '../workload.ts'
import { contestants, fillRooms, inFlight, PER_DELIVERY } from './talking.ts'

const MEMBERS = 200
const IN_FLIGHT = [1, 64] as const
const CONTESTANTS = [
  { name: 'in memory', server: 'chat-room-in-memory', talk: roomTalk },
  { name: 'durable', server: 'chat-room-sources', talk: roomTalk },
] as const

/** What it costs that nothing is acknowledged before it would survive the process. */
export const durable: Workload = {
  name: 'durable',
  about: 'broadcast with the log on the disk, as it always is, and in memory',
  async *run({ servers, rounds, seconds }) {
    await using stack = new AsyncDisposableStack()
    const filled = await fillRooms(CONTESTANTS, servers, stack, 1, MEMBERS)
    for (const messages of IN_FLIGHT) {
      const outcomes = await contest(
        contestants(filled, crowds => keepTalking(crowds, seconds, inFlight(messages))),
        rounds,
      )
      const measured = workPerCpu(outcomeOf(outcomes, 'durable'), outcomeOf(outcomes, 'in memory'))
      yield {
        ...contestTable(`The log: one room of ${MEMBERS}, ${messages} in flight`, PER_DELIVERY, outcomes),
        findings: [{ target: `durable ${messages}`, measured }],
      }
    }
  },
}
