import { once } from 'node:events'
import { textFrame } from '../clients/frames.ts'
import { inLanes } from '../clients/lanes.ts'
import { type Address, RawSocket } from '../clients/raw-socket.ts'
import { joinRoom, RoomMember } from '../clients/room-member.ts'
import { type Contestant, contest, type Work } from '../results/contest.ts'
import { contestTable } from '../results/contest-table.ts'
import type { Workload } from '../workload.ts'
import { BROADCASTERS } from './talking.ts'

/** Connections that are being made at once. */
const LANES = 4

export const connect: Workload = {
  name: 'connect',
  about: 'connecting with a full handshake and coming back by the resume secret',
  async *run({ servers, rounds, seconds }) {
    await using stack = new AsyncDisposableStack()
    const contestants: Contestant[] = []
    for (const { name, server } of BROADCASTERS) {
      const running = stack.use(await servers.start(server))
      const address = { url: running.url, ca: servers.ca }
      const visit = server === 'chat-room' ? await resuming(address) : greeting(address)
      contestants.push({ name, server: running, work: () => visits(visit, seconds) })
    }
    const outcomes = await contest(contestants, rounds)
    const unit = { cost: 'ms/connection', scale: 1000, rate: 'connections/s' }
    const note = 'Reference servers: connect, one message and its echo, end.'
    yield contestTable('Connect, resume, end', unit, outcomes, note)
  },
}

type Visit = (lane: number) => Promise<RawSocket>

async function visits(visit: Visit, seconds: number): Promise<Work> {
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
  return async lane => {
    const place = places[lane]
    if (place === undefined) throw new Error('each lane has a member')
    const member = await RoomMember.open(address, `room-${lane}`)
    await member.resume(place)
    return member.socket
  }
}

const greeting =
  (address: Address): Visit =>
  async lane => {
    const socket = await RawSocket.open(address, `/room-${lane}`)
    await new Promise<void>((resolve, reject) => {
      socket.onText = () => resolve()
      socket.onEnd = reject
      socket.send(textFrame('{"type":"hello"}'))
    })
    return socket
  }
