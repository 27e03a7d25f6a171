import type { Bytes, FileProblem, FileSink } from '@chat-room/client'
import type { Disk } from './disk.ts'
import { lockOf, PASSING, RECEIVED } from './files-on-disk.ts'
import { lockWhole } from './locks.ts'

const PLACE = /^(?:incoming|passing)\/[\w-]{22}\.[a-z0-9-]{1,64}$/
const IN_USE = 'Another tab of this browser receives this file.'

type Placed = {
  readonly name: string
  readonly place: string
  readonly mode: 'create' | 'reopen'
  readonly stays: () => boolean
}

/**
 * A file on the origin's own disk. It lies in `incoming` for who stays on this device, so that it can be gone on with, and in
 * `passing` for everybody else. Verified, it lies in `received` for who stays then, until it is saved elsewhere and removed.
 */
export async function openDiskSink(
  disk: Disk,
  { name, place, mode, stays }: Placed,
): Promise<FileSink | FileProblem> {
  if (!PLACE.test(place)) return { problem: `${name} was kept by something else than this page.` }
  const release = await lockWhole(lockOf(place))
  if (release === undefined) return { problem: IN_USE }
  try {
    await disk({ do: mode, place })
  } catch (error) {
    release()
    return {
      problem: `${name} cannot be kept on this device (${error instanceof Error ? error.message : error}).`,
    }
  }
  let isOver = false
  const end = async (last: 'close' | 'remove') => {
    if (isOver) return
    isOver = true
    await disk({ do: last, place }).finally(release)
  }
  return {
    place,
    async write(offset, bytes) {
      await disk({ do: 'write', place, offset, bytes }, [bytes.buffer])
    },
    async read(offset, length) {
      const bytes = (await disk({ do: 'read', place, offset, length })) as Bytes
      if (bytes.length < length) throw new Error(`the buffer ends before byte ${offset + length}`)
      return bytes
    },
    async finish() {
      const path = `${stays() ? RECEIVED : PASSING}/${place.split('/')[1]}`
      await disk({ do: 'finish', place, to: path })
      isOver = true
      // Held on to for as long as this page lives: nobody tidies up what it shows.
      return { name, path }
    },
    keep: () => end('close'),
    discard: () => end('remove'),
  }
}
