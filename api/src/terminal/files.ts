import { realpathSync } from 'node:fs'
import type { FileSink, Files } from '@chat-room/client'
import { diskSpaceOf } from './disk-space.ts'
import { FileSinks } from './file-sinks.ts'
import { openFileSource } from './file-source.ts'
import { findFiles } from './find-files.ts'

export type FilesOptions = {
  /** Whether a later process will know of the buffers that are kept for it. */
  readonly remembers: boolean
}

/** The files of one directory. `close` lets go of the buffers of what was not received whole. */
export function createFiles(
  directory: string,
  { remembers }: FilesOptions,
): Files & { close(): Promise<void> } {
  const root = realpathSync(directory)
  const sinks = new FileSinks(root, diskSpaceOf(root))
  const open = new Set<FileSink>()

  function own(sink: FileSink): FileSink {
    const over = <T>(ending: Promise<T>): Promise<T> => ending.finally(() => open.delete(owned))
    const owned: FileSink = {
      ...sink,
      finish: () => over(sink.finish()),
      // What nobody will ask for any more is not left to lie about.
      keep: () => over(remembers ? sink.keep() : sink.discard()),
      discard: () => over(sink.discard()),
    }
    open.add(owned)
    return owned
  }

  return {
    find: path => findFiles(root, path),
    openSource: path => openFileSource(root, path),
    async createSink(incoming, announce) {
      const sink = await sinks.create(incoming, announce)
      return 'problem' in sink ? sink : own(sink)
    },
    async reopenSink(incoming, place) {
      const sink = await sinks.reopen(incoming, place)
      return 'problem' in sink ? sink : own(sink)
    },
    async close() {
      await Promise.all([...open].map(sink => sink.keep()))
    },
  }
}
