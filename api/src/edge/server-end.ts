import type { Socket } from 'node:net'
import { OPCODE } from './frame-header.ts'
import { type Broken, type FrameLimits, FrameReader, type FrameSink } from './frame-reader.ts'
import { ReadingTurns } from './reading-turns.ts'
import { encodeControlFrame } from './server-frame.ts'
import { READY, type WebSocketEnd } from './websocket-end.ts'

/** Whose this end is: hears what the client says. */
export interface EndOwner extends Pick<FrameSink, 'place' | 'binary' | 'text'> {
  /** A sign of life. */
  heard(): void
  /** The client broke the WebSocket protocol; this end has closed with that code. */
  broken(code: Broken): void
}

export type ServerEndOptions = FrameLimits & {
  /** Milliseconds from our close frame to the end of a connection whose client does not answer it. */
  readonly farewell: number
}

/** No status code was there (RFC 6455 section 7.1.5): the answer to such a close frame has none either. */
const NO_CODE = 1005
const NOTHING = new Uint8Array(0)

/**
 * Our own end of a WebSocket (RFC 6455): control frames and the closing handshake here, messages from the client to the
 * owner. What is sent is written to the same socket by `Outgoing`, in whole frames.
 *
 * ```
 *   open ──── close() ───▶ closing, ours sent ──── the client's comes ────┐
 *     │ └─ broken frame ─▶ closing, heard no more ── the client ends ─────┼──▶ closed
 *     └─── the client's comes, ours answers it ────────────────────────────┘
 * ```
 *
 * Whichever way, the connection is cut when the farewell takes too long.
 */
export class ServerEnd implements WebSocketEnd {
  readonly #socket: Socket
  readonly #options: ServerEndOptions
  readonly #reading: ReadingTurns
  #readyState: number = READY.open
  #late: NodeJS.Timeout | undefined = undefined
  #isPonging = false
  /** What the latest ping said while an earlier answer was on its way. */
  #unanswered: Buffer | undefined = undefined

  constructor(socket: Socket, options: ServerEndOptions) {
    this.#socket = socket
    this.#options = options
    this.#reading = new ReadingTurns(socket)
  }

  get readyState(): number {
    return this.#readyState
  }

  get isPaused(): boolean {
    return this.#reading.isPaused
  }

  /** @param head What came with the handshake. */
  listen(owner: EndOwner, head: Buffer): void {
    const reader: FrameReader = new FrameReader(
      this.#sink(owner, () => reader.isAmidMessage),
      this.#options,
    )
    this.#socket
      .once('end', () => this.#finish())
      .once('close', () => {
        clearTimeout(this.#late)
        this.#readyState = READY.closed
      })
    this.#reading.begin(head, (chunk, goesOn) => {
      const before = reader.payloadBytes
      const heard = reader.read(chunk, goesOn)
      if (reader.payloadBytes !== before) owner.heard()
      return heard
    })
  }

  #sink(owner: EndOwner, isAmidMessage: () => boolean): FrameSink {
    /** Between the fragments of a message it is none: what is kept of one that never ends would be kept for ever. */
    const heardControl = () => {
      if (!isAmidMessage()) owner.heard()
    }
    return {
      place: length => (this.#readyState === READY.open ? owner.place(length) : undefined),
      binary: bytes => owner.binary(bytes),
      text: text => owner.text(text),
      ping: payload => {
        heardControl()
        this.#pong(payload)
      },
      pong: heardControl,
      closed: code => {
        if (this.#readyState === READY.open) this.#say(code === NO_CODE ? NOTHING : codeAndReason(code, ''))
        this.#finish()
      },
      broken: code => {
        if (this.#readyState === READY.open) this.close(code, '')
        owner.broken(code)
        this.#finish()
      },
    }
  }

  pause(): void {
    this.#reading.pause()
  }

  resume(): void {
    this.#reading.resume()
  }

  ping(): void {
    this.#control(OPCODE.ping, NOTHING)
  }

  /**
   * One answer at a time, and then the latest ping's (RFC 6455 section 5.5.3): who pings and reads nothing is owed two
   * frames, however often it does.
   */
  #pong(payload: Uint8Array): void {
    if (this.#isPonging) {
      this.#unanswered = Buffer.from(payload)
      return
    }
    this.#isPonging = true
    this.#control(OPCODE.pong, payload, () => {
      this.#isPonging = false
      const next = this.#unanswered
      this.#unanswered = undefined
      if (next !== undefined) this.#pong(next)
    })
  }

  close(code: number, reason: string): void {
    if (this.#readyState === READY.open) this.#say(codeAndReason(code, reason))
  }

  #say(payload: Uint8Array): void {
    this.#control(OPCODE.close, payload)
    this.#readyState = READY.closing
    this.#late = setTimeout(() => this.#socket.destroy(), this.#options.farewell)
  }

  /** After the close frame nothing may follow (RFC 6455 section 5.5.1). */
  #control(opcode: number, payload: Uint8Array, written?: () => void): void {
    if (this.#readyState === READY.open) this.#socket.write(encodeControlFrame(opcode, payload), written)
  }

  /** The server ends the connection first (RFC 6455 section 7.1.1); what still comes is read and thrown away. */
  #finish(): void {
    this.#readyState = READY.closing
    this.#late ??= setTimeout(() => this.#socket.destroy(), this.#options.farewell)
    this.resume()
    this.#socket.end()
  }
}

function codeAndReason(code: number, reason: string): Uint8Array {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason))
  payload.writeUInt16BE(code)
  payload.write(reason, 2)
  return payload
}
