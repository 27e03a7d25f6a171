import type { ClientMessageType, RefusalCode, ServerMessage } from '@chat-room/protocol'
import type { Member } from './member.ts'
import { Frame, type Id, type Peer } from './ports.ts'

/**
 * Where a connection stands.
 *
 *     connected ──start-creation──▶ creating ──finish-creation──▶ connected
 *         │  └──────start-login───▶ logging-in ──finish-login──▶ admitted ──join──▶ joined ──leave──▶ left
 *         └──────────────────────────────resume─────────────────────────────────────▶┘
 */
export type SessionState =
  | { readonly name: 'connected' }
  | { readonly name: 'creating'; readonly creation: Id }
  | { readonly name: 'logging-in'; readonly login: string; readonly expires: number }
  | { readonly name: 'admitted' }
  | { readonly name: 'joined'; readonly member: Member }
  | { readonly name: 'left' }

/** How many messages of one client may wait for earlier ones of its own. */
const MAX_WAITING = 256

/** One room socket and what its client may say next. */
export class Session {
  readonly peer: Peer
  /** The key under which its guesses are counted. */
  readonly address: string
  readonly connectedAt: number
  state: SessionState = { name: 'connected' }
  tokens: number
  tokensAt: number
  #waiting = 0
  #tail: Promise<void>

  /** Nothing is handled before `ready`. */
  constructor(peer: Peer, address: string, now: number, tokens: number, ready: Promise<void>) {
    this.peer = peer
    this.address = address
    this.connectedAt = now
    this.tokens = tokens
    this.tokensAt = now
    this.#tail = ready
  }

  get idle(): boolean {
    return this.#waiting === 0
  }

  /** One after the other, in the order they came; false if too many wait. */
  enqueue(step: () => Promise<void>): boolean {
    if (this.#waiting === MAX_WAITING) return false
    this.#waiting++
    this.#tail = this.#tail.then(step).finally(() => {
      this.#waiting--
    })
    return true
  }

  send(message: ServerMessage): void {
    this.peer.send(new Frame(message))
  }

  refuse(
    what: ClientMessageType,
    code: RefusalCode,
    more: { readonly id?: Id; readonly retryAfter?: number } = {},
  ): void {
    this.send({ type: 'refused', what, code, ...more })
  }
}
