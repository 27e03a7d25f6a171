import { keepTalking } from '../clients/conversation.ts'
import { Crowd } from '../clients/crowd.ts'
import { addMessages, addRooms } from '../clients/grown-store.ts'
import { joinMembers, RoomMember } from '../clients/room-member.ts'
import { roomTalk, seatsOf } from '../clients/talk.ts'
import type { Servers } from '../processes/servers.ts'
import { type Contestant, contest, outcomeOf, timesThatOf } from '../results/contest.ts'
import { contestTable } from '../results/contest-table.ts'
import type { Finding } from '../results/summary.ts'
import type { Workload } from '../workload.ts'
import { everyone, PER_DELIVERY } from './talking.ts'

const MEMBERS = 10
const ROOM = 'room'
const SHORT = 1_000
const LONG = { quick: 20_000, usual: 1_000_000, full: 1_000_000 } as const
const ROOMS = { quick: 200, usual: 10_000, full: 10_000 } as const

type Past = { readonly name: string; readonly entries: number; readonly others: number }

/** What a message costs a server that has much to remember. */
export const growth: Workload = {
  name: 'growth',
  about: 'a message in a long log, and beside many rooms',
  async *run({ servers, scale, rounds, seconds }) {
    await using stack = new AsyncDisposableStack()
    const short = { name: `log of ${SHORT}`, entries: SHORT, others: 0 }
    const long = { name: `log of ${LONG[scale]}`, entries: LONG[scale], others: 0 }
    const many = { name: `beside ${ROOMS[scale]} rooms`, entries: SHORT, others: ROOMS[scale] }
    const contestants: Contestant[] = []
    for (const past of [short, long, many]) {
      const server = stack.use(await startAfter(past, servers))
      const members = await joinMembers({ url: server.url, ca: servers.ca }, ROOM, MEMBERS)
      const crowd = new Crowd(roomTalk, seatsOf(members))
      contestants.push({ name: past.name, server, work: () => keepTalking([crowd], seconds, everyone) })
    }
    const outcomes = await contest(contestants, rounds)
    const costOf = ({ name }: Past) =>
      timesThatOf(outcomeOf(outcomes, name), outcomeOf(outcomes, short.name), 'cost')
    const at = (size: string) => (scale === 'quick' ? { at: size } : {})
    const findings: readonly Finding[] = [
      { target: 'growing log', measured: costOf(long), ...at(long.name) },
      { target: 'growing rooms', measured: costOf(many), ...at(many.name) },
    ]
    yield {
      ...contestTable(`A room of ${MEMBERS}, each member with one message in flight`, PER_DELIVERY, outcomes),
      note: 'Each log is kept at its length by retention, which is part of the cost.',
      findings,
    }
  },
}

/** A server that was started on what an earlier one left. */
async function startAfter({ entries, others }: Past, servers: Servers) {
  const data = await servers.newData()
  {
    await using earlier = await servers.start('chat-room', { data })
    await RoomMember.createRoom({ url: earlier.url, ca: servers.ca }, ROOM)
  }
  await addMessages(data, ROOM, entries)
  await addRooms(data, others)
  const settings = { LOG_RETENTION_MESSAGES: String(entries), LOG_RETENTION_BYTES: '100GiB' }
  return servers.start('chat-room', { data, settings })
}
