import { parseClientMessage } from '@chat-room/protocol'
import type { SocketHandlers } from './edge/connection.ts'
import { MessageMeter, type MessageRate } from './edge/message-meter.ts'
import type { RoomPeer } from './edge/room-peer.ts'
import type { Visitor } from './edge/socket-edge.ts'
import type { Rooms } from './room/rooms.ts'

/** Of a newcomer: a creation, a login and a join are six messages; then come misspelt passwords. The room meters members. */
const NEWCOMER_RATE: MessageRate = { burst: 32, perSecond: 4 }

/** What arrives on a room socket is checked here, and then the room's to answer. */
export function createRoomSocket(rooms: Rooms, now: () => number) {
  return (peer: RoomPeer, { room: name, address }: Visitor): SocketHandlers => {
    const room = rooms.open(name, now())
    if (room === undefined) throw new Error('a socket was opened to a room that does not exist')
    const session = room.connect(peer, address, now())
    peer.entersWhen(() => session.state.name === 'joined')
    let meter: MessageMeter | undefined = new MessageMeter(NEWCOMER_RATE)
    return {
      text(text) {
        if (!peer.isNewcomer) meter = undefined
        const wait = meter?.count(now()) ?? 0
        if (wait > 0) peer.rest(wait)
        const message = parseClientMessage(text)
        if (message.ok) room.receive(session, message.value, now())
        else peer.close('malformed', message.error.message)
      },
      closed() {
        room.disconnect(session, now())
      },
    }
  }
}
