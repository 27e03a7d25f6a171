import type { WebSocket } from 'ws'
import type { Logger } from './log.ts'
import type { Newcomer } from './newcomers.ts'
import type { Outgoing } from './outgoing.ts'
import type { Pinged } from './ping-wheel.ts'

/** Of a control frame from a client: two bytes and the mask (RFC 6455 section 5.2). */
const CONTROL_HEADER = 6

/** What one socket's owner does with what arrives. Whatever it throws ends that connection alone. */
export interface SocketHandlers {
  text(text: string): void | Promise<void>
  /** Left out, a binary frame ends the connection. The bytes are a view into what was read: no copy was made. */
  binary?(bytes: Uint8Array): void | Promise<void>
  /** Once, when the connection has ended, however it did. */
  closed(): void | Promise<void>
}

/** Of one open socket, all that the edge keeps. */
export class Connection implements Pinged, Newcomer {
  readonly #ws: WebSocket
  readonly #peer: Outgoing
  readonly #log: Log
  readonly address: string
  #handlers: SocketHandlers | undefined = undefined
  /** Of `bytesRead`, how many belong to what was whole. */
  #whole: number
  unheard = 0
  slot = 0

  constructor(ws: WebSocket, peer: Outgoing, address: string, log: Log) {
    this.#ws = ws
    this.#peer = peer
    this.address = address
    this.#log = log
    this.#whole = peer.bytesRead
  }

  get peer(): Outgoing {
    return this.#peer
  }

  /** Nothing arrives before. */
  open(connect: () => SocketHandlers): void {
    this.#guard(() => {
      this.#handlers = connect()
    })
  }

  received(data: Buffer, isBinary: boolean): void {
    this.unheard = 0
    // Perhaps it came with the beginning of the next one, which then counts as whole: at most one read.
    this.#whole = this.#peer.bytesRead
    const handlers = this.#handlers
    // What arrives after our close frame has no meaning any more (RFC 6455 section 7.1.6).
    if (handlers === undefined || !this.#peer.isOpen) return
    if (!isBinary) this.#guard(() => handlers.text(data.toString()))
    else if (handlers.binary === undefined) this.#peer.close('unexpectedBinary')
    else this.#guard(() => handlers.binary?.(data))
  }

  /**
   * A ping or a pong. Both may stand between the fragments of a message (RFC 6455 section 5.4), and then they are no
   * sign of life: what is kept of a message that never ends would be kept for ever.
   */
  receivedControl(payload: Buffer): void {
    const { bytesRead } = this.#peer
    this.#whole = Math.min(this.#whole + CONTROL_HEADER + payload.length, bytesRead)
    if (this.#whole === bytesRead) this.unheard = 0
  }

  ping(): void {
    // Who is not read cannot be heard.
    if (this.#peer.isPaused) this.unheard = 0
    this.#ws.ping()
  }

  unanswered(): void {
    this.#peer.close('unanswered')
  }

  shed(): void {
    this.#peer.close('idle')
  }

  closed(): void {
    this.#peer.dispose()
    this.#guard(() => this.#handlers?.closed())
  }

  #guard(call: () => void | Promise<void>): void {
    try {
      call()?.catch((error: unknown) => this.#fail(error))
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.#log.error({ err: error }, 'a socket callback failed')
    this.#peer.close('internalError')
  }
}

export type Log = Pick<Logger, 'error' | 'debug'>
