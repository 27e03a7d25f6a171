import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { readExactly } from './read-exactly.ts'

const PIECE = 1024 * 1024

/** The SHA-256 of a file that comes in pieces: in order, as they usually do, each is hashed while it is at hand. */
export class ContentHash {
  #hash = createHash('sha256')
  /** Hashed so far, from the start on. */
  #end = 0

  /** Of what lies in the file already. */
  read(offset: number, bytes: Uint8Array): void {
    if (offset !== this.#end) return
    this.#hash.update(bytes)
    this.#end += bytes.length
  }

  written(offset: number, bytes: Uint8Array): void {
    if (offset < this.#end) {
      // Perhaps not what was hashed.
      this.#hash = createHash('sha256')
      this.#end = 0
    }
    this.read(offset, bytes)
  }

  /** Of the first `size` bytes, in hexadecimal. Reads what was not hashed yet. */
  async digest(file: FileHandle, size: number): Promise<string> {
    while (this.#end < size) {
      this.read(this.#end, await readExactly(file, this.#end, Math.min(PIECE, size - this.#end)))
    }
    return this.#hash.digest('hex')
  }
}
