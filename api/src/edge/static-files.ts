import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { getMimeType } from 'hono/utils/mime'
import { errnoOf } from '../errno.ts'

type Variant = {
  readonly body: Uint8Array<ArrayBuffer>
  /** Quoted, as the `ETag` header has it; each encoding has its own (RFC 9110 section 8.8.3.3). */
  readonly etag: string
}

export type StaticFile = {
  readonly type: string
  readonly identity: Variant
  readonly br?: Variant
  readonly gzip?: Variant
}

/** Beside `x`, `x.br` and `x.gz` are the same in less: how to send it, and nothing to be asked for. */
const ENCODINGS = { '.br': 'br', '.gz': 'gzip' } as const

/**
 * Every file below a directory, by the path that asks for it. They are few and small, and read once: a request looks
 * its path up in this map and never reaches the file system. Links are left out, and so is what begins with a dot.
 * A directory that is not there has no files.
 */
export async function loadStaticFiles(directory: string): Promise<ReadonlyMap<string, StaticFile>> {
  const paths = new Set(await pathsBelow(directory))
  const isVariant = (path: string) =>
    Object.keys(ENCODINGS).some(suffix => path.endsWith(suffix) && paths.has(path.slice(0, -suffix.length)))
  const load = async (path: string): Promise<Variant> => {
    const body = await readFile(join(directory, path))
    return { body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` }
  }
  return new Map(
    await Promise.all(
      [...paths]
        .filter(path => !isVariant(path))
        .map(async path => {
          const smaller = Object.entries(ENCODINGS).filter(([suffix]) => paths.has(path + suffix))
          const variants = await Promise.all(
            smaller.map(async ([suffix, encoding]) => [encoding, await load(path + suffix)] as const),
          )
          const url = `/${path.split(sep).map(encodeURIComponent).join('/')}`
          const type = getMimeType(path) ?? 'application/octet-stream'
          return [url, { type, identity: await load(path), ...Object.fromEntries(variants) }] as const
        }),
    ),
  )
}

async function pathsBelow(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true })
    return entries
      .filter(entry => entry.isFile())
      .map(entry => relative(directory, join(entry.parentPath, entry.name)))
      .filter(path => !path.split(sep).some(part => part.startsWith('.')))
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}
