import type { FileProblem, FileSink } from '@chat-room/client'
import type { ReceivedFiles } from './received-files.ts'

/** Holds a small file in memory. What a page that ends leaves of it is nothing: it is fetched again. */
export function createMemorySink(
  name: string,
  size: number,
  received: ReceivedFiles,
): FileSink | FileProblem {
  let content: Uint8Array<ArrayBuffer>
  try {
    content = new Uint8Array(size)
  } catch {
    return { problem: `Not accepted: there is no memory left for ${name}.` }
  }
  const letGo = async () => {
    content = new Uint8Array()
  }
  return {
    place: '',
    async write(offset, bytes) {
      content.set(bytes, offset)
    },
    read: async (offset, length) => content.slice(offset, offset + length),
    async finish() {
      const path = received.hold(new Blob([content]))
      await letGo()
      return { name, path }
    },
    keep: letGo,
    discard: letGo,
  }
}
