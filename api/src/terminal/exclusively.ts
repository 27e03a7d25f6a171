import { type FileHandle, link, lstat, open, rename, rm, unlink } from 'node:fs/promises'
import { errnoOf } from '../errno.ts'

/** A directory with so many numbered names is no place to look on for more. */
const MOST_NUMBERS = 10_000

/** Tries one number after the other until a name is not taken: an attempt says so by `EEXIST`. */
export async function firstFree<T>(from: number, attempt: (number: number) => Promise<T>): Promise<T> {
  for (let number = from; ; number++) {
    try {
      return await attempt(number)
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST' || number - from >= MOST_NUMBERS) throw error
    }
  }
}

/** As a file system says it. */
export const taken = (name: string): Error => Object.assign(new Error(`${name} is taken`), { code: 'EEXIST' })

/** Throws `EEXIST` if something lies there: what is made next need not be announced. */
export async function assertFree(path: string): Promise<void> {
  const found = await lstat(path).catch(error => {
    if (errnoOf(error) !== 'ENOENT') throw error
  })
  if (found !== undefined) throw taken(path)
}

// File systems without hard links say one of these.
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/** Gives an open file another name and overwrites nothing: `EEXIST` is thrown if the name is taken. */
export async function renameExclusively(path: string, final: string, file: FileHandle): Promise<void> {
  try {
    await link(path, final)
  } catch (error) {
    if (!NO_LINKS.has(errnoOf(error) ?? '')) throw error
    await (await open(final, 'wx')).close()
    await rename(path, final)
  }
  if (await isAt(final, file)) return await rm(path, { force: true })
  await unlink(final)
  throw new Error('the buffer was exchanged for another file while it was received')
}

/** Whether what lies there, no link followed, is this file. */
export async function isAt(path: string, file: FileHandle): Promise<boolean> {
  try {
    const [found, own] = await Promise.all([lstat(path, { bigint: true }), file.stat({ bigint: true })])
    return found.ino === own.ino && found.dev === own.dev
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
}
