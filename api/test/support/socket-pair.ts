import type { Socket, SocketHandlers } from '@chat-room/client'
import { CLOSE, type CloseName, parseClientMessage } from '@chat-room/protocol'
import type { Frame, Peer } from '../../src/room/ports.ts'
import type { Room } from '../../src/room/room.ts'
import type { Session } from '../../src/room/session.ts'

type Delivery = { readonly text: string | undefined; readonly run: () => void }

/** What may come twice without a second effect, by design: all else is never repeated by a real line. */
const REPEATABLE = /^\{"type":"(send|confirm|ephemeral|entry|direct|accepted)"/

/**
 * One client's socket to a room, in memory. What either side sends waits in a queue until the test delivers it, so that a test
 * decides what is seen when, and what is lost when the line breaks.
 */
export class SocketPair {
  readonly #handlers: SocketHandlers
  #room: Room | undefined
  readonly #now: () => number
  readonly #toServer: Delivery[] = []
  readonly #toClient: Delivery[] = []
  #session: Session | undefined
  #open = true
  #isMuted = false
  #pausedUntil = 0
  /** Every text that crossed, for tests that look for what must not be seen. */
  readonly seen: string[]

  constructor(handlers: SocketHandlers, room: () => Room, now: () => number, seen: string[]) {
    this.#handlers = handlers
    this.#now = now
    this.seen = seen
    const peer: Peer = {
      send: (frame: Frame) => {
        if (!this.#open) return
        this.seen.push(frame.text)
        this.#toClient.push({ text: frame.text, run: () => this.#handlers.text(frame.text) })
      },
      close: name => this.#toClient.push({ text: undefined, run: () => this.#end(CLOSE[name].code) }),
      pause: milliseconds => {
        this.#pausedUntil = this.#now() + milliseconds
      },
    }
    const connect = () => {
      this.#room = room()
      this.#session = this.#room.connect(peer, '127.0.0.1', this.#now())
      this.#toClient.push({ text: undefined, run: () => this.#handlers.opened() })
    }
    this.#toServer.push({ text: undefined, run: connect })
  }

  readonly client: Socket = {
    send: data => {
      if (typeof data !== 'string') throw new Error('binary on the room socket')
      this.seen.push(data)
      this.#toServer.push({ text: data, run: () => this.#receive(data) })
    },
    buffered: 0,
    drained: async () => undefined,
    close: () => {
      // What was sent before still arrives, as it does over TCP.
      this.#toServer.push({ text: undefined, run: () => this.#disconnect() })
      this.#open = false
    },
  }

  get open(): boolean {
    return this.#open
  }

  get pending(): number {
    return this.#toClient.length + (this.#isPaused() ? 0 : this.#toServer.length)
  }

  /** From now on nothing reaches the client: acknowledgements are lost. */
  mute(): void {
    this.#isMuted = true
  }

  /** So many at once, as when they came in one packet: no promise gets its turn in between. */
  deliver(direction: 'to-server' | 'to-client', count = 1): void {
    if (this.#isMuted) this.#toClient.length = 0
    for (let i = 0; i < count; i++) {
      if (direction === 'to-server' && this.#isPaused()) return
      const delivery = (direction === 'to-server' ? this.#toServer : this.#toClient).shift()
      delivery?.run()
    }
  }

  /** What waits as the last in this direction arrives twice. */
  repeat(direction: 'to-server' | 'to-client'): void {
    const queue = direction === 'to-server' ? this.#toServer : this.#toClient
    const last = queue.at(-1)
    if (last?.text !== undefined && REPEATABLE.test(last.text)) queue.push(last)
  }

  /** The server closes the socket, whatever the room thinks. */
  closeByServer(name: CloseName): void {
    this.#toClient.push({ text: undefined, run: () => this.#end(CLOSE[name].code) })
  }

  /** The line breaks: what is under way is lost, both sides notice. */
  drop(): void {
    this.#toServer.length = 0
    this.#disconnect()
    this.#toClient.length = 0
    this.#end(1006)
  }

  #isPaused(): boolean {
    return this.#now() < this.#pausedUntil
  }

  #receive(text: string): void {
    if (this.#session === undefined || this.#room === undefined) return
    const message = parseClientMessage(text)
    if (!message.ok) throw new Error(`the client sent a malformed message: ${message.error.message}`)
    this.#room.receive(this.#session, message.value, this.#now())
  }

  #disconnect(): void {
    if (this.#session !== undefined) this.#room?.disconnect(this.#session, this.#now())
    this.#session = undefined
  }

  #end(code: number): void {
    if (!this.#open) return
    this.#open = false
    this.#disconnect()
    this.#handlers.closed(code)
  }
}
