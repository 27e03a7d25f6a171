import type { Bytes, FileSink } from '@chat-room/client'
import { sha256 } from '@noble/hashes/sha2.js'
import type { DownloadStream } from './download-stream.ts'

/** What is in the browser's own downloads: this page cannot show it. */
export const DOWNLOADS = 'downloads'

/**
 * Straight into a download, for a file that has no room here: it can neither be read again nor be gone on with. Pieces wait for
 * those before them, and the last one for the proof that all of it is right, so that what looks finished is.
 */
export function createStreamSink(name: string, size: number, stream: DownloadStream): FileSink {
  const early = new Map<number, Bytes>()
  const hash = sha256.create()
  let next = 0
  let last: Bytes | undefined
  let writing: Promise<void> = Promise.resolve()

  async function pass(): Promise<void> {
    for (let bytes = early.get(next); bytes !== undefined; bytes = early.get(next)) {
      early.delete(next)
      next += bytes.length
      hash.update(bytes)
      if (next === size) last = bytes
      else await stream.write(bytes)
    }
  }
  const abort = async () => stream.abort()

  return {
    place: '',
    async write(offset, bytes) {
      early.set(offset, bytes)
      writing = writing.then(pass)
      await writing
    },
    read: () => Promise.reject(new Error('what was streamed away cannot be read again')),
    async finish() {
      if (last === undefined) throw new Error('the file is not whole')
      await stream.write(last)
      stream.end()
      const digest = Array.from(hash.digest(), byte => byte.toString(16).padStart(2, '0')).join('')
      return { name, path: `${DOWNLOADS}/${name}`, sha256: digest }
    },
    keep: abort,
    discard: abort,
  }
}
