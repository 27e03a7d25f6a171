import { LIMITS } from '@chat-room/protocol'
import type { Bytes } from '../../bytes.ts'
import type { FileShape } from '../../crypto/file-stream.ts'
import { freeMemory } from '../../free-memory.ts'
import type { TransferContext } from '../transfer-context.ts'
import type { SealedSource, SourceFailure } from './sealed-source.ts'

/** Of one file, in memory at once: one is read while another is sealed and a third is written to the socket. */
const FRAMES = 4

export type HandingListener = {
  handed(index: number): void
  failed(failure: SourceFailure): void
  /** All that the relay wants is handed over. */
  rested(): void
}

/** Hands over what the relay wants of one file: sealed side by side, sent in the order it was wanted in. */
export class HandingOver {
  readonly #context: Pick<TransferContext, 'sealing' | 'channel'>
  readonly #source: SealedSource
  readonly #shape: Pick<FileShape, 'segmentCount' | 'segmentSize'>
  readonly #listener: HandingListener
  #wanted: number[] = []
  #sealing = 0
  #paused = false
  #inOrder: Promise<void> = Promise.resolve()
  /** Another object after every loss of the connection: what was sealed for the old one is not sent on the new one. */
  #link = {}

  constructor(
    context: Pick<TransferContext, 'sealing' | 'channel'>,
    source: SealedSource,
    shape: Pick<FileShape, 'segmentCount' | 'segmentSize'>,
    listener: HandingListener,
  ) {
    this.#context = context
    this.#source = source
    this.#shape = shape
    this.#listener = listener
  }

  get resting(): boolean {
    return this.#sealing === 0
  }

  want(first: number, count: number): void {
    // A relay that wants more at once than it may gets no memory for it.
    const room = Math.max(0, 2 * LIMITS.windowSegments - this.#wanted.length)
    const end = Math.min(first + Math.min(count, room), this.#trailer + 1)
    for (let index = first; index < end; index += 1) this.#wanted.push(index)
    this.#serve()
  }

  /** What is sealed already still leaves. */
  pause(): void {
    this.#paused = true
  }

  continue(): void {
    this.#paused = false
    this.#serve()
  }

  /** The connection is gone, or the transfer is over: the relay says anew what it wants. */
  forget(): void {
    this.#link = {}
    this.#wanted = []
    this.#sealing = 0
    this.#inOrder = Promise.resolve()
  }

  /** The trailer's index: one past the last segment's. */
  get #trailer(): number {
    return this.#shape.segmentCount
  }

  #serve(): void {
    while (!this.#paused && this.#sealing < FRAMES) {
      const index = this.#wanted.shift()
      if (index === undefined) return
      this.#sealing += 1
      this.#inOrder = this.#handOver(index, this.#inOrder, this.#link)
    }
  }

  async #handOver(index: number, before: Promise<void>, link: object): Promise<void> {
    if (index === this.#trailer) {
      await before
      return this.#send(index, () => this.#source.trailer(), before, link)
    }
    // In hand until the socket has it: on a slow line, many files wait with no more in memory than one.
    const send = () => this.#send(index, () => this.#source.segment(index), before, link)
    return this.#context.sealing.spend(this.#shape.segmentSize, send)
  }

  async #send(
    index: number,
    seal: () => Promise<Bytes | SourceFailure>,
    before: Promise<void>,
    link: object,
  ): Promise<void> {
    if (link !== this.#link) return
    const frame = await seal().catch(() => 'unreadable' as const)
    await before
    // Here and not before sealing: a word to the relay waits behind what the socket holds, and not behind what is sealed.
    await this.#context.channel.whenWritable(() => this.#hand(index, frame, link))
  }

  #hand(index: number, frame: Bytes | SourceFailure, link: object): void {
    if (link !== this.#link) {
      if (typeof frame !== 'string') freeMemory(frame)
      return
    }
    this.#sealing -= 1
    if (typeof frame === 'string') {
      this.#listener.failed(frame)
      return
    }
    this.#context.channel.sendSegment(frame)
    this.#listener.handed(index)
    this.#serve()
    if (this.#sealing === 0) this.#listener.rested()
  }
}
