import { LIMITS } from '@chat-room/protocol'
import type { FrameBuffers } from '../relay/ports.ts'
import { FRONT_BYTES } from './server-frame.ts'

/** Where a frame begins in its buffer: behind what its header takes, and at a multiple of any word's length. */
const START = 16
/** Of a buffer, beside the ciphertext: what comes before it, rounded. */
const BESIDE = 64

/** Bytes that wait to be used again. In a steady flow few do: the relay keeps frames for those close behind. */
const SPARE_BYTES = 8 * 1024 * 1024

/**
 * Memory for frames, used again and again: fresh buffers of a quarter of a megabyte are what makes a garbage collector
 * work hardest. A buffer fits one of the sizes that segments have; what is smaller is not worth keeping.
 *
 * In front of every frame there is room for the header that it gets when it is sent.
 */
export class BufferPool implements FrameBuffers {
  readonly #spare: number
  readonly #free = new Map<number, ArrayBuffer[]>()
  readonly #own = new WeakSet<ArrayBufferLike>()
  #freeBytes = 0

  constructor(spare = SPARE_BYTES) {
    this.#spare = spare
    for (let size: number = LIMITS.segmentBytesMin; size <= LIMITS.segmentBytesMax; size *= 2)
      this.#free.set(size + BESIDE, [])
  }

  /** Bytes that wait to be used again. */
  get freeBytes(): number {
    return this.#freeBytes
  }

  take(length: number): Uint8Array {
    return new Uint8Array(this.#buffer(length), START, length)
  }

  #buffer(length: number): ArrayBuffer {
    if (length <= LIMITS.segmentBytesMin / 2) return this.#fresh(START + length)
    for (const [size, free] of this.#free) {
      if (size < START + length) continue
      const buffer = free.pop()
      if (buffer === undefined) return this.#fresh(size)
      this.#freeBytes -= size
      return buffer
    }
    throw new RangeError(`no frame has ${length} bytes`)
  }

  #fresh(size: number): ArrayBuffer {
    const buffer = new ArrayBuffer(size)
    this.#own.add(buffer)
    return buffer
  }

  giveBack({ buffer }: Uint8Array): void {
    const size = buffer.byteLength
    const free = this.#own.has(buffer) ? this.#free.get(size) : undefined
    if (free === undefined || this.#freeBytes + size > this.#spare) return
    free.push(buffer as ArrayBuffer)
    this.#freeBytes += size
  }

  /** The frame with room for a header before it, which nobody else uses: itself, or a copy if it came from elsewhere. */
  withFront(frame: Uint8Array): Uint8Array {
    if (this.#own.has(frame.buffer) && frame.byteOffset >= FRONT_BYTES) return frame
    const copy = this.take(frame.length)
    copy.set(frame)
    return copy
  }
}
