import { type FileHandle, rm } from 'node:fs/promises'
import type { FileSink } from '@chat-room/client'
import { ContentHash } from './content-hash.ts'
import type { GivenSpace } from './disk-space.ts'
import { isAt } from './exclusively.ts'
import { readExactly } from './read-exactly.ts'
import type { Shelf } from './shelf.ts'

/** An open file that is not whole yet. */
export type Buffered = {
  readonly path: string
  readonly file: FileHandle
  /** Of its name: `name1.ext`. */
  readonly number: number
  /** Bytes that were in it when it was opened. */
  readonly size: number
  readonly place: string
}

/** A file that is received: `name` is what it may be called here. */
export function createFileSink(
  name: string,
  { path, file, number, size, place }: Buffered,
  shelf: Shelf,
  space: GivenSpace,
): FileSink {
  const hash = new ContentHash()
  let end = size
  let ending: Promise<void> | undefined

  function mustBeOpen(): void {
    if (ending !== undefined) throw new Error('this buffer was closed')
  }

  /** The first ending counts; whoever asks for another one waits for it. */
  function close(left: boolean): Promise<void> {
    ending ??= (async () => {
      space.release()
      try {
        // Whatever has its name now may be somebody else's.
        if (!left && (await isAt(path, file))) await rm(path, { force: true })
      } finally {
        await file.close()
        await shelf.leave(left)
      }
    })()
    return ending
  }

  return {
    place,

    async write(offset, bytes) {
      mustBeOpen()
      hash.written(offset, bytes)
      end = Math.max(end, offset + bytes.length)
      let written = 0
      while (written < bytes.length) {
        const { bytesWritten } = await file.write(bytes, written, bytes.length - written, offset + written)
        written += bytesWritten
        space.fill(bytesWritten)
      }
    },

    async read(offset, length) {
      mustBeOpen()
      const bytes = await readExactly(file, offset, length)
      hash.read(offset, bytes)
      return bytes
    },

    async finish() {
      mustBeOpen()
      try {
        const sha256 = await hash.digest(file, end)
        await file.sync()
        const kept = await shelf.keep(path, file, name, number)
        return { name, path: kept, sha256 }
      } finally {
        // Under its final name, it is at its buffer's no more.
        await close(false)
      }
    },

    keep: () => close(true),
    discard: () => close(false),
  }
}
