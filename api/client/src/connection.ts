import {
  CLOSE,
  type ClientMessage,
  type CloseName,
  closeName,
  parseServerMessage,
  type ServerMessage,
  type ServerMessageOf,
  type ServerMessageType,
  SUBPROTOCOL,
} from '@chat-room/protocol'
import { Backoff, halfOrMore } from './backoff.ts'
import type { ClientPorts, ConnectionProblem, Socket } from './ports.ts'

/** Between two attempts, in milliseconds. */
const FIRST_DELAY = 500
const LONGEST_DELAY = 30_000

/** The connection broke before the answer came: what was asked is asked again after the next `room` fact. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError'
}

export type ConnectionEnd =
  | { readonly reason: 'closed'; readonly close: CloseName }
  | { readonly reason: 'problem'; readonly problem: ConnectionProblem }

export type ConnectionListener = {
  connecting(): void
  message(message: ServerMessage): void
  /** The connection is lost; another attempt follows by itself after so many milliseconds. */
  lost(retryIn: number): void
  /** No further attempt is made. */
  ended(end: ConnectionEnd): void
}

type Waiter = {
  readonly what: ClientMessage['type']
  readonly reply: ServerMessageType
  readonly resolve: (message: ServerMessage) => void
  readonly reject: (error: Error) => void
}

/**
 * The room socket, made again with back-off and jitter whenever it breaks, until the server or its owner says stop.
 *
 *     idle ─start─▶ connecting ─▶ open ─▶ waiting ─▶ connecting …
 *                                  └─ stop, or a close code that says so ─▶ ended
 */
export class Connection {
  readonly #ports: Pick<ClientPorts, 'openSocket' | 'clock' | 'random'>
  readonly #url: string
  readonly #listener: ConnectionListener
  readonly #isPatient: () => boolean
  #socket: Socket | undefined
  #open = false
  #ended = false
  #everOpen = false
  readonly #backoff: Backoff
  #waiters: Waiter[] = []

  /** `isPatient`: a server that could not be reached at the very first attempt is tried again as well. */
  constructor(
    url: string,
    ports: Pick<ClientPorts, 'openSocket' | 'clock' | 'random'>,
    listener: ConnectionListener,
    isPatient: () => boolean,
  ) {
    this.#url = url
    this.#ports = ports
    this.#listener = listener
    this.#isPatient = isPatient
    this.#backoff = new Backoff(ports.clock, FIRST_DELAY, LONGEST_DELAY, halfOrMore(ports.random))
  }

  start(): void {
    if (this.#ended || this.#socket !== undefined) return
    this.#backoff.cancel()
    this.#listener.connecting()
    const socket = this.#ports.openSocket(this.#url, SUBPROTOCOL, {
      opened: () => {
        this.#open = true
        this.#everOpen = true
      },
      text: text => {
        if (this.#socket === socket) this.#receive(text)
      },
      binary: () => undefined,
      closed: (code, problem) => {
        if (this.#socket === socket) this.#closed(code, problem)
      },
    })
    this.#socket = socket
  }

  /** The way is known to work: the next loss is retried quickly. */
  settle(): void {
    this.#backoff.reset()
  }

  /** Nothing is sent while there is no connection: whoever cares sends again at the next one. */
  send(message: ClientMessage): void {
    if (this.#open) this.#socket?.send(JSON.stringify(message))
  }

  /**
   * Sends, and waits for the answer of this type or for its refusal. Rejects with `ConnectionLostError`. `taken` is called
   * with the answer before anything behind it is read: a socket may hand over several messages in one go.
   */
  ask<T extends ServerMessageType>(
    message: ClientMessage,
    reply: T,
    taken?: (answer: ServerMessageOf<T>) => void,
  ): Promise<ServerMessageOf<T> | ServerMessageOf<'refused'>> {
    if (!this.#open) return Promise.reject(new ConnectionLostError('not connected'))
    const answer = new Promise<ServerMessage>((resolve, reject) => {
      this.#waiters.push({
        what: message.type,
        reply,
        resolve: answer => {
          // A waiter is only given what it waits for.
          if (answer.type === reply) taken?.(answer as ServerMessageOf<T>)
          resolve(answer)
        },
        reject,
      })
    })
    this.send(message)
    return answer as Promise<ServerMessageOf<T> | ServerMessageOf<'refused'>>
  }

  get buffered(): number {
    return this.#socket?.buffered ?? 0
  }

  /** Ends for good, with this close code. */
  stop(code: number = CLOSE.left.code): void {
    if (this.#ended) return
    this.#ended = true
    this.#open = false
    this.#backoff.cancel()
    const socket = this.#socket
    this.#socket = undefined
    socket?.close(code)
    this.#rejectWaiters()
  }

  #receive(text: string): void {
    const parsed = parseServerMessage(text)
    // A message that this version does not know is not an error: the server may be newer.
    if (!parsed.ok || this.#ended) return
    const message = parsed.value
    const at = this.#waiters.findIndex(
      ({ what, reply }) =>
        message.type === reply ||
        (message.type === 'refused' && message.what === what && message.id === undefined),
    )
    if (at === -1) return this.#listener.message(message)
    const [waiter] = this.#waiters.splice(at, 1)
    waiter?.resolve(message)
  }

  #closed(code: number, problem: ConnectionProblem | undefined): void {
    this.#socket = undefined
    this.#open = false
    this.#rejectWaiters()
    const close = closeName(code)
    if (close !== undefined && CLOSE[close].next === 'stop') return this.#end({ reason: 'closed', close })
    // At the very first attempt a person may be waiting: a wrong address is told, not tried for ever.
    const isFinal = !this.#everOpen && !this.#isPatient()
    if (problem !== undefined && (problem.reason === 'certificate' || isFinal)) {
      return this.#end({ reason: 'problem', problem })
    }
    this.#listener.lost(this.#backoff.wait(() => this.start()))
  }

  #end(end: ConnectionEnd): void {
    this.#ended = true
    this.#listener.ended(end)
  }

  #rejectWaiters(): void {
    for (const { reject } of this.#waiters.splice(0))
      reject(new ConnectionLostError('the connection is lost'))
  }
}
