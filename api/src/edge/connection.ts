import type { Logger } from './log.ts'
import type { Newcomer } from './newcomers.ts'
import type { Outgoing } from './outgoing.ts'
import type { Pinged } from './ping-wheel.ts'
import type { WebSocketEnd } from './websocket-end.ts'

/** What one socket's owner does with what arrives. Whatever it throws ends that connection alone. */
export interface SocketHandlers {
  text(text: string): void | Promise<void>
  /** Once, when the connection has ended, however it did. */
  closed(): void | Promise<void>
}

export type Log = Pick<Logger, 'error' | 'debug'>

/** Of one open socket, all that the edge keeps. */
export abstract class Connection<H extends SocketHandlers = SocketHandlers> implements Pinged, Newcomer {
  abstract readonly patience: number
  readonly #end: WebSocketEnd
  readonly #log: Log
  readonly peer: Outgoing
  readonly address: string
  #handlers: H | undefined = undefined
  unheard = 0
  slot = 0

  constructor(end: WebSocketEnd, peer: Outgoing, address: string, log: Log) {
    this.#end = end
    this.peer = peer
    this.address = address
    this.#log = log
  }

  /** Nothing arrives before. */
  open(connect: () => H): void {
    this.guard(() => {
      this.#handlers = connect()
    })
  }

  text(text: string): void {
    this.heard()
    const handlers = this.handlers
    if (handlers !== undefined) this.guard(() => handlers.text(text))
  }

  /** Undefined after our close frame: what arrives then has no meaning any more (RFC 6455 section 7.1.6). */
  protected get handlers(): H | undefined {
    return this.peer.isOpen ? this.#handlers : undefined
  }

  /** A sign of life. */
  heard(): void {
    this.unheard = 0
  }

  ping(): void {
    // Who is not read cannot be heard.
    if (this.peer.isPaused) this.unheard = 0
    this.#end.ping()
  }

  unanswered(): void {
    this.peer.close('unanswered')
  }

  shed(): void {
    this.peer.close('idle')
  }

  closed(): void {
    this.peer.dispose()
    this.guard(() => this.#handlers?.closed())
  }

  protected guard(call: () => void | Promise<void>): void {
    try {
      call()?.catch((error: unknown) => this.#fail(error))
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.#log.error({ err: error }, 'a socket callback failed')
    this.peer.close('internalError')
  }
}
