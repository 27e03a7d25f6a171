import { LIMITS } from '@chat-room/protocol'
import type { Bytes } from '../bytes.ts'
import { freeMemory } from '../free-memory.ts'
import type { SealedSource, SourceFailure } from './sealed-source.ts'
import type { TransferContext } from './transfer-context.ts'

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
  readonly #trailer: number
  readonly #listener: HandingListener
  #wanted: number[] = []
  #sealing = 0
  #paused = false
  #inOrder: Promise<void> = Promise.resolve()
  /** Another object after every loss of the connection: what was sealed for the old one is not sent on the new one. */
  #link = {}

  /** `trailer` is its index: one past the last segment's. */
  constructor(
    context: Pick<TransferContext, 'sealing' | 'channel'>,
    source: SealedSource,
    trailer: number,
    listener: HandingListener,
  ) {
    this.#context = context
    this.#source = source
    this.#trailer = trailer
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

  #serve(): void {
    while (!this.#paused && this.#sealing < FRAMES) {
      const index = this.#wanted.shift()
      if (index === undefined) return
      this.#sealing += 1
      const before = this.#inOrder
      const sealed = this.#seal(index, before, this.#link).catch(() => 'unreadable' as const)
      this.#inOrder = this.#send(index, sealed, before, this.#link)
    }
  }

  /** Undefined if the connection was lost meanwhile. */
  async #seal(
    index: number,
    before: Promise<void>,
    link: object,
  ): Promise<Bytes | SourceFailure | undefined> {
    if (index === this.#trailer) {
      await before
      return link === this.#link ? this.#source.trailer() : undefined
    }
    return this.#context.sealing.run(async () =>
      link === this.#link ? this.#source.segment(index) : undefined,
    )
  }

  async #send(
    index: number,
    sealed: Promise<Bytes | SourceFailure | undefined>,
    before: Promise<void>,
    link: object,
  ): Promise<void> {
    const frame = await sealed
    await before
    // Here and not before sealing: a word to the relay waits behind what the socket holds, and not behind what is sealed.
    await this.#context.channel.whenWritable(() => this.#hand(index, frame, link))
  }

  #hand(index: number, frame: Bytes | SourceFailure | undefined, link: object): void {
    if (frame === undefined) return
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
