import type { Socket } from 'node:net'
import type { RelayMessage } from '@chat-room/protocol'
import type { SegmentPeer as RelayPeer } from '../relay/ports.ts'
import type { BufferPool } from './buffer-pool.ts'
import { Outgoing } from './outgoing.ts'
import { encodeTextFrame, frameInPlace } from './server-frame.ts'
import type { WebSocketEnd } from './websocket-end.ts'

type Waiting = { readonly frame: Uint8Array; readonly resolve: () => void }

/**
 * A client's segment socket, as the relay sees it. It is cut off for unread messages, never for unread segments.
 *
 * The socket has one segment at a time: words overtake all the others that wait, several at once would be copied into
 * one by TLS, and one encrypted is all that a client that does not read can make us hold twice.
 */
export class SegmentPeer extends Outgoing implements RelayPeer {
  readonly #buffers: BufferPool
  readonly #waiting: Waiting[] = []
  /** Of a segment, handed to the socket and not taken by the kernel. */
  #segmentBytes = 0
  #bytesTaken = 0
  #onMoved = () => {}
  /** By the relay, which has enough for now. */
  #held = false

  constructor(end: WebSocketEnd, socket: Socket, limit: number, buffers: BufferPool) {
    super(end, socket, limit)
    this.#buffers = buffers
  }

  /** Of all segments sent so far, what the kernel has taken. */
  get bytesTaken(): number {
    return this.#bytesTaken
  }

  /** @param onMoved Called whenever a segment has left. */
  moves(onMoved: () => void): void {
    this.#onMoved = onMoved
  }

  /** Where a segment that comes from this client goes: an array of that length, its content arbitrary. */
  place(length: number): Uint8Array {
    return this.#buffers.take(length)
  }

  send(message: RelayMessage): void {
    this.enqueue(encodeTextFrame(JSON.stringify(message)))
  }

  sendSegment(frame: Uint8Array): Promise<void> {
    return new Promise(resolve => {
      this.#waiting.push({ frame, resolve })
      this.#sendNext()
    })
  }

  #sendNext(): void {
    if (this.#segmentBytes > 0) return
    this.flush()
    if (!this.isOpen) return this.#release()
    const next = this.#waiting.shift()
    if (next === undefined) return
    const frame = frameInPlace(this.#buffers.withFront(next.frame))
    this.#segmentBytes = frame.length
    this.socket.write(frame, () => {
      this.#segmentBytes = 0
      this.#bytesTaken += frame.length
      next.resolve()
      this.#onMoved()
      this.#sendNext()
    })
  }

  /** What was not handed to the socket never will be. */
  #release(): void {
    for (const { resolve } of this.#waiting.splice(0)) resolve()
  }

  protected override unread(): number {
    return super.unread() - this.#segmentBytes
  }

  pause(): void {
    this.#held = true
    if (this.isOpen) this.end.pause()
  }

  resume(): void {
    this.#held = false
    if (!this.isResting) this.end.resume()
  }

  protected override wake(): void {
    if (!this.#held) this.end.resume()
  }

  override dispose(): void {
    super.dispose()
    this.#release()
  }
}
