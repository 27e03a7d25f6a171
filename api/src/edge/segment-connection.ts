import { Connection, type Log, type SocketHandlers } from './connection.ts'
import type { SegmentPeer } from './segment-peer.ts'
import type { EndOwner, ServerEnd } from './server-end.ts'

export interface SegmentHandlers extends SocketHandlers {
  /** An array of that length for the segment that comes; undefined: it is not wanted. */
  place(length: number): Uint8Array | undefined
  /** The segment's frame, in the array that `place` gave. */
  binary(bytes: Uint8Array): void
}

/**
 * A segment socket, which is cut for stalling alone: whatever moves, in either direction, is a sign of life. On a slow
 * link a ping waits behind a segment or two, and behind whatever the systems in between hold.
 */
export class SegmentConnection extends Connection<SegmentHandlers> implements EndOwner {
  readonly patience = 4
  readonly #log: Log

  constructor(end: ServerEnd, peer: SegmentPeer, address: string, log: Log) {
    super(end, peer, address, log)
    this.#log = log
    peer.moves(() => this.heard())
  }

  place(length: number): Uint8Array | undefined {
    let place: Uint8Array | undefined
    this.guard(() => {
      place = this.handlers?.place(length)
    })
    return place
  }

  binary(bytes: Uint8Array): void {
    this.heard()
    this.guard(() => this.handlers?.binary(bytes))
  }

  broken(code: number): void {
    this.#log.debug({ code }, 'a client broke the WebSocket protocol')
  }
}
