import type { Stats } from 'node:fs'
import { type FileHandle, rm } from 'node:fs/promises'

// What one member sent another is not for every user of this machine; under its final name it keeps the mode.
export const PRIVATE = 0o600

/**
 * A process that was killed right behind announcing a place may have made its buffer, and had no time to write into it.
 * Whatever else lies there, opened here, is somebody's, and left alone.
 */
export async function removeUnused(path: string, file: FileHandle): Promise<void> {
  if (isUnused(await file.stat())) await rm(path, { force: true })
}

/** A person's file has something in it, another mode, or another name. */
const isUnused = (stats: Stats): boolean =>
  stats.isFile() && stats.size === 0 && stats.nlink === 1 && (stats.mode & 0o7777) === PRIVATE
