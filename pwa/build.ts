import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Builds the page into `pwa/dist` if what it is made from is not what it was made from last: precompressed, and with a
 * service worker that knows every file. Fresh, it takes no bundler and less than a tenth of a second.
 */

const PWA = import.meta.dirname
const DIST = join(PWA, 'dist')
/** Begins with a dot, and so is never served. */
const STAMP = '.built-from'

/** All that may change what comes out: sources, what is installed, and the policy that documents are stored with. */
const INPUTS = ['src', 'public', 'build', 'index.html', 'vite.config.ts', 'build.ts'].map(name =>
  join(PWA, name),
)
const SHARED = [
  'api/client/src',
  'api/client/package.json',
  'api/protocol/src',
  'api/protocol/package.json',
  'api/src/app-policies.ts',
  'package-lock.json',
].map(name => join(PWA, '..', name))

async function filesOf(path: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(path, { recursive: true, withFileTypes: true })
    return entries
      .filter(entry => entry.isFile() && !entry.name.endsWith('.test.ts'))
      .map(entry => join(entry.parentPath, entry.name))
      .sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path]
    throw error
  }
}

async function fingerprint(): Promise<string> {
  const paths = (await Promise.all([...INPUTS, ...SHARED].map(filesOf))).flat()
  const contents = await Promise.all(paths.map(path => readFile(path)))
  const hash = createHash('sha256').update(process.env['NODE_ENV'] ?? '')
  for (const [index, path] of paths.entries()) {
    hash.update(`\0${relative(PWA, path)}\0`).update(contents[index] ?? '')
  }
  return hash.digest('base64url')
}

async function builtFrom(): Promise<string | undefined> {
  return await readFile(join(DIST, STAMP), 'utf8').catch(() => undefined)
}

/** Whether `dist` is not what its sources make. */
export async function isStale(): Promise<boolean> {
  return (await builtFrom()) !== (await fingerprint())
}

/** A build that fails leaves the former one as it was. */
async function buildIfStale(): Promise<void> {
  const wanted = await fingerprint()
  if ((await builtFrom()) === wanted) return
  const { bundle } = await import('./build/bundle.ts')
  const fresh = await mkdtemp(join(PWA, '.dist-'))
  try {
    await bundle(PWA, fresh)
    await writeFile(join(fresh, STAMP), wanted)
    await rm(DIST, { recursive: true, force: true })
    await rename(fresh, DIST)
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildIfStale()
