import type { Bytes, FileSink } from '@chat-room/client'
import { ELSEWHERE } from './received-files.ts'
import type { SaveTarget } from './save-target.ts'

/**
 * Straight into a download or a chosen file, for what has no room here: it can neither be read again nor be gone on with. Pieces
 * wait for those before them, and the last one for the proof that all of it is right, so that what looks finished is.
 */
export function createStreamSink(name: string, size: number, target: SaveTarget): FileSink {
  const early = new Map<number, Bytes>()
  let next = 0
  let last: Bytes | undefined
  let writing: Promise<void> = Promise.resolve()

  async function pass(): Promise<void> {
    for (let bytes = early.get(next); bytes !== undefined; bytes = early.get(next)) {
      early.delete(next)
      next += bytes.length
      if (next === size) last = bytes
      else await target.write(bytes)
    }
  }
  const abort = () => target.abort()

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
      await target.write(last)
      await target.end()
      return { name, path: `${ELSEWHERE}/${name}` }
    },
    keep: abort,
    discard: abort,
  }
}
