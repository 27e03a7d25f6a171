import {
  CLOSE,
  closeName,
  decodeSegmentFrame,
  LIMITS,
  parseRelayMessage,
  type RelayMessage,
  type SegmentClientMessage,
  unreachable,
} from '@chat-room/protocol'
import { Backoff, halfOrMore } from '../../backoff.ts'
import { type Bytes, encodeBase64Url, type Random } from '../../bytes.ts'
import type { Clock, Socket, SocketHandlers } from '../../ports.ts'

/** Between two attempts, in milliseconds; at least half of it is waited. */
const FIRST_DELAY = 500
const LONGEST_DELAY = 30_000
/** How long a socket without work stays open, in milliseconds. */
const IDLE = 30_000
/**
 * Bytes that may wait in the socket before nothing more is handed to it: enough to keep a fast network busy while the next
 * segment is sealed. With the segment that follows they are all that lies in front of a word, or of a close, on a slow one.
 */
const BUFFERED = LIMITS.segmentBytes

export type ChannelPorts = {
  readonly clock: Clock
  readonly random: Random
  /** A one-use ticket, asked for on the room socket; rejects while that is not there. */
  readonly requestTicket: () => Promise<string>
  readonly openSegmentSocket: (handlers: SocketHandlers) => Socket
}

export type ChannelListener = {
  attached(): void
  detached(): void
  message(message: RelayMessage): void
  segment(transfer: string, index: number, ciphertext: Bytes): void
  /** The server wants no further attempt; `reason` is in plain words. */
  stopped(reason: string): void
}

type State =
  /** Nothing to transfer, or no room connection. */
  | { readonly name: 'resting' }
  | { readonly name: 'asking' }
  | { readonly name: 'opening'; readonly socket: Socket }
  | { readonly name: 'attached'; readonly socket: Socket; readonly cancelIdle: (() => void) | undefined }
  | { readonly name: 'waiting' }
  | { readonly name: 'stopped' }

/**
 * The segment socket: open while something is to be transferred and the room socket is there.
 *
 *     resting ─needed─▶ asking ─ticket─▶ opening ─▶ attached ─idle for a while─▶ resting
 *                       ▲    │             │           │
 *                       │    └── refused, or lost ─────┤─ a close code that says so ─▶ stopped
 *                       └────────── waiting ◀──────────┘
 *
 * The room connection's loss ends every state in `resting`: both run over one network, and a new ticket needs it.
 */
export class SegmentChannel {
  readonly #ports: ChannelPorts
  readonly #listener: ChannelListener
  #state: State = { name: 'resting' }
  #online = false
  #needed = false
  readonly #backoff: Backoff
  #inTurn: Promise<void> = Promise.resolve()

  constructor(ports: ChannelPorts, listener: ChannelListener) {
    this.#ports = ports
    this.#listener = listener
    this.#backoff = new Backoff(ports.clock, FIRST_DELAY, LONGEST_DELAY, halfOrMore(ports.random))
  }

  get attached(): boolean {
    return this.#state.name === 'attached'
  }

