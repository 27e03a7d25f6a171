import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { numberedName } from '@chat-room/protocol'
import { firstFree, renameExclusively } from './exclusively.ts'

/** Where a file lies while it is received, and where it goes then. Paths are relative to the start directory. */
export type Shelf = {
  /** The folder of its buffer; none for the start directory itself. */
  readonly buffers?: string
  /** The folder that it will lie in, or one below. */
  readonly kept?: string
  /** Gives the buffer a final name that nothing has yet, and tells it. `number` is that of the buffer. */
  keep(buffer: string, file: FileHandle, name: string, number: number): Promise<string>
  /** Its buffer is gone, or is `left` for a later process. */
  leave(left: boolean): Promise<void>
}

/** Of single files: `name1.ext` becomes `name2.ext`, or the next free number (M14). */
export const startShelf = (root: string): Shelf => ({
  keep: (buffer, file, name, number) =>
    firstFree(number + 1, async next => {
      const final = numberedName(name, next)
      await renameExclusively(buffer, join(root, final), file)
      return final
    }),
  leave: () => Promise.resolve(),
})
