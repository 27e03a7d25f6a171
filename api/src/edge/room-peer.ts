import type { CloseName } from '@chat-room/protocol'
import type { Frame, Peer } from '../room/ports.ts'
import { Outgoing } from './outgoing.ts'
import { encodeTextFrame } from './server-frame.ts'

/** A client's room socket, as the room sees it. */
export class RoomPeer extends Outgoing implements Peer {
  #resume: NodeJS.Timeout | undefined = undefined

  /** The frame is built once for all who get it. */
  send(frame: Frame): void {
    frame.wire ??= encodeTextFrame(frame.text)
    this.enqueue(frame.wire)
  }

  /** A later call replaces an earlier one. Messages that were read together with the last one still arrive. */
  pause(milliseconds: number): void {
    if (!this.isOpen) return
    clearTimeout(this.#resume)
    this.ws.pause()
    this.#resume = setTimeout(() => this.ws.resume(), milliseconds)
  }

  override close(name: CloseName, reason?: string): void {
    clearTimeout(this.#resume)
    super.close(name, reason)
  }

  override dispose(): void {
    clearTimeout(this.#resume)
    super.dispose()
  }
}