  online(): void {
    this.#online = true
    if (this.#state.name === 'stopped') this.#state = { name: 'resting' }
    this.#backoff.reset()
    this.#begin()
  }

  offline(): void {
    this.#online = false
    this.#rest()
  }

  /** Whether there is something to transfer. */
  need(needed: boolean): void {
    this.#needed = needed
    if (needed) this.#begin()
    if (this.#state.name !== 'attached') return
    const { socket, cancelIdle } = this.#state
    if (needed === (cancelIdle === undefined)) return
    cancelIdle?.()
    const idle = needed ? undefined : this.#ports.clock.after(IDLE, () => this.#rest())
    this.#state = { name: 'attached', socket, cancelIdle: idle }
  }

  /** Nothing is sent while detached: whoever cares says it again when attached. */
  send(message: SegmentClientMessage): void {
    if (this.#state.name === 'attached') this.#state.socket.send(JSON.stringify(message))
  }

  sendSegment(frame: Bytes): void {
    if (this.#state.name === 'attached') this.#state.socket.send(frame)
  }

  /**
   * Calls back when the socket takes more, or is gone; resolves after that. One at a time, in the order they came: each
   * sees what the one before it handed over.
   */
  whenWritable(hand: () => void): Promise<void> {
    const before = this.#inTurn
    const handed = this.#handInTurn(hand, before)
    this.#inTurn = handed.catch(() => undefined)
    return handed
  }

  async #handInTurn(hand: () => void, before: Promise<void>): Promise<void> {
    await before
    if (this.#state.name === 'attached') await this.#state.socket.drained(BUFFERED)
    hand()
  }

  #begin(): void {
    if (!this.#online || !this.#needed || this.#state.name !== 'resting') return
    const asking: State = { name: 'asking' }
    this.#state = asking
    this.#ports.requestTicket().then(
      ticket => {
        if (this.#state === asking) this.#open(ticket)
      },
      () => {
        if (this.#state === asking) this.#retry()
      },
    )
  }

  #open(ticket: string): void {
    const isCurrent = () => 'socket' in this.#state && this.#state.socket === socket
    const socket = this.#ports.openSegmentSocket({
      opened: () => {
        if (isCurrent())
          socket.send(JSON.stringify({ type: 'attach', ticket } satisfies SegmentClientMessage))
      },
      text: text => {
        if (isCurrent()) this.#receive(text, socket)
      },
      binary: bytes => {
        if (isCurrent()) this.#receiveSegment(bytes)
      },
      closed: code => {
        if (isCurrent()) this.#lost(code)
      },
    })
    this.#state = { name: 'opening', socket }
  }

  #receive(text: string, socket: Socket): void {
    const parsed = parseRelayMessage(text)
    if (!parsed.ok) {
      // What a newer relay says is ignored; what cannot be understood leaves a transfer in doubt.
      if (parsed.error.reason !== 'unknown-type') this.#drop(socket)
      return
    }
    if (parsed.value.type !== 'attached') this.#listener.message(parsed.value)
    else if (this.#state.name === 'opening') {
      this.#state = { name: 'attached', socket, cancelIdle: undefined }
      this.#backoff.reset()
      this.#listener.attached()
      this.need(this.#needed)
    }
  }

  #receiveSegment(bytes: Bytes): void {
    const frame = decodeSegmentFrame(bytes)
    if (!frame.ok || this.#state.name !== 'attached') return
    const { transfer, index, ciphertext } = frame.value
    // A view into `bytes`, whose buffer is an ordinary one.
    this.#listener.segment(encodeBase64Url(transfer), index, ciphertext as Bytes)
  }

  #drop(socket: Socket): void {
    socket.close(CLOSE.malformed.code)
    this.#leave()
    this.#retry()
  }

  #lost(code: number): void {
    const close = closeName(code)
    this.#leave()
    if (close !== undefined && CLOSE[close].next === 'stop') {
      this.#state = { name: 'stopped' }
      // Who leaves the room knows why files do not move any more.
      if (close !== 'left') this.#listener.stopped(CLOSE[close].reason)
    } else this.#retry()
  }

  #retry(): void {
    this.#state = { name: 'waiting' }
    this.#backoff.wait(() => {
      this.#state = { name: 'resting' }
      this.#begin()
    })
  }

  #rest(): void {
    const state = this.#state
    switch (state.name) {
      case 'opening':
      case 'attached':
        state.socket.close(CLOSE.left.code)
        break
      case 'waiting':
        this.#backoff.cancel()
        break
      case 'stopped':
        return
      case 'resting':
      case 'asking':
        break
      default:
        unreachable(state)
    }
    this.#leave()
  }

  #leave(): void {
    const state = this.#state
    this.#state = { name: 'resting' }
    // Nobody who sends on the next socket waits for this one.
    this.#inTurn = Promise.resolve()
    if (state.name !== 'attached') return
    state.cancelIdle?.()
    this.#listener.detached()
  }
}
