import type { RelayMessage } from '@chat-room/protocol'
import type { SegmentPeer as RelayPeer } from '../relay/ports.ts'
import { Outgoing } from './outgoing.ts'
import { encodeTextFrame, frameHeader, OPCODE } from './server-frame.ts'

/** More is asked for while less than this waits: two segments, so that the socket never runs dry. */
const LOW_WATER = 512 * 1024

/** A client's segment socket, as the relay sees it. It is cut off for unread messages, never for unread segments. */
export class SegmentPeer extends Outgoing implements RelayPeer {
  /** Of segments, handed to the socket and not taken by the kernel. */
  #segmentBytes = 0
  #waiting: (() => void)[] = []

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
    if (this.isOpen) this.ws.pause()
  }

  resume(): void {
    this.ws.resume()
  }

  override dispose(): void {
    super.dispose()
    this.#release()
  }
}
