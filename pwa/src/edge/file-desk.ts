import type { Files } from '@chat-room/client'
import { createFiles } from './files.ts'
import { type GivenFile, GivenFiles } from './given-files.ts'
import { ReceivedFiles, tidyDisk } from './received-files.ts'

/** All that a page does with files: of a person, of the core, and of what has arrived. */
export type FileDesk = {
  readonly files: Files
  /** The paths by which `:File` sends it. */
  give(given: readonly GivenFile[]): readonly string[]
  /** By the path that `file-received` tells. */
  readonly received: ReceivedFiles
}

export function createFileDesk(stays: () => boolean): FileDesk {
  const given = new GivenFiles()
  const received = new ReceivedFiles()
  // A browser without a disk for pages has nothing to tidy.
  tidyDisk(Date.now()).catch(() => {})
  return { files: createFiles({ given, received, stays }), give: each => given.add(each), received }
}
