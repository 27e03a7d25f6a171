import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { getMimeType } from 'hono/utils/mime'

export type StaticFile = {
  readonly body: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly etag: string
}

/**
 * Every file below a directory, by the path that asks for it. They are few and small, and read once: a request looks
 * its path up in this map and never reaches the file system. Links are left out, and so is what begins with a dot.
 */
export async function loadStaticFiles(directory: string): Promise<ReadonlyMap<string, StaticFile>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter(entry => entry.isFile())
    .map(entry => relative(directory, join(entry.parentPath, entry.name)))
    .filter(path => !path.split(sep).some(part => part.startsWith('.')))
  return new Map(
    await Promise.all(
      paths.map(async path => {
        const body = await readFile(join(directory, path))
        const url = `/${path.split(sep).map(encodeURIComponent).join('/')}`
        const type = getMimeType(path) ?? 'application/octet-stream'
        const etag = `"${createHash('sha256').update(body).digest('base64url')}"`
        return [url, { body, type, etag }] as const
      }),
    ),
  )
}
