import { Crowd } from '../clients/crowd.ts'
import { createIds, plainTalk, roomTalk, type Talk } from '../clients/talk.ts'
import type { ServerProcess } from '../processes/server-process.ts'
import type { ServerName, Servers } from '../processes/servers.ts'
import type { Contestant, Work } from '../results/contest.ts'

/** A server with rooms full of people. */
export type Filled = {
  readonly name: string
  readonly server: ServerProcess
  readonly crowds: readonly Crowd[]
}

type Broadcaster = { readonly name: string; readonly server: ServerName; readonly talk: Talk }

/** In the order of tables: the one that the others are measured by comes first. */
export const BROADCASTERS = [
  { name: 'ws', server: 'ws-broadcast', talk: plainTalk },
  { name: 'hono + node-ws', server: 'hono-broadcast', talk: plainTalk },
  { name: 'chat-room', server: 'chat-room', talk: roomTalk },
] as const satisfies readonly Broadcaster[]

/** Not measured by: the most that can be had in this way, where nothing is checked and nothing kept. */
export const ONCE_A_TURN = { name: 'ws, once a turn', server: 'ws-once-a-turn', talk: plainTalk } as const

/** Starts servers and fills their rooms; they end with `stack`. */
export async function fillRooms(
  broadcasters: readonly Broadcaster[],
  servers: Servers,
  stack: AsyncDisposableStack,
  rooms: number,
  members: number,
): Promise<readonly Filled[]> {
  const filled: Filled[] = []
  for (const { name, server, talk } of broadcasters) {
    const running = stack.use(await servers.start(server))
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

/** One author who keeps so many messages in flight. */
export const inFlight =
  (messages: number) =>
  (crowd: Crowd): void => {
    for (let message = 0; message < messages; message++) crowd.say(0)
  }

/** Every member with one message in flight. */
export const everyone = (crowd: Crowd): void => {
  for (const member of crowd.sockets.keys()) crowd.say(member)
}

export const PER_DELIVERY = { cost: 'µs/delivery', scale: 1e6, rate: 'deliveries/s' }
