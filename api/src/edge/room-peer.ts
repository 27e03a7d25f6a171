import type { Frame, Peer } from '../room/ports.ts'
import { Outgoing } from './outgoing.ts'
import { encodeTextFrame } from './server-frame.ts'

/** A client's room socket, as the room sees it. */
export class RoomPeer extends Outgoing implements Peer {
  #hasEntered: (() => boolean) | undefined = undefined

  /** Looked at whenever something is sent, so that the answer to a join is already a member's. */
  entersWhen(hasEntered: () => boolean): void {
    this.#hasEntered = hasEntered
  }

  /** The frame is built once for all who get it. */
  send(frame: Frame): void {
    if (this.#hasEntered?.()) this.entered()
    frame.wire ??= encodeTextFrame(frame.text)
    this.enqueue(frame.wire)
  }

  pause(milliseconds: number): void {
    this.rest(milliseconds)
  }

  override entered(): void {
    this.#hasEntered = undefined
    super.entered()
  }
}
