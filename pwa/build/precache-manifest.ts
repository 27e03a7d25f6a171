import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { PrecacheEntry } from 'workbox-precaching'

/** Only who is about to enter needs these, and that takes a network: they are fetched when they are wanted. */
const ON_DEMAND = /^assets\/(?:opaque-worker|passphrase-words)-/

/** The document as the service worker gives it out. */
export const SHELL = 'shell.html'

/** Read by whoever has no service worker yet; by systems and stores, not by the page. */
const FOR_OTHERS = /^(?:index\.html$|screenshots\/)/

/**
 * Everything that the page is made of. A name in `assets` tells its content; the others bear a revision, which also
 * changes with the policies that responses are kept with.
 *
 * The digest lets the service worker put a file back that the browser evicted, and never one of another version.
 */
export async function precacheManifest(
  directory: string,
  policies: Uint8Array,
): Promise<readonly PrecacheEntry[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter(entry => entry.isFile())
    .map(entry => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(path => !ON_DEMAND.test(path) && !FOR_OTHERS.test(path))
    .sort()
  return await Promise.all(
    paths.map(async path => {
      const content = await readFile(join(directory, path))
      const integrity = `sha256-${createHash('sha256').update(content).digest('base64')}`
      if (path.startsWith('assets/')) return { url: `/${path}`, revision: null, integrity }
      const revision = createHash('sha256').update(content).update(policies).digest('base64url').slice(0, 12)
      return { url: `/${path}`, revision, integrity }
    }),
  )
}
