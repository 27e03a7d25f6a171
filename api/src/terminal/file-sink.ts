import { createHash } from 'node:crypto'
import { constants, type FileHandle, link, lstat, open, rename, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileProblem, FileSink } from '@chat-room/client'
import { numberedName, safeFileName } from '@chat-room/protocol'
import { formatSize } from './amounts.ts'
import type { DiskSpace, GivenSpace } from './disk-space.ts'
import { errnoOf } from './errno.ts'

/** A directory with so many numbered files of one name is no place to look on for more. */
const MOST_NUMBERS = 10_000

const PIECE = 1024 * 1024

type Incoming = { readonly name: string; readonly size: number }

/** Opens the buffer of an incoming file: `name.ext` lies in `name1.ext` until it is verified (M14). */
export async function createFileSink(
  directory: string,
  { name: offered, size }: Incoming,
  space: DiskSpace,
): Promise<FileSink | FileProblem> {
  const name = safeFileName(offered)
  const given = await space.give(size)
  if (given === undefined)
    return { problem: `Not accepted: the disk would be too full with ${formatSize(size)} more.` }
  try {
    const buffer = await firstFree(1, async number => {
      const path = join(directory, numberedName(name, number))
      return { number, path, handle: await open(path, BUFFER_FLAGS, PRIVATE) }
    })
    return createSink(directory, name, buffer, given)
  } catch (error) {
    given.release()
    const code = errnoOf(error)
    if (code === undefined) throw error
    return { problem: `${name} cannot be written here (${code}).` }
  }
}

// Exclusive: it neither follows a link planted under the name nor opens what is there.
const BUFFER_FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL

// What one member sent another is not for every user of this machine; under its final name it keeps the mode.
const PRIVATE = 0o600

/** Tries one number after the other until a name is not taken. */
async function firstFree<T>(from: number, attempt: (number: number) => Promise<T>): Promise<T> {
  for (let number = from; ; number++) {
    try {
      return await attempt(number)
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST' || number - from >= MOST_NUMBERS) throw error
    }
  }
}

type Buffered = { readonly number: number; readonly path: string; readonly handle: FileHandle }

function createSink(
  directory: string,
  name: string,
  { number, path, handle }: Buffered,
  space: GivenSpace,
): FileSink {
  const hash = createHash('sha256')
  let end = 0
  let isInOrder = true
  let isOver = false

  async function discard(): Promise<void> {
    if (isOver) return
    isOver = true
    space.release()
    await handle.close()
    await rm(path, { force: true })
  }

  return {
    async write(offset, bytes) {
      if (isOver) throw new Error('this buffer was closed')
      isInOrder &&= offset === end
      // In order, as files usually come, each byte is hashed while it is at hand.
      if (isInOrder) hash.update(bytes)
      end = Math.max(end, offset + bytes.length)
      let written = 0
      while (written < bytes.length) {
        const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, offset + written)
        written += bytesWritten
        space.fill(bytesWritten)
      }
    },

    async finish() {
      if (isOver) throw new Error('this buffer was closed')
      try {
        const sha256 = isInOrder ? hash.digest('hex') : await hashOf(handle, end)
        await handle.sync()
        const kept = await firstFree(number + 1, async next => {
          const final = numberedName(name, next)
          await renameExclusively(path, join(directory, final), handle)
          return final
        })
        isOver = true
        space.release()
        await handle.close()
        return { name, path: kept, sha256 }
      } catch (error) {
        await discard()
        throw error
      }
    },

    discard,
  }
}

async function hashOf(handle: FileHandle, size: number): Promise<string> {
  const hash = createHash('sha256')
  const piece = Buffer.alloc(Math.min(size, PIECE))
  for (let at = 0; at < size; ) {
    const { bytesRead } = await handle.read(piece, 0, Math.min(size - at, piece.length), at)
    if (bytesRead === 0) throw new Error('the buffer became shorter')
    hash.update(piece.subarray(0, bytesRead))
    at += bytesRead
  }
  return hash.digest('hex')
}

// File systems without hard links say one of these.
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/** Gives a file another name and overwrites nothing: `EEXIST` is thrown if the name is taken. */
async function renameExclusively(path: string, final: string, handle: FileHandle): Promise<void> {
  try {
    await link(path, final)
  } catch (error) {
    if (!NO_LINKS.has(errnoOf(error) ?? '')) throw error
    await (await open(final, 'wx')).close()
    await rename(path, final)
  }
  if (await isAt(final, handle)) return await rm(path, { force: true })
  await unlink(final)
  throw new Error('the buffer was exchanged for another file while it was received')
}

async function isAt(path: string, handle: FileHandle): Promise<boolean> {
  const found = await lstat(path, { bigint: true })
  const own = await handle.stat({ bigint: true })
  return found.ino === own.ino && found.dev === own.dev
}
