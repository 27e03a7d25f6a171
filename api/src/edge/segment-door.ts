import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { LIMITS, SEGMENT_HEADER_BYTES } from '@chat-room/protocol'
import { acceptUpgrade } from './handshake.ts'
import { ServerEnd } from './server-end.ts'

export type SegmentDoorOptions = {
  /** Milliseconds from our close frame to the end of a connection whose client does not answer it. */
  readonly farewell: number
}

/** Opens segment sockets, whose frames are read by ourselves: a library would collect and copy every segment. */
export function createSegmentDoor({ farewell }: SegmentDoorOptions) {
  const options = {
    text: LIMITS.segmentTextBytes,
    binary: LIMITS.segmentBytesMax + SEGMENT_HEADER_BYTES,
    farewell,
  }
  return {
    /** Performs the opening handshake of a request that was checked; `onOpen` is called unless its client has gone. */
    enter(request: IncomingMessage, socket: Socket, onOpen: (end: ServerEnd) => void): void {
      if (!socket.readable || !socket.writable) return
      acceptUpgrade(request, socket)
      onOpen(new ServerEnd(socket, options))
    },
  }
}
