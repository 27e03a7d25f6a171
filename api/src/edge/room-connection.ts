import { Connection } from './connection.ts'
import { flushThisTurn } from './outgoing.ts'

/** Of a control frame from a client: two bytes and the mask (RFC 6455 section 5.2). */
const CONTROL_HEADER = 6

/** A room socket, which `ws` reads: what that library tells is less than what has arrived. */
export class RoomConnection extends Connection {
  readonly patience = 2
  /** Of `bytesRead`, how many belong to what was whole. */
  #whole = this.peer.bytesRead

  /** A message, whole. */
  received(data: Buffer, isBinary: boolean): void {
    // Perhaps it came with the beginning of the next one, which then counts as whole: at most one read.
    this.#whole = this.peer.bytesRead
    if (!isBinary) {
      this.text(data.toString())
      flushThisTurn()
      return
    }
    this.heard()
    this.peer.close('unexpectedBinary')
  }

  /**
   * A ping or a pong. Both may stand between the fragments of a message (RFC 6455 section 5.4), and then they are no
   * sign of life: what is kept of a message that never ends would be kept for ever.
   */
  receivedControl(payload: Buffer): void {
    const { bytesRead } = this.peer
    this.#whole = Math.min(this.#whole + CONTROL_HEADER + payload.length, bytesRead)
    if (this.#whole === bytesRead) this.heard()
  }
}
