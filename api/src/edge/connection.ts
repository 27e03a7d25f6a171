import type { WebSocket } from 'ws'
import type { Logger } from './log.ts'
import type { Outgoing } from './outgoing.ts'
import type { Pinged } from './ping-wheel.ts'

/** What one socket's owner does with what arrives. Whatever it throws ends that connection alone. */
export interface SocketHandlers {
  text(text: string): void | Promise<void>
  /** Left out, a binary frame ends the connection. The bytes are a view into what was read: no copy was made. */
  binary?(bytes: Uint8Array): void | Promise<void>
  /** Once, when the connection has ended, however it did. */
  closed(): void | Promise<void>
}

/** Of one open socket, all that the edge keeps. */
export class Connection implements Pinged {
  readonly #ws: WebSocket
  readonly #peer: Outgoing
  readonly #log: Log
  readonly address: string
  #handlers: SocketHandlers | undefined = undefined
  unheard = 0
  slot = 0

  constructor(ws: WebSocket, peer: Outgoing, address: string, log: Log) {
    this.#ws = ws
    this.#peer = peer
    this.address = address
    this.#log = log
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
    const handlers = this.#handlers
    // What arrives after our close frame has no meaning any more (RFC 6455 section 7.1.6).
    if (handlers === undefined || !this.#peer.isOpen) return
    if (!isBinary) this.#guard(() => handlers.text(data.toString()))
    else if (handlers.binary === undefined) this.#peer.close('unexpectedBinary')
    else this.#guard(() => handlers.binary?.(data))
  }

  ping(): void {
    // Who is not read cannot be heard.
    if (this.#peer.isPaused) this.unheard = 0
    this.#ws.ping()
  }

  unanswered(): void {
    this.#peer.close('unanswered')
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
