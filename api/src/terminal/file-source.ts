import type { BigIntStats } from 'node:fs'
import { constants, type FileHandle, lstat, open, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { FileProblem, FileSource } from '@chat-room/client'
import { PATH_PROBLEMS, parseRelativePath } from '@chat-room/protocol'
import { errnoOf } from '../errno.ts'
import { mimeOf } from './mime.ts'
import { readExactly } from './read-exactly.ts'

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file.',
  ENOTDIR: 'There is no such file: what should be a directory on the way is none.',
  EACCES: 'The file may not be read.',
  EPERM: 'The file may not be read.',
  ELOOP: 'The path runs in circles: its links lead to one another.',
  ENAMETOOLONG: 'The path is too long.',
  ENXIO: 'This is no ordinary file: it cannot be sent.',
}

export const OUTSIDE =
  'The path leads outside through a link; only this directory and those below it are open.'
export const SPECIAL = 'This is no ordinary file: it cannot be sent.'

// A link put in the place of the file is not followed, and a pipe does not wait for its other end.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Opens a file at or below `directory` (M10). */
export async function openFileSource(directory: string, path: string): Promise<FileSource | FileProblem> {
  const components = parseRelativePath(path)
  if (!components.ok) return { problem: PATH_PROBLEMS[components.error] }
  const name = components.value.at(-1) ?? ''
  return await orProblem(async () => {
    const root = await realpath(directory)
    const real = await realpath(join(root, ...components.value))
    return isAtOrBelow(root, real) ? await openFound(root, real, name) : { problem: OUTSIDE }
  })
}

/** What a file system refuses, in words for the person who named a path. */
export async function orProblem<T>(look: () => Promise<T>): Promise<T | FileProblem> {
  try {
    return await look()
  } catch (error) {
    const problem = PROBLEMS[errnoOf(error) ?? '']
    if (problem === undefined) throw error
    return { problem }
  }
}

/** `real` was found below `root` a moment ago; that is looked at again once it is open. */
export async function openFound(root: string, real: string, name: string): Promise<FileSource | FileProblem> {
  const handle = await open(real, FLAGS)
  try {
    const stats = await handle.stat({ bigint: true })
    const problem = unfit(stats) ?? ((await isStillAt(root, real, stats)) ? undefined : OUTSIDE)
    if (problem === undefined) return createSource(handle, name, stats)
    await handle.close()
    return { problem }
  } catch (error) {
    await handle.close()
    throw error
  }
}

export const isAtOrBelow = (root: string, real: string): boolean =>
  real === root || real.startsWith(root.endsWith(sep) ? root : root + sep)

function unfit(stats: BigIntStats): string | undefined {
  if (stats.isDirectory()) return 'This is a folder, not a file.'
  return stats.isFile() ? undefined : SPECIAL
}

/**
 * Whether what was opened is what lies there now, with no link on the way. A directory may have been exchanged for a
 * link between looking and opening; whoever exchanges it back does not get the outer file's identity to this path.
 */
async function isStillAt(root: string, real: string, opened: BigIntStats): Promise<boolean> {
  const found = await lstat(real, { bigint: true })
  const now = await realpath(real)
  return now === real && isAtOrBelow(root, now) && found.ino === opened.ino && found.dev === opened.dev
}

function createSource(handle: FileHandle, name: string, stats: BigIntStats): FileSource {
  return {
    name,
    size: Number(stats.size),
    mime: mimeOf(name),
    async fingerprint() {
      const { size, mtimeNs, ino } = await handle.stat({ bigint: true })
      return `${size}-${mtimeNs}-${ino}`
    },
    read: (offset, length) => readExactly(handle, offset, length),
    close: () => handle.close(),
  }
}
