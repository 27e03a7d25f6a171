import { randomBytes } from 'node:crypto'
import type { ServerMessage } from '@chat-room/protocol'
import { textFrame } from './frames.ts'
import { inLanes } from './lanes.ts'
import { type Address, RawSocket } from './raw-socket.ts'
import { type JoinedMember, joinRoom, randomText } from './room-member.ts'

/** A message as one member hears of it: the others of what was said, its author that it was heard. */
export type Heard = {
  readonly id: string
  /** Its number in the room, counted from the first message; undefined where the server counts nothing. */
  readonly place: number | undefined
}

/** How messages are said to a kind of server. */
export type Talk = {
  /** So many sockets in one room, ready to talk. */
  fill(address: Address, room: string, count: number): Promise<Seats>
  /** A message with this id, as a frame. */
  frame(id: string): Buffer
}

/** What a talk needs of a socket. */
export type Voice = Pick<RawSocket, 'send' | 'onText' | 'onEnd'>

export type Seats = {
  readonly sockets: readonly Voice[]
  /** Undefined for what is no message. Throws for what must not happen. */
  readonly understand: (payload: Buffer) => Heard | undefined
}

/** A text of at most 200 bytes, padded and sealed. */
export const SEALED = randomText(397)

/** The project's own protocol. */
export const roomTalk: Talk = {
  fill: async (address, room, count) => seatsOf(await joinRoom(address, room, count)),
  frame: id => textFrame(`{"type":"send","id":"${id}","to":"all","sealed":"${SEALED}"}`),
}

/** Of members who have all joined. */
export function seatsOf(members: readonly JoinedMember[]): Seats {
  const head = Math.max(...members.map(({ joined }) => joined.head))
  return {
    sockets: members.map(({ member }) => member.socket),
    understand(payload) {
      const message = JSON.parse(payload.toString()) as ServerMessage
      switch (message.type) {
        case 'accepted':
          return { id: message.id, place: (message.seq ?? Number.NaN) - head - 1 }
        case 'entry':
          if (message.kind !== 'message') return undefined
          if (message.sealed !== SEALED) throw new Error('a message was changed on its way')
          return { id: message.id ?? '', place: message.seq - head - 1 }
        case 'refused':
        case 'slow-down':
          throw new Error(`the load is held back: ${payload}`)
        default:
          return undefined
      }
    },
  }
}

/**
 * A message as our server passes it on, so that reference servers, which send to all what they get, send frames as long as
 * ours. `less`: by how many characters its body is shorter.
 */
export const entryText = (id: string, less = 0): string =>
  JSON.stringify({ ...ENTRY, id, sealed: SEALED.slice(less) })

const ENTRY = {
  type: 'entry',
  seq: 100_000,
  kind: 'message',
  id: '',
  member: randomText(16),
  session: randomText(16),
  sealed: SEALED,
  at: Date.now(),
} satisfies ServerMessage

/** The reference servers': the path names the room, every text goes to all in it, its author included. */
export const plainTalk: Talk = {
  async fill(address, room, count) {
    const sockets = await inLanes(count, 16, () => RawSocket.open(address, `/${room}`))
    return {
      sockets,
      understand: payload => ({
        id: (JSON.parse(payload.toString()) as { id: string }).id,
        place: undefined,
      }),
    }
  },
  frame: id => textFrame(entryText(id)),
}

/** Ids of sixteen bytes that differ by a number: randomness would cost the load's side more than all else. */
export function createIds(): () => string {
  const bytes = randomBytes(16)
  let last = 0
  return () => {
    bytes.writeUInt32BE(++last, 8)
    return bytes.toString('base64url')
  }
}
