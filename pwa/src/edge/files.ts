import type { FileProblem, FileSink, Files, IncomingName } from '@chat-room/client'
import { safeFileName } from '@chat-room/protocol'
import { createDisk } from './disk.ts'
import { openDiskSink } from './disk-sink.ts'
import { openDownload } from './download-stream.ts'
import { createFileSource } from './file-source.ts'
import type { GivenFiles } from './given-files.ts'
import { createMemorySink } from './memory-sink.ts'
import { INCOMING, PASSING, type ReceivedFiles } from './received-files.ts'
import { createStreamSink } from './stream-sink.ts'

const MIB = 1024 * 1024

/** Pictures and the like: not worth a disk's time. */
const SMALL = 32 * MIB
/** Where there is no disk, memory has to do; a page that takes more of it is killed. */
const MOST_IN_MEMORY = 256 * MIB
/** It lies on the disk once as it comes, and once more while it is saved. */
const SPACE_FACTOR = 2.1

type Deps = {
  readonly given: GivenFiles
  readonly received: ReceivedFiles
  /** Whether this device keeps what it needs to go on after the page has ended. */
  readonly stays: () => boolean
}

/** Files of a browser: those a person gave, and places to put those that come, chosen by what this browser can do. */
export function createFiles({ given, received, stays }: Deps): Files {
  const { ask, find: findDisk } = createDisk()

  async function createSink(
    { name: offered, size, transfer }: IncomingName,
    announce: (place: string) => Promise<void>,
  ): Promise<FileSink | FileProblem> {
    const name = safeFileName(offered)
    if (size <= SMALL) return createMemorySink(name, size, received)
    const disk = await findDisk()
    const free = disk === undefined ? 0 : await freeSpace()
    if (disk !== undefined && free > size * SPACE_FACTOR) {
      // Some browsers ask the person, others decide: the file is not made to wait for either.
      if (stays()) void navigator.storage.persist().catch(() => {})
      const place = `${stays() ? INCOMING : PASSING}/${transfer}`
      // What is only passing through is found by where it lies.
      if (stays()) await announce(place)
      return await openDiskSink(disk, { name, place, mode: 'create' })
    }
    const stream = await openDownload(name, size)
    if (stream !== undefined) return createStreamSink({ transfer, name, size }, stream, ask)
    if (size <= MOST_IN_MEMORY) return createMemorySink(name, size, received)
    return { problem: disk === undefined ? NO_DISK : NO_SPACE }
  }

  return {
    find: async path => given.find(path),
    async openSource(path) {
      const file = given.get(path)
      return file === undefined ? { problem: FORGOTTEN } : createFileSource(file)
    },
    createSink,
    async reopenSink({ name, size }, place) {
      const disk = size <= SMALL ? undefined : await findDisk()
      if (disk === undefined) return { problem: NOT_KEPT }
      return await openDiskSink(disk, { name: safeFileName(name), place, mode: 'reopen' })
    },
  }
}

async function freeSpace(): Promise<number> {
  const { quota = 0, usage = 0 } = await navigator.storage.estimate()
  return quota - usage
}

const FORGOTTEN = 'This page does not have the file any more: pick it again, and it goes on.'
const NOT_KEPT = 'It was not kept on this device.'
const NO_DISK =
  'Not accepted: this browser gives pages no disk (a private window?), and the file is too large for its memory.'
const NO_SPACE = 'Not accepted: this browser has too little space left for a file of this size.'
