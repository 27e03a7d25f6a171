import type { Socket } from 'node:net'
import { CLOSE, type CloseName } from '@chat-room/protocol'
import { takeMemory } from './frame-memory.ts'
import { READY, type WebSocketEnd } from './websocket-end.ts'

/** What one client may be owed, in bytes, before it counts as one that does not read. */
export const SLOW_READER_BUFFER = 4 * 1024 * 1024
/** The same of a newcomer, who is owed a few short answers. */
const NEWCOMER_BUFFER = 64 * 1024
/** Who has so many bytes unread may keep what comes next for long: that is not to keep what others have read. */
const LATE = 64 * 1024

/**
 * What one client is owed. Frames are collected and written once per turn of the event loop.
 *
 * They are written to the socket that the upgrade handed over, beside the end of the WebSocket, which owns the control
 * frames. That is sound because both write nothing but whole frames, each in one synchronous step: our own end knows
 * nothing else, and `ws` fragments nothing unless asked to, and holds a frame back only for compression (never
 * negotiated here) or a Blob (never sent). After the close frame nothing may follow: `readyState` tells.
 */
export class Outgoing {
  protected readonly end: WebSocketEnd
  protected readonly socket: Socket
  readonly #limit: number
  /** Of this turn. An array that begins with its first frame takes a quarter of what one that is made empty does. */
  #queue: Uint8Array[] | undefined = undefined
  #queuedBytes = 0
  #onEntered: (() => void) | undefined = undefined
  #resting: NodeJS.Timeout | undefined = undefined

  constructor(end: WebSocketEnd, socket: Socket, limit: number) {
    this.end = end
    this.socket = socket
    this.#limit = limit
  }

  get isOpen(): boolean {
    return this.end.readyState === READY.open
  }

  /** Whether nothing is read from the client at present, its answers to pings included. */
  get isPaused(): boolean {
    return this.end.isPaused
  }

  /** Bytes that arrived, heard or not. */
  get bytesRead(): number {
    return this.socket.bytesRead
  }

  /** Whether it is still unknown whose this socket is. */
  get isNewcomer(): boolean {
    return this.#onEntered !== undefined
  }

  /** @param onEntered Called once: when it is no newcomer any more, or gone. */
  arrive(onEntered: () => void): void {
    this.#onEntered = onEntered
  }

  /** It has joined or attached: the bounds of a newcomer end. */
  entered(): void {
    this.#onEntered?.()
    this.#onEntered = undefined
  }

  /** Reads nothing for so long. A later call replaces an earlier one; what was read already still arrives. */
  rest(milliseconds: number): void {
    if (!this.isOpen) return
    clearTimeout(this.#resting)
    this.end.pause()
    this.#resting = setTimeout(() => {
      this.#resting = undefined
      this.wake()
    }, milliseconds)
  }

  protected get isResting(): boolean {
    return this.#resting !== undefined
  }

  /** The rest is over. */
  protected wake(): void {
    this.end.resume()
  }

  /** Bytes that the kernel did not take, as far as they count as unread. */
  protected unread(): number {
    return this.socket.writableLength
  }

  /** @param frame A whole frame. It may be shared: nobody changes it any more. */
  protected enqueue(frame: Uint8Array): void {
    this.#queuedBytes += frame.length
    if (this.#queue !== undefined) {
      this.#queue.push(frame)
    } else {
      this.#queue = [frame]
      owing.push(this)
      flushThisTurn()
    }
    // What is unread besides is looked at once a turn.
    if (this.#queuedBytes > this.#bound) this.#cutOff()
  }

  /** Writes what was collected. */
  flush(): void {
    const queue = this.#queue
    if (queue === undefined) return
    const bytes = this.#queuedBytes
    this.#drop()
    if (!this.isOpen) return
    const unread = this.unread()
    if (bytes + unread > this.#bound) this.#cutOff()
    else this.socket.write(unread > LATE ? Buffer.concat(queue, bytes) : join(queue, bytes))
  }

  get #bound(): number {
    return this.isNewcomer ? Math.min(NEWCOMER_BUFFER, this.#limit) : this.#limit
  }

  /** Everything sent before goes out first. If the client does not answer in time, the connection ends without. */
  close(name: CloseName, reason: string = CLOSE[name].reason): void {
    if (!this.isOpen) return
    this.flush()
    this.#stopResting()
    this.end.close(CLOSE[name].code, reason)
    // The client's own close frame has to be read.
    this.end.resume()
  }

  /** What the kernel did not take is not worth keeping: the client may resume and ask for it. */
  #cutOff(): void {
    this.#drop()
    this.close('slowReader')
  }

  #drop(): void {
    this.#queue = undefined
    this.#queuedBytes = 0
  }

  /** The connection has ended: holds nothing any more. */
  dispose(): void {
    this.#drop()
    this.#stopResting()
    this.entered()
  }

  #stopResting(): void {
    clearTimeout(this.#resting)
    this.#resting = undefined
  }
}

/** There is one event loop, so there is one list of those that are owed something in its turn. */
let owing: Outgoing[] = []
let isFlushing = false

/**
 * Writes at the end of this turn what was collected in it: not before `setImmediate`, for only then has every readable
 * socket been read. Whoever passes a message on calls it, too: behind the store's commit, which is due at the end of the turn as
 * well, it sends the answers in the turn in which the message came.
 */
export function flushThisTurn(): void {
  if (isFlushing) return
  isFlushing = true
  setImmediate(flushAll)
}

function flushAll(): void {
  isFlushing = false
  const turn = owing
  owing = []
  for (const outgoing of turn) outgoing.flush()
  lastQueue = []
  lastJoined = EMPTY
}

const EMPTY = new Uint8Array(0)

/** The members of a room are mostly owed the same: what was joined for one is written to the next, too. */
let lastQueue: readonly Uint8Array[] = []
let lastJoined: Uint8Array = EMPTY

function join(queue: readonly Uint8Array[], bytes: number): Uint8Array {
  if (queue.length === 1) return queue[0] ?? EMPTY
  if (!sameFrames(queue, lastQueue)) {
    lastQueue = queue
    lastJoined = joined(queue, bytes)
  }
  return lastJoined
}

function joined(queue: readonly Uint8Array[], bytes: number): Uint8Array {
  const all = takeMemory(bytes)
  let at = 0
  for (const frame of queue) {
    all.set(frame, at)
    at += frame.length
  }
  return all
}

function sameFrames(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  if (a.length !== b.length) return false
  for (let index = a.length; index-- > 0; ) if (a[index] !== b[index]) return false
  return true
}
