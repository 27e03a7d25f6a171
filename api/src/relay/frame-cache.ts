import type { FrameBuffers } from './ports.ts'

/** A segment's frame in memory, as it came or as it is read from the store. */
export type CachedFrame = {
  readonly bytes: Uint8Array
  readonly index: number
  readonly home: Frames
  /** Whether the bytes are there: at once, or when their read has ended; false if it failed. */
  readonly filled: true | Promise<boolean>
  users: number
}

/** One transfer's frames in memory. */
export type Frames = Map<number, CachedFrame>

/** Every frame has memory of its own. */
const NOT_USED_AGAIN: FrameBuffers = { take: length => new Uint8Array(length), giveBack() {} }

/**
 * Frames that are being written or sent, and as many of those last used as `spare` bytes allow: a segment that just
 * arrived reaches its receivers without the disk, and receivers at about the same place share one read.
 */
export class FrameCache {
  readonly #spare: number
  readonly #buffers: FrameBuffers
  readonly #unused = new Set<CachedFrame>()
  #unusedBytes = 0
  #bytes = 0

  constructor(spare: number, buffers: FrameBuffers = NOT_USED_AGAIN) {
    this.#spare = spare
    this.#buffers = buffers
  }

  /** All bytes of memory held here. */
  get bytes(): number {
    return this.#bytes
  }

  /** An array for a frame that is to be added, its content arbitrary. */
  place(length: number): Uint8Array {
    return this.#buffers.take(length)
  }

  /** The new frame has one user. It takes the place of an older one of the same index, whose users keep theirs. */
  add(home: Frames, index: number, bytes: Uint8Array, filled: true | Promise<boolean> = true): CachedFrame {
    this.#forget(home.get(index))
    const frame = { bytes, index, home, filled, users: 1 }
    home.set(index, frame)
    this.#bytes += memoryOf(frame)
    return frame
  }

  /** One user more, if it is here. */
  take(home: Frames, index: number): CachedFrame | undefined {
    const frame = home.get(index)
    if (!frame) return undefined
    if (this.#unused.delete(frame)) this.#unusedBytes -= memoryOf(frame)
    frame.users++
    return frame
  }

  release(frame: CachedFrame): void {
    if (--frame.users > 0) return
    if (!isCurrent(frame)) {
      this.#letGo(frame)
      return
    }
    this.#unused.add(frame)
    this.#unusedBytes += memoryOf(frame)
    for (const oldest of this.#unused) {
      if (this.#unusedBytes <= this.#spare) break
      this.#forget(oldest)
    }
  }

  /** One user less of a frame that could not be filled: nobody finds it any more. */
  reject(frame: CachedFrame): void {
    if (isCurrent(frame)) this.#forget(frame)
    this.release(frame)
  }

  /** The transfer is over; frames in use go with their last user. */
  clear(home: Frames): void {
    for (const frame of home.values()) this.#forget(frame)
  }

  #forget(frame: CachedFrame | undefined): void {
    if (!frame) return
    frame.home.delete(frame.index)
    if (!this.#unused.delete(frame)) return
    this.#unusedBytes -= memoryOf(frame)
    this.#letGo(frame)
  }

  /** The last user is done, and nobody can find it. */
  #letGo(frame: CachedFrame): void {
    this.#bytes -= memoryOf(frame)
    this.#buffers.giveBack(frame.bytes)
  }
}

/** What a frame keeps from being used for anything else: all of its buffer, however little of it is the frame. */
const memoryOf = ({ bytes }: CachedFrame): number => bytes.buffer.byteLength

const isCurrent = (frame: CachedFrame): boolean => frame.home.get(frame.index) === frame
