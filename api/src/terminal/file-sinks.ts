import { constants, type FileHandle, open, realpath, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FileProblem, FileSink, IncomingName } from '@chat-room/client'
import { safeFileName } from '@chat-room/protocol'
import { errnoOf } from '../errno.ts'
import { formatSize } from './amounts.ts'
import type { DiskSpace, GivenSpace } from './disk-space.ts'
import { assertFree, firstFree, isAt, taken } from './exclusively.ts'
import { createFileSink } from './file-sink.ts'
import { type OwnFolders, ReceivedFolders } from './received-folders.ts'
import { type Shelf, startShelf } from './shelf.ts'
import { bufferPath, decodePlace, encodePlace, identityOf } from './sink-place.ts'
import { createTurns } from './turns.ts'
import { PRIVATE, removeUnused } from './unused-buffer.ts'

// Exclusive: it neither follows a link planted under the name nor opens what is there.
const NEW = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL
// A link is not followed either, and a pipe does not wait for its other end.
const THERE = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** As `stat` counts blocks. */
const BLOCK = 512

const GONE = { problem: 'What had arrived of it is not there any more.' }

const tooFull = (bytes: number): FileProblem => ({
  problem: `Not accepted: the disk would be too full with ${formatSize(bytes)} more.`,
})

type Incoming = Omit<IncomingName, 'transfer'>
type Announce = (place: string) => Promise<void>
type Opened = { readonly file: FileHandle; readonly number: number; readonly size: number }

/** Where received files go, each into a buffer first: `name.ext` lies in `name1.ext` until it is verified (M14). */
export class FileSinks {
  readonly #root: string
  readonly #space: DiskSpace
  readonly #folders: ReceivedFolders
  /** In the order of the calls: what is reopened says where the rest of its folder goes. */
  readonly #inTurn = createTurns()
  /** Paths that were announced and perhaps not made yet. */
  readonly #announced = new Set<string>()

  /** `root` has no links in it. */
  constructor(root: string, space: DiskSpace) {
    this.#root = root
    this.#space = space
    this.#folders = new ReceivedFolders(root)
  }

  /** Whatever is made has been announced; what was announced is known by what it was made for alone. */
  create(incoming: Incoming, announce: Announce): Promise<FileSink | FileProblem> {
    return this.#create(incoming, announce)
  }

  /** `place` is what an earlier sink of this file told, or what was announced for it. */
  reopen(incoming: Incoming, place: string): Promise<FileSink | FileProblem> {
    return this.#inTurn(() => this.#reopen(incoming, place))
  }

  async #create(
    { name: offered, size, folder }: Incoming,
    announce: Announce,
  ): Promise<FileSink | FileProblem> {
    const name = safeFileName(offered)
    const given = await this.#space.give(size)
    if (given === undefined) return tooFull(size)
    return await orGiveBack(name, given, async () => {
      const shelf =
        folder === undefined
          ? startShelf(this.#root)
          : await this.#inTurn(() =>
              this.#folders.open(folder, folders => announce(encodePlace({ number: 1, folder: folders }))),
            )
      return await this.#sink(name, shelf, given, () =>
        firstFree(1, async number => {
          const path = this.#pathOf(name, number, shelf)
          return {
            file: await this.#make(path, () => announce(encodePlace({ number, ...folderOf(shelf) }))),
            number,
            size: 0,
          }
        }),
      )
    })
  }

  /** Side by side with others: to announce takes as long as the disk does, for one as for many. */
  async #make(path: string, announce: () => Promise<void>): Promise<FileHandle> {
    if (this.#announced.has(path)) throw taken(path)
    this.#announced.add(path)
    try {
      await assertFree(path)
      await announce()
      const file = await open(path, NEW, PRIVATE)
      // What was made in somebody else's folder is taken back.
      await assertOwn(path, file).catch(async error => {
        await rm(path, { force: true })
        throw error
      })
      return file
    } finally {
      this.#announced.delete(path)
    }
  }

  async #reopen({ name: offered, size, folder }: Incoming, kept: string): Promise<FileSink | FileProblem> {
    const name = safeFileName(offered)
    const place = decodePlace(kept)
    if (place === undefined) return GONE
    const { number, identity, folder: folders } = place
    const path = join(this.#root, bufferPath(name, number, folders?.buffers))
    const file = await openOwn(path)
    if (identity === undefined) {
      if (file !== undefined) await removeUnused(path, file).finally(() => file.close())
      if (folders !== undefined) await this.#folders.forget(folders)
      return GONE
    }
    if (file === undefined) return GONE
    const stats = await file.stat()
    if (!stats.isFile() || stats.size > size || (await identityOf(file)) !== identity) {
      await file.close()
      return GONE
    }
    // What was promised to it before and lies on the disk now is not counted twice.
    const lacking = Math.max(size - stats.blocks * BLOCK, 0)
    const given = await this.#space.give(lacking)
    if (given === undefined) {
      await file.close()
      return tooFull(lacking)
    }
    return await orGiveBack(name, given, async () => {
      const shelf =
        folder && folders
          ? await this.#folders.reopen(folder, folders.buffers, folders.kept)
          : startShelf(this.#root)
      return await this.#sink(name, shelf, given, () => Promise.resolve({ file, number, size: stats.size }))
    })
  }

  #pathOf(name: string, number: number, { buffers }: Shelf): string {
    return join(this.#root, bufferPath(name, number, buffers))
  }

  async #sink(
    name: string,
    shelf: Shelf,
    given: GivenSpace,
    openBuffer: () => Promise<Opened>,
  ): Promise<FileSink> {
    try {
      const { file, number, size } = await openBuffer()
      const path = this.#pathOf(name, number, shelf)
      const place = encodePlace({ number, identity: await identityOf(file), ...folderOf(shelf) })
      return createFileSink(name, { path, file, number, size, place }, shelf, given)
    } catch (error) {
      await shelf.leave(false)
      throw error
    }
  }
}

const folderOf = ({ buffers, kept }: Shelf): { readonly folder?: OwnFolders } =>
  buffers === undefined || kept === undefined ? {} : { folder: { buffers, kept } }

/** What a path says that leads to nothing of ours any more; anything else may pass. */
const LOST: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ELOOP', 'ENOTDIR', 'EISDIR', 'ENXIO'])

/** Undefined if it is not there, or not to be reached without a link. */
async function openOwn(path: string): Promise<FileHandle | undefined> {
  try {
    const file = await open(path, THERE)
    if (await isOwn(path, file)) return file
    await file.close()
    return undefined
  } catch (error) {
    if (LOST.has(errnoOf(error))) return undefined
    throw error
  }
}

/** A folder on the way may be, or have become, a link that leads elsewhere: then nothing is written. */
async function assertOwn(path: string, file: FileHandle): Promise<void> {
  if (await isOwn(path, file)) return
  await file.close()
  throw new Error('the folder of a buffer was exchanged for a link')
}

async function isOwn(path: string, file: FileHandle): Promise<boolean> {
  const folder = dirname(path)
  return (await realpath(folder)) === folder && (await isAt(path, file))
}

async function orGiveBack(
  name: string,
  given: GivenSpace,
  make: () => Promise<FileSink>,
): Promise<FileSink | FileProblem> {
  try {
    return await make()
  } catch (error) {
    given.release()
    const code = errnoOf(error)
    if (code === undefined) throw error
    return { problem: `${name} cannot be written here (${code}).` }
  }
}
