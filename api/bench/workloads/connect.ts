import { once } from 'node:events'
import { textFrame } from '../clients/frames.ts'
import { inLanes } from '../clients/lanes.ts'
import { type Address, openTls, RawSocket } from '../clients/raw-socket.ts'
import { joinRoom, RoomMember } from '../clients/room-member.ts'
import { type Contestant, contest, outcomeOf, type Work, workPerCpu } from '../results/contest.ts'
import { contestTable } from '../results/contest-table.ts'
import type { Workload } from '../workload.ts'
import { BROADCASTERS } from './talking.ts'

/** Connections that are being made at once. */
const LANES = 4

export const connect: Workload = {
  name: 'connect',
  about: 'connecting with a full handshake or a resumed one, and coming back by the resume secret',
  async *run({ servers, rounds, seconds }) {
    await using stack = new AsyncDisposableStack()
    const visited: Visited[] = []
    for (const { name, server } of BROADCASTERS) {
      const running = stack.use(await servers.start(server))
      const address = { url: running.url, ca: servers.ca }
      const visit = server === 'chat-room' ? await resuming(address) : greeting
      visited.push({ name, server: running, address, visit })
    }
    for (const handshake of ['full', 'resumed'] as const) {
      const entrants = visited.map(each => contestant(each, handshake, seconds))
      const outcomes = await contest(await Promise.all(entrants), rounds)
      const measured = workPerCpu(outcomeOf(outcomes, 'chat-room'), outcomeOf(outcomes, 'ws'))
      yield {
        ...contestTable(`Connect by a ${handshake} TLS handshake, resume, end`, UNIT, outcomes, NOTE),
        findings: handshake === 'full' ? [{ target: 'connect full', measured }] : [],
      }
    }
  },
}

const UNIT = { cost: 'ms/connection', scale: 1000, rate: 'connections/s' }
const NOTE = 'Reference servers: connect, one message and its echo, end.'

/** A connection that has done what one connects for. */
type Visit = (address: Address, lane: number) => Promise<RawSocket>

type Visited = Pick<Contestant, 'name' | 'server'> & { readonly address: Address; readonly visit: Visit }

async function contestant(
  { name, server, address, visit }: Visited,
  handshake: 'full' | 'resumed',
  seconds: number,
): Promise<Contestant> {
  const place = handshake === 'full' ? address : { ...address, tlsSession: await tlsSessionOf(address) }
  return { name, server, work: () => visits(lane => visit(place, lane), seconds) }
}

/** One ticket serves all: a server that keeps no list of them cannot tell. */
async function tlsSessionOf(address: Address): Promise<Buffer> {
  const tls = await openTls(address)
  // It comes after the handshake, with whatever the server says first.
  const [session] = (await once(tls, 'session')) as [Buffer]
  tls.destroy()
  return session
}

async function visits(visit: (lane: number) => Promise<RawSocket>, seconds: number): Promise<Work> {
  const end = performance.now() + seconds * 1000
  const latencies: number[] = []
  await inLanes(LANES, LANES, async lane => {
    while (performance.now() < end) {
      const begun = performance.now()
      const { tls } = await visit(lane)
      latencies.push(performance.now() - begun)
      tls.end()
      if (!tls.closed) await once(tls, 'close')
    }
  })
  return { units: latencies.length, latencies }
}

/** A member a lane, each in a room of its own: nobody else is told of its coming and going. */
async function resuming(address: Address): Promise<Visit> {
  const places = await inLanes(LANES, LANES, async lane => {
    const [place] = await joinRoom(address, `room-${lane}`, 1)
    if (place === undefined) throw new Error('one member joined')
    place.member.socket.destroy()
    return place
  })
  return async (from, lane) => {
    const place = places[lane]
    if (place === undefined) throw new Error('each lane has a member')
    const member = await RoomMember.open(from, `room-${lane}`)
    await member.resume(place)
    return member.socket
  }
}

const greeting: Visit = async (address, lane) => {
  const socket = await RawSocket.open(address, `/room-${lane}`)
  await new Promise<void>((resolve, reject) => {
    socket.onText = () => resolve()
    socket.onEnd = reject
    socket.send(textFrame('{"type":"hello"}'))
  })
  return socket
}
