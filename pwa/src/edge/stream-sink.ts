import type { Bytes, FileSink, IncomingName } from '@chat-room/client'
import type { Disk } from './disk.ts'
import type { DownloadStream } from './download-stream.ts'

/** What is in the browser's own downloads: this page cannot show it. */
const DOWNLOADS = 'downloads'

/**
 * Straight into a download, for a file that has no room here: it can neither be read again nor be gone on with. Pieces wait for
 * those before them, and the last one for the proof that all of it is right, so that what looks finished is.
 */
export function createStreamSink(
  { transfer: of, name, size }: IncomingName,
  stream: DownloadStream,
  ask: Disk,
): FileSink {
  const early = new Map<number, Bytes>()
  let next = 0
  let last: Bytes | undefined
  let writing: Promise<void> = Promise.resolve()

  async function pass(): Promise<void> {
    for (let bytes = early.get(next); bytes !== undefined; bytes = early.get(next)) {
      early.delete(next)
      next += bytes.length
      const hashed = ask({ do: 'hash', of, bytes })
      if (next === size) last = bytes
      else await stream.write(bytes)
      await hashed
    }
  }
  const abort = async () => {
    stream.abort()
    await ask({ do: 'digest', of })
  }

  return {
    place: '',
    async write(offset, bytes) {
      // The core frees what it gave once this has resolved, and a piece may wait for longer.
      early.set(offset, bytes.slice())
      writing = writing.then(pass)
      await writing
    },
    read: () => Promise.reject(new Error('what was streamed away cannot be read again')),
    async finish() {
      if (last === undefined) throw new Error('the file is not whole')
      await stream.write(last)
      stream.end()
      const sha256 = (await ask({ do: 'digest', of })) as string
      return { name, path: `${DOWNLOADS}/${name}`, sha256 }
    },
    keep: abort,
    discard: abort,
  }
}
