import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { numberedName, safeFolderPath } from '@chat-room/protocol'

/** Where a buffer lies that a later process may open again, and which file it was. */
export type Place = {
  /** Its name is `name1.ext`; this is the 1. */
  readonly number: number
  /** Undefined: it was announced, and perhaps never taken. */
  readonly identity?: string
  /** Of a received folder's file: where its buffer lies, and where it will be kept. */
  readonly folder?: { readonly buffers: string; readonly kept: string }
}

/** The number of an inode may be given twice; not with the same time of birth. */
export async function identityOf(file: FileHandle): Promise<string> {
  const { ino, birthtimeNs } = await file.stat({ bigint: true })
  return `${ino}-${birthtimeNs}`
}

export const bufferPath = (name: string, number: number, folder = ''): string =>
  join(folder, numberedName(name, number))

export const encodePlace = (place: Place): string => JSON.stringify(place)

/** Undefined if it names no place in the start directory: somebody else may have written what was kept on this device. */
export function decodePlace(text: string): Place | undefined {
  const { number, identity, folder } = recordOf(text)
  if (!isNumber(number) || !(identity === undefined || typeof identity === 'string')) return undefined
  const place = { number, ...(identity !== undefined && { identity }) }
  if (folder === undefined) return place
  const { buffers, kept } = Object(folder)
  return isFolder(buffers) && isFolder(kept) ? { ...place, folder: { buffers, kept } } : undefined
}

function recordOf(text: string): Readonly<Partial<Record<keyof Place, unknown>>> {
  try {
    return Object(JSON.parse(text))
  } catch {
    return {}
  }
}

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 1

/** One component that leads nowhere else. */
function isFolder(value: unknown): value is string {
  if (typeof value !== 'string') return false
  const [only, ...more] = safeFolderPath(value)
  return only === value && more.length === 0
}
