import { statfs } from 'node:fs/promises'

/** What stays free whatever is offered, since a full disk stops more than this client: a share of it, and so many bytes. */
const RESERVED_SHARE = 0.05
const RESERVED_BYTES = 256 * 1024 * 1024

/** Bytes of a file system. */
type Measured = { readonly free: number; readonly total: number }

/** Room that was given to one file. */
export type GivenSpace = {
  /** So many bytes of it lie on the disk now. */
  fill(bytes: number): void
  /** What was not filled is given back. */
  release(): void
}

/** Shares out what is free on a disk: what was promised to one file is not promised to another. */
export class DiskSpace {
  readonly #measure: () => Promise<Measured>
  /** Given, and not written yet. */
  #promised = 0

  constructor(measure: () => Promise<Measured>) {
    this.#measure = measure
  }

  /** Undefined if not so much can be spared. */
  async give(bytes: number): Promise<GivenSpace | undefined> {
    const { free, total } = await this.#measure()
    const spare = free - Math.max(RESERVED_BYTES, total * RESERVED_SHARE) - this.#promised
    if (bytes > spare) return undefined
    this.#promised += bytes
    let left = bytes
    const fill = (filled: number) => {
      const now = Math.min(filled, left)
      left -= now
      this.#promised -= now
    }
    return { fill, release: () => fill(left) }
  }
}

/** Of the file system that holds a directory. */
export const diskSpaceOf = (directory: string): DiskSpace =>
  new DiskSpace(async () => {
    const { bavail, blocks, bsize } = await statfs(directory)
    return { free: bavail * bsize, total: blocks * bsize }
  })
