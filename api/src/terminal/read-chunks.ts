import { type Bytes, freeMemory } from '@chat-room/client'

/**
 * The memory of what a connection reads, given back as soon as its content was copied out of it. Node reads TLS in chunks of
 * 16 KiB at most, each in memory of its own: left to the garbage collector, they are as many bytes as all files received.
 */
export class ReadChunks {
  #unspent: Buffer[] = []

  /** To be told before whoever parses it is. */
  read(chunk: Buffer): void {
    this.#unspent.push(chunk)
  }

  /** A message that a parser gave, alone in its memory: copied if it is a view into what was read. */
  apart(message: Buffer<ArrayBuffer>): Bytes {
    const isApart = isAlone(message) && this.#unspent.every(({ buffer }) => buffer !== message.buffer)
    return isApart ? message : new Uint8Array(message)
  }

  /** A message was handed out, and nothing up to its end is looked at any more; of the newest chunk, the rest may be. */
  spent(): void {
    const newest = this.#unspent.pop()
    // What an HTTP parser left over shares its memory with the head of the answer.
    for (const chunk of this.#unspent) if (isAlone(chunk)) freeMemory(chunk)
    this.#unspent = newest === undefined ? [] : [newest]
  }
}

const isAlone = ({ byteLength, buffer }: Uint8Array): boolean => byteLength === buffer.byteLength
