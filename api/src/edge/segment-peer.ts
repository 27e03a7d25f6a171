import type { RelayMessage } from '@chat-room/protocol'
import type { SegmentPeer as RelayPeer } from '../relay/ports.ts'
import { Outgoing } from './outgoing.ts'
import { encodeTextFrame, frameHeader, OPCODE } from './server-frame.ts'

/** More is asked for while less than this waits: two segments, so that the socket never runs dry. */
const LOW_WATER = 512 * 1024

/** What may come before the socket is attached: one `attach`, of about a hundred bytes. */
const FIRST_BYTES = 4 * 1024

/** A client's segment socket, as the relay sees it. It is cut off for unread messages, never for unread segments. */
export class SegmentPeer extends Outgoing implements RelayPeer {
  /** Of segments, handed to the socket and not taken by the kernel. */
  #segmentBytes = 0
  #waiting: (() => void)[] = []
  /** By the relay, which has enough for now. */
  #held = false

  /** `ws` would collect a whole segment before anybody learns that this client has no ticket. */
  override arrive(onEntered: () => void): void {
    super.arrive(onEntered)
    let left = FIRST_BYTES
    // After the listener of `ws`: an `attach` in this chunk has been heard.
    const bound = (chunk: Buffer) => {
      if (!this.isNewcomer) this.socket.off('data', bound)
      else if (left < chunk.length) this.#turnAway()
      else left -= chunk.length
    }
    this.socket.on('data', bound)
  }

  /** Hears nothing more, not even the client's close frame: its end, or the library's patience, ends the connection. */
  #turnAway(): void {
    this.close('notAttached')
    this.socket.removeAllListeners('data')
    this.socket.resume().end()
  }

  send(message: RelayMessage): void {
    this.enqueue(encodeTextFrame(JSON.stringify(message)))
  }

  sendSegment(frame: Uint8Array): Promise<void> {
    if (!this.isOpen) return Promise.resolve()
    this.flush()
    const header = frameHeader(OPCODE.binary, frame.length)
    const bytes = header.length + frame.length
    this.#segmentBytes += bytes
    this.socket.cork()
    this.socket.write(header)
    this.socket.write(frame, () => this.#taken(bytes))
    this.socket.uncork()
    if (this.socket.writableLength <= LOW_WATER) return Promise.resolve()
    return new Promise(resolve => this.#waiting.push(resolve))
  }

  #taken(bytes: number): void {
    this.#segmentBytes -= bytes
    if (this.socket.writableLength <= LOW_WATER) this.#release()
  }

  #release(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }

  protected override unread(): number {
    return super.unread() - this.#segmentBytes
  }

  pause(): void {
    this.#held = true
    if (this.isOpen) this.ws.pause()
  }

  resume(): void {
    this.#held = false
    if (!this.isResting) this.ws.resume()
  }

  protected override wake(): void {
    if (!this.#held) this.ws.resume()
  }

  override dispose(): void {
    super.dispose()
    this.#release()
  }
}
