import type { FileSink, Files } from '@chat-room/client'
import { diskSpaceOf } from './disk-space.ts'
import { createFileSink } from './file-sink.ts'
import { openFileSource } from './file-source.ts'

/** The files of one directory. `close` removes the buffers of what was not received whole. */
export function createFiles(directory: string): Files & { close(): Promise<void> } {
  const sinks = new Set<FileSink>()
  const space = diskSpaceOf(directory)
  return {
    openSource: path => openFileSource(directory, path),
    async createSink(incoming) {
      const sink = await createFileSink(directory, incoming, space)
      if ('problem' in sink) return sink
      sinks.add(sink)
      return {
        ...sink,
        finish: () => sink.finish().finally(() => sinks.delete(sink)),
        discard: () => sink.discard().finally(() => sinks.delete(sink)),
      }
    },
    async close() {
      await Promise.all([...sinks].map(sink => sink.discard()))
    },
  }
}
