import type { ClientMessageType, RefusalCode, ServerMessage, ServerMessageOf } from '@chat-room/protocol'
import type { MessageBucket } from './message-bucket.ts'
import { Frame, type Id, type Peer } from './ports.ts'

/** One who is present or away. */
export type Member = {
  readonly id: Id
  readonly tag: string
  /** The session that its newest hello announced. */
  session: Id
  presence: 'here' | 'away'
  /** When `presence` last changed, in milliseconds. */
  since: number
  /** What it may say: its own, over all its connections. */
  readonly bucket: MessageBucket
  /** Its socket, while it is here. */
  connection: Session | undefined
  /** Of its mailbox, confirmed in this process. */
  confirmed: number
  /** Told at its return; bounded, and lost with the process. */
  undelivered: ServerMessageOf<'undelivered'>[]
}

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
  /** What it may say until it is a member's. */
  readonly #bucket: MessageBucket
  #state: SessionState = { name: 'connected' }
  #waiting = 0
  #tail: Promise<void>

  /** Nothing is handled before `ready`. */
  /** Its client said that it is being closed: what it said before that comes first. */
  isVanishing = false

  constructor(peer: Peer, address: string, now: number, bucket: MessageBucket, ready: Promise<void>) {
    this.peer = peer
    this.address = address
    this.connectedAt = now
    this.#bucket = bucket
    this.#tail = ready
  }

  get state(): SessionState {
    return this.#state
  }

  /** `left` is final: a connection that broke while something was waited for stands nowhere any more. */
  set state(next: SessionState) {
    if (this.#state.name !== 'left') this.#state = next
  }

  /** Out of which its messages are paid. */
  get bucket(): MessageBucket {
    return this.#state.name === 'joined' ? this.#state.member.bucket : this.#bucket
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
