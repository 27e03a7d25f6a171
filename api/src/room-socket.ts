import { parseClientMessage } from '@chat-room/protocol'
import type { SocketHandlers } from './edge/connection.ts'
import type { RoomPeer } from './edge/room-peer.ts'
import type { Visitor } from './edge/socket-edge.ts'
import type { Rooms } from './room/rooms.ts'

/** What arrives on a room socket is checked here, and then the room's to answer. */
export function createRoomSocket(rooms: Rooms, now: () => number) {
  return (peer: RoomPeer, { room: name, address }: Visitor): SocketHandlers => {
    const room = rooms.open(name, now())
    if (room === undefined) throw new Error('a socket was opened to a room that does not exist')
    const session = room.connect(peer, address, now())
    return {
      text(text) {
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
