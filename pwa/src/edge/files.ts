import type { FileProblem, FileSink, Files, IncomingName } from '@chat-room/client'
import { PATH_PROBLEMS, parseRelativePath, safeFileName } from '@chat-room/protocol'
import { openChosenFile } from './chosen-file.ts'
import type { ChosenTargets } from './chosen-targets.ts'
import { createDisk, type Disk } from './disk.ts'
import { openDiskSink } from './disk-sink.ts'
import { openDownload } from './download-stream.ts'
import { dialogs } from './file-dialogs.ts'
import { createFileSource } from './file-source.ts'
import { INCOMING, nameOf, PASSING } from './files-on-disk.ts'
import type { GivenFiles } from './given-files.ts'
import { createMemorySink } from './memory-sink.ts'
import type { ReadablePlaces } from './readable-places.ts'
import type { ReceivedFiles } from './received-files.ts'
import { createStreamSink } from './stream-sink.ts'

const MIB = 1024 * 1024

/** Pictures and the like: not worth a disk's time where nothing is to outlive the page. */
const SMALL = 32 * MIB
/** Where there is no disk, memory has to do; a page that takes more of it is killed. */
const MOST_IN_MEMORY = 256 * MIB
/** It lies on the disk once as it comes, and once more while it is saved. */
const SPACE_FACTOR = 2.1

type Deps = {
  /** Where it is. */
  readonly room: string
  readonly given: GivenFiles
  readonly readable: ReadablePlaces
  readonly received: ReceivedFiles
  readonly targets: ChosenTargets
  /** Whether this device keeps what it needs to go on after the page has ended. */
  readonly stays: () => boolean
}

/**
 * Where an incoming file goes: the first of these that this browser can do. Only what is on its own disk, or small, is gone on
 * with after the page has ended; `chosen` is a place that the person names.
 */
export type Rung = 'disk' | 'memory' | 'chosen' | 'stream' | 'none'

export type BrowserFiles = Files & {
  /** By probing: what a browser is called says nothing. */
  plan(size: number): Promise<Rung>
}

/** Files of a browser: those a person gave, and places to put those that come, chosen by what this browser can do. */
export function createFiles({ room, given, readable, received, targets, stays }: Deps): BrowserFiles {
  const findDisk = createDisk()

  async function diskFor(size: number): Promise<Disk | undefined> {
    if (size <= SMALL && !stays()) return undefined
    const disk = await findDisk()
    return disk !== undefined && (await freeSpace()) > size * SPACE_FACTOR ? disk : undefined
  }

  async function plan(size: number): Promise<Rung> {
    if ((await diskFor(size)) !== undefined) return 'disk'
    if (size <= SMALL) return 'memory'
    if (dialogs.showSaveFilePicker !== undefined) return 'chosen'
    if (navigator.serviceWorker?.controller) return 'stream'
    return size <= MOST_IN_MEMORY ? 'memory' : 'none'
  }

  async function createSink(
    { name: offered, size, transfer }: IncomingName,
    announce: (place: string) => Promise<void>,
  ): Promise<FileSink | FileProblem> {
    const name = safeFileName(offered)
    const chosen = targets.take(transfer)
    if (chosen !== undefined) return createStreamSink(chosen.name, size, await openChosenFile(chosen))
    const disk = await diskFor(size)
    if (disk !== undefined) {
      // Some browsers ask the person, others decide: the file is not made to wait for either.
      if (stays() && size > SMALL) void navigator.storage.persist().catch(() => {})
      const place = `${stays() ? INCOMING : PASSING}/${nameOf(transfer, room)}`
      // What is only passing through is found by where it lies.
      if (stays()) await announce(place)
      return await openDiskSink(disk, { name, place, mode: 'create', stays })
    }
    const stream = size > SMALL ? await openDownload(name, size) : undefined
    if (stream !== undefined) return createStreamSink(name, size, stream)
    if (size <= MOST_IN_MEMORY) return createMemorySink(name, size, received)
    return { problem: (await findDisk()) === undefined ? NO_DISK : NO_SPACE }
  }

  return {
    plan,
    async find(path) {
      const parsed = parseRelativePath(path)
      if (!parsed.ok) return { problem: PATH_PROBLEMS[parsed.error] }
      return given.find(parsed.value) ?? (await readable.find(parsed.value))
    },
    async openSource(path) {
      const file = given.get(path) ?? (await readable.read(path, false))
      return file === undefined ? { problem: FORGOTTEN } : createFileSource(file)
    },
    createSink,
    async reopenSink({ name }, place) {
      const disk = await findDisk()
      if (disk === undefined) return { problem: NOT_KEPT }
      return await openDiskSink(disk, { name: safeFileName(name), place, mode: 'reopen', stays })
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
