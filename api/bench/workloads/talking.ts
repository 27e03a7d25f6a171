import { Crowd } from '../clients/crowd.ts'
import { createIds, plainTalk, roomTalk } from '../clients/talk.ts'
import type { ServerProcess } from '../processes/server-process.ts'
import type { ServerName, Servers } from '../processes/servers.ts'
import type { Contestant, Work } from '../results/contest.ts'

/** A server with rooms full of people. */
export type Filled = {
  readonly name: string
  readonly server: ServerProcess
  readonly crowds: readonly Crowd[]
}

/** In the order of tables: the one that the others are measured by comes first. */
export const BROADCASTERS = [
  { name: 'ws', server: 'ws-broadcast' },
  { name: 'hono + node-ws', server: 'hono-broadcast' },
  { name: 'chat-room', server: 'chat-room' },
] as const satisfies readonly { readonly name: string; readonly server: ServerName }[]

/** Starts every broadcaster and fills its rooms; they end with `stack`. */
export async function fillBroadcasters(
  servers: Servers,
  stack: AsyncDisposableStack,
  rooms: number,
  members: number,
): Promise<readonly Filled[]> {
  const filled: Filled[] = []
  for (const { name, server } of BROADCASTERS) {
    const running = stack.use(await servers.start(server))
    const talk = server === 'chat-room' ? roomTalk : plainTalk
    const address = { url: running.url, ca: servers.ca }
    const nextId = createIds()
    const crowds: Crowd[] = []
    for (let room = 0; room < rooms; room++) {
      crowds.push(new Crowd(talk, await talk.fill(address, `room-${room}`, members), nextId))
    }
    filled.push({ name, server: running, crowds })
  }
  return filled
}

export const contestants = (
  filled: readonly Filled[],
  work: (crowds: readonly Crowd[]) => Promise<Work>,
): readonly Contestant[] =>
  filled.map(({ name, server, crowds }) => ({ name, server, work: () => work(crowds) }))

export const PER_DELIVERY = { cost: 'µs/delivery', scale: 1e6, rate: 'deliveries/s' }
